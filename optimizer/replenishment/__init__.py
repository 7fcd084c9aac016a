"""What to buy on which day, from whom and in which packs."""
