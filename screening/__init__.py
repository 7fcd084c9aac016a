"""What does this person need: screening, diagnosis, prescription. No food, no clock."""
