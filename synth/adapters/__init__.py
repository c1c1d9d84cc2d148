"""What the synthesizer talks to."""
