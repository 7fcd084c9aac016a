"""How a person fares: weight, intake, deliveries, and signs that ask for attention."""
