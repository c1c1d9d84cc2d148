"""The DLM: where every agent lives, how it gets there, and what Envoy is told about it."""
