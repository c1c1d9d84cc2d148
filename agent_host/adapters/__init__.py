"""What the agent host reaches over the network."""
