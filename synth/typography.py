"""Typography: what extraction left behind in a quote and nobody would print, each as an edit."""

from __future__ import annotations

import re

from myriad.agent.v1.evidence_pb2 import Edit

_LEFT = (
    # `mother- in- law`: not `pre- and post-war`.
    (re.compile(r"(?<=[^\W\d_]{2})-\s(?=(?!(?:and|or|to|und|et|y)\b)[^\W\d_]{2})"), "-"),
    # `Lilu () was`, `Nolan ( ; born 1970)`.
    (re.compile(r"\s\(\s*+(?:[;,]\s*+)?\)"), ""),
    (re.compile(r"(?<=\w\s\()\s*[;,]\s+(?=\w)"), ""),
    # `* Fixed`, `- Fixed`: the mark of an item that stands in no list any more.
    (re.compile(r"^[*+•-]\s+(?=\w)"), ""),
)


def tidied(quote: str) -> list[Edit]:
    """The edits that tidy `quote`, in order."""
    found = [
        Edit(start=match.start(), end=match.end(), text=text)
        for pattern, text in _LEFT
        for match in pattern.finditer(quote)
    ]
    return sorted(found, key=lambda one: one.start)
