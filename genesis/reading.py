"""Reading: from the bytes of a source to a title, a text and its sections."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from genesis.errors import DocumentNotText
from genesis.vocabulary import GENERIC_HEADINGS

LONGEST_HEADING = 300
"""Characters of a heading; every passage below it repeats it, so what is longer is text."""
_CROWD = 128
"""Headings that are judged together."""
_LEAST_ROOM = 64
"""Characters that a heading and what stands below it have on the average."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: how deep (1 is outermost), what it says, and where it stands in the text."""

    level: int
    title: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of the text under one heading."""

    heading_path: tuple[str, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader found; offsets are code points into `text`, which is never normalised."""

    title: str
    text: str
    sections: Sequence[Section]


def decoded(content: bytes) -> str:
    """UTF-8, with or without a byte order mark. DocumentNotText for anything else."""
    try:
        return checked(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise DocumentNotText(f"this is not UTF-8: byte {error.start} breaks its rules") from None


def checked(text: str) -> str:
    """The text itself. DocumentNotText if it holds a NUL or half a surrogate pair."""
    if "\0" in text:
        raise DocumentNotText("this is not text: it holds a NUL character")
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            raise DocumentNotText("this is not text: it holds half a surrogate pair") from None
    return text


def title(headings: Sequence[Heading]) -> str:
    """
    What headings of the first level call a document; empty if there are none, or if it is about several things.

    Of several the first is the title only if another is one such as "Installation", a part of what the first names.
    """
    firsts = [heading.title for heading in headings if heading.level == 1]
    parts = any(one.casefold() in GENERIC_HEADINGS for one in firsts[1:])
    return firsts[0] if len(firsts) == 1 or parts else ""


def sections(headings: Sequence[Heading], text: str, start: int = 0) -> list[Section]:
    """
    Cut `text[start:]` at its headings, each section with the headings above it.

    A heading is in the path and not in the section's span, unless nothing stands below it, or it is too long for a
    path: nothing is lost.
    """
    headings = _uncrowded(headings)
    first = headings[0].start if headings else len(text)
    found = [Section((), start, first)] if text[start:first].strip() else []
    above: list[Heading] = []
    for at, heading in enumerate(headings):
        following = headings[at + 1] if at + 1 < len(headings) else None
        above = [*(other for other in above if other.level < heading.level), heading]
        end = following.start if following else len(text)
        path = tuple(other.title for other in above if _fits(other))
        outer = path[:-1] if _fits(heading) else path
        if path != outer and text[heading.end : end].strip():
            found.append(Section(path, heading.end, end))
        elif path == outer or not following or following.level <= heading.level:
            bare = Section(outer, heading.start, end)
            if found and found[-1].end == bare.start and found[-1].heading_path == bare.heading_path:
                bare = Section(bare.heading_path, found.pop().start, end)
            found.append(bare)
    return found


def _fits(heading: Heading) -> bool:
    return len(heading.title) <= LONGEST_HEADING


def _uncrowded(headings: Sequence[Heading]) -> Sequence[Heading]:
    """Without those that stand in a mass with next to nothing between them: each would be a passage of its own."""
    if len(headings) <= _CROWD:
        return headings
    crowds = (headings[at : at + _CROWD] for at in range(0, len(headings), _CROWD))
    return [one for crowd in crowds if not _is_crowd(crowd) for one in crowd]


def _is_crowd(headings: Sequence[Heading]) -> bool:
    return headings[-1].end - headings[0].start < len(headings) * _LEAST_ROOM
