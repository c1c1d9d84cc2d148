"""What the DLM's ports stand for: memory, agent hosts, the connectome."""
