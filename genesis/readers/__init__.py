"""One module for each media type that genesis can read."""
