"""The Model Context Protocol: what a Myriad offers to assistants, whichever way they are connected."""
