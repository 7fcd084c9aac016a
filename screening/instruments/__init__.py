"""Screening, diagnosis and refeeding risk as tables, and the one path that scores them all."""
