"""
Mail: who wrote what, when, and what of it is only quoted.

A message's own words are a turn of its sender. What it quotes is a turn of whom it names as the author; without a name
it is a quote. Signatures are not read.
"""
