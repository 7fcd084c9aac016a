"""Stops to routes: time windows, zoned loads, shifts, optional stops with a price."""
