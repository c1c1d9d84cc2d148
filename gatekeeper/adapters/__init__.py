"""The key stores there are."""
