"""What Word writes: styles, numbers of lists and clauses, and what of a document is its text."""
