"""The week of a kitchen: how many loads of what on which day."""
