"""Rounds of vehicles over stops with windows, loads, release times, time out of the cold."""
