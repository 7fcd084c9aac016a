"""Solver-free checks: each says which promises of a problem a solution breaks."""
