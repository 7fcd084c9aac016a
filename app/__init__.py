"""The shell: everything that touches the outside. Empty, so that a model starts no server."""
