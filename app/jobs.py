"""The table of jobs and their clocks; each turn claimed once; the worker that runs them."""
