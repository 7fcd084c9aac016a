"""Compiled search loops: arrays in, arrays out (numba, cached on disk)."""
