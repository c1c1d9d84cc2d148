"""What PowerPoint writes: the shapes of a slide in the order in which they are read, as HTML."""
