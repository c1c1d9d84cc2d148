"""Turns: where the lines of a transcript, an interview, a chat or a log begin, and who speaks or when."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

from genesis.dates import STAMP
from genesis.sentences import Span

_NAME = (
    r"[*_]{0,2}(?P<name>[^\W\d_a-z][\w.'’]{0,20}+(?: [\w.'’-]{1,20}+){0,3})(?: ?\([^()\n]{1,40}+\))?"
    r"(?::[*_]{1,2}|[*_]{0,2}:)(?=\s)"
)
_STAMPED = re.compile(rf"^[^\S\n]*+(?P<stamp>{STAMP.pattern})", re.MULTILINE | re.IGNORECASE)
_SPOKEN = re.compile(rf"^[^\S\n]*+(?P<label>{_NAME})", re.MULTILINE)
_SPEAKER = re.compile(rf"(?<!\s)\s*+(?:<[^<>\n]{{1,40}}+>|{_NAME})")
_LABELS = """
note notes nb warning caution tip hint important example examples default see source sources returns return raises
parameters args type usage date subject from to cc sent name price version author title url http https todo result
output input
"""
_NO_SPEAKERS = frozenset(_LABELS.split())
_FEWEST = 3


def turns(text: str, start: int, end: int) -> Mapping[int, Span]:
    """
    Where each turn in `text[start:end]` begins, with its label: the time, the speaker, or both. Empty if it is no
    conversation: two speakers at least, one of whom speaks twice, or two lines with a time before them.
    """
    stamped = list(_STAMPED.finditer(text, start, end))
    if len(stamped) > 1:
        spans = (match.span("stamp") for match in stamped)
        return {first: (first, _speaker_end(text, last, end)) for first, last in spans}
    spoken = [one for one in _SPOKEN.finditer(text, start, end) if one["name"].lower() not in _NO_SPEAKERS]
    counts = Counter(match["name"] for match in spoken)
    answered = "Q" in counts and "A" in counts
    if not answered and (len(spoken) < _FEWEST or len(counts) < 2 or max(counts.values()) < 2):
        return {}
    # Whoever speaks once only is known by the form of the names of the others.
    in_capitals = all(name.isupper() for name, count in counts.items() if count > 1)
    return {
        one.start("label"): one.span("label") for one in spoken if one["name"].isupper() or answered or not in_capitals
    }


def _speaker_end(text: str, at: int, end: int) -> int:
    """Where the label ends that begins with a time which ends at `at`."""
    speaker = _SPEAKER.match(text, at, end)
    return speaker.end() if speaker else at
