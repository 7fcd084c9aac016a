"""Check composed plans from the published files alone; nothing of the product is imported."""
