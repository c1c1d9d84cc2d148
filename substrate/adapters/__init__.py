"""The packet stores there are."""
