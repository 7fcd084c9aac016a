"""Truths of the house, each room in its own folder."""
