"""The packet store: where cognitive packets sleep. Genesis writes it, the DLM reads it."""
