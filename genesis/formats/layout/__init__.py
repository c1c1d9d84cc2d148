"""How a page of PDF is laid out: its lines, and which of them are the rows of a table."""
