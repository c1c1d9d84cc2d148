"""The Connectome: which agents a question wakes."""
