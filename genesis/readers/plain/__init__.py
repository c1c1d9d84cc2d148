"""The parts of the reader of plain text, `genesis.readers.text`."""
