"""What a person needs: energy, protein, rules for the kitchen, and the prescription to sign."""
