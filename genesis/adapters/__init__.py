"""The other components as genesis sees them."""
