"""How much to send to each store so that it lasts until the order after next comes in."""
