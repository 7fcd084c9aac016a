"""A fleet of typed vehicles: windows, loads, depots, trips, prizes, limits on the whole."""
