"""What the orchestrator's ports stand for."""
