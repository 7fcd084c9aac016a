"""What is measured on a person, kept exact; what stands in for it; what cannot be right."""
