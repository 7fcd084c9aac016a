"""Home freezers and thermometers: counts and temperatures become verbs."""
