"""Stock against chance: best levels of single items, and where safety belongs in a chain."""
