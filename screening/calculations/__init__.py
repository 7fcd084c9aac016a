"""Any calculation of this room by its agreed name, for files and systems."""
