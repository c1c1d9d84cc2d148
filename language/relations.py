"""Relation words of English: which words mean one relation, whatever their class or inflection."""

from __future__ import annotations

from language import tables

FAMILY_OF = {word: f"={family}" for family, members in tables.entries("relations").items() for word in members}
"""By a word in lower case: its family."""
