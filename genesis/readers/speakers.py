"""Speakers: where in a transcript, an interview or a chat somebody begins to speak, who it is, and when."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple


class Turn(NamedTuple):
    """Somebody begins to speak: who, when (ISO 8601), and where what is said begins."""

    speaker: str
    date: str
    start: int


_WORD = r"[^\W\d_a-z][\w.'’\-—&]{0,30}+"
_ASIDE = r"\([^()\n:]{1,60}+(?:\([^()\n]{1,60}+\)[^()\n]{0,20}+)?\)"
_NAME = rf"{_WORD}(?:[ ](?:{_WORD}|of|the|for|and|de|van|von|der|\d{{1,3}}\b|{_ASIDE})){{0,9}}+"
_DAY = r"(?:\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d{2,4})"
_CLOCK = r"\d{1,2}:\d\d(?::\d\d)?(?:[.,]\d{1,3})?(?:[ ]?[AaPp]\.?[Mm]\.?)?"


def _stamp(number: int) -> str:
    return rf"[\[(]?(?:(?P<day{number}>{_DAY})[T,]?[ ]{{0,2}})?(?P<clock{number}>{_CLOCK})Z?[\])]?"


_STAMPS = 4
"""Places of a line where a time may stand."""
_LINE = re.compile(
    rf"""^[ \t]*+(?:[-*][ ]+)?(?:
      (?:{_stamp(0)}[ \t]*+[-–—|]?[ \t]*+)?[*_]{{0,2}}
      (?:<(?P<nick>[^<>\s]{{1,40}})>(?=[ \t])|(?P<name>{_NAME})(?:[ ]*+{_stamp(1)})?
         (?::[*_]{{1,2}}|[*_]{{0,2}}[ ]?:)(?=\s))
    | {_stamp(3)}[ \t]*+[-–—|]?[ \t]*+(?P<handle>[^\W\d_][\w.\-]{{0,30}}+)[ ]?:(?=\s)
    | [*_]{{0,2}}(?P<alone>{_NAME})[*_]{{0,2}}[ \t,|·—–-]{{1,4}}{_stamp(2)}[*_]{{0,2}}:?[ \t]*+$
    )[ \t]*+""",
    re.MULTILINE | re.VERBOSE,
)
_MAY_SPEAK = re.compile(r"^[^\n:>]{1,160}+[:>]", re.MULTILINE)
_LABELS = """
note notes nb warning caution tip hint important example examples default defaults see source sources return returns
raises parameters args type types usage date subject from to cc bcc sent name price version author title url http https
todo result output input status description summary required optional values value format key id phone email address
effective copyright created updated keywords abstract category location time present absent attendees agenda action
actions decision decisions requirements prerequisites features pros cons step response request figure table
"""
_NO_SPEAKERS = frozenset(_LABELS.split())
_ASKS = re.compile(r"([QA])(?:uestion|nswer)?(?: ?\d{1,3})?")
_FEWEST = 3
_FEWEST_WORDS = 4
_LEAST_SHARE = 0.3
"""Of the lines or paragraphs of a conversation that begin with who speaks."""


def turns(text: str) -> Mapping[int, Turn]:
    """
    The turns by where their lines begin. Empty if it is no conversation: somebody must speak twice, and another once;
    a run of labels with values is none.
    """
    found: list[tuple[re.Match[str], str]] = []
    for line in _MAY_SPEAK.finditer(text):
        match = _LINE.match(text, line.start())
        if match and (name := _speaker(match)) and name.lower() not in _NO_SPEAKERS:
            found.append((match, name))
    counts = Counter(name for _, name in found)
    asked = bool(counts["Q"] and counts["A"])
    if not asked and (len(found) < _FEWEST or len(counts) < 2 or max(counts.values()) < 2):
        return {}
    if not asked and _are_records(text, found, counts):
        return {}
    lines = min(text.count("\n\n") + text.count("\n \n"), text.count("\n")) + 1
    if len(found) < _LEAST_SHARE * lines:
        return {}
    in_capitals = all(name.isupper() for name, count in counts.items() if count > 1)
    return {
        match.start(): Turn(name, _date(match), match.end())
        for match, name in found
        if name.isupper() or not in_capitals or asked
    }


def _speaker(match: re.Match[str]) -> str:
    said = (match["nick"] or match["name"] or match["handle"] or match["alone"]).strip()
    asks = _ASKS.fullmatch(said)
    return asks[1] if asks else said


def _are_records(text: str, found: Sequence[tuple[re.Match[str], str]], counts: Counter[str]) -> bool:
    """Whether the labels are fields: what stands behind them is a word or two, or they come in the same order again."""
    if any(_clock(match) for match, _ in found):
        return False
    sample = found[:200]
    said = [text[match.end() : text.find("\n", match.end()) % (len(text) + 1)][:400] for match, _ in sample]
    sentences = sum(len(one.split()) >= _FEWEST_WORDS or one.rstrip()[-1:] in "?!." for one in said)
    if 2 * sentences < len(said):
        return True
    following: dict[str, set[str]] = {}
    for (_, one), (_, other) in pairwise(found):
        following.setdefault(one, set()).add(other)
    return len(counts) > 2 and len(found) > len(counts) and all(len(others) == 1 for others in following.values())


def _date(match: re.Match[str]) -> str:
    """ISO 8601 at its precision, a time without its day too."""
    day = next((day for number in range(_STAMPS) if (day := match[f"day{number}"])), "")
    time = _time(_clock(match))
    if re.fullmatch(r"\d{4}-\d\d-\d\d", day):
        return f"{day}{time}"
    return time


def _clock(match: re.Match[str]) -> str:
    return next((clock for number in range(_STAMPS) if (clock := match[f"clock{number}"])), "")


def _time(clock: str) -> str:
    if not clock:
        return ""
    digits = re.findall(r"\d+", clock)
    hours = int(digits[0])
    half = clock.replace(".", "").lower()
    if half.endswith("pm") and hours < 12:
        hours += 12
    elif half.endswith("am") and hours == 12:
        hours = 0
    rest = [one for one in digits[1:3] if len(one) == 2]
    return f"T{hours:02}:" + ":".join(rest) if hours < 24 else ""
