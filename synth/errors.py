"""The synthesizer has no errors of its own: all that it refuses is an `InvalidField`."""
