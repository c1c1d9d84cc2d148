"""Closeness: how near the words of a question stand to a name in a sentence."""

from __future__ import annotations

from collections.abc import Set

from synth.words import CONTENT_WORD, content

_HALF = 24.0
"""Characters after which closeness has halved."""


def closest(quote: str, name: str, asked: Set[str]) -> float:
    """From 0 to 1, by the nearest word of the sentence whose beginning is in `asked`; 0 if the name is not in it."""
    at = quote.find(name)
    if at < 0:
        return 0.0
    end = at + len(name)
    distances = [
        at - match.end() if match.start() < at else match.start() - end
        for match in CONTENT_WORD.finditer(quote)
        if not at <= match.start() < end and content(match[0]).keys() & asked
    ]
    return 1 / (1 + max(min(distances), 0) / _HALF) if distances else 0.0
