"""What a central store sends to its stores when there is not enough for all."""
