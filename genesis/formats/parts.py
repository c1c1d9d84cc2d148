"""What is read out of a file that is no text: parts, each of which one of the readers of texts can read."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, NamedTuple

LARGEST_TEXT = 8 * 1024 * 1024
"""Characters of all parts together."""


class Unreadable(Exception):
    """
    Why a file is not read.

    `reason` is the name of an `ErrorReason` without its prefix; `message` is for a person and quotes nothing.
    """

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message


class Spot(NamedTuple):
    """A page, a slide, a sheet, a chapter; it goes from `start` in its part to the next one."""

    start: int
    kind: str
    """`PAGE`, `SLIDE`, `SHEET` or `CHAPTER`."""
    number: int
    """From 1."""
    name: str = ""
    """What a sheet or a chapter is called."""


class Marked(NamedTuple):
    """A line that is a heading by its type: its level, from 1, and where it stands in the part."""

    level: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Part:
    """A text, of what media type it is, and what stands above all of it, if something does."""

    text: str
    media_type: str
    heading: str = ""
    spots: Sequence[Spot] = ()
    headings: Sequence[Marked] = ()
    header: int | None = None
    """Of a table: the number of the row that heads the others, from 0, or -1 if none does; None if its reader tells."""


@dataclass(frozen=True, slots=True)
class Parts:
    """A file, read. `title` is what its properties call it, which is used if the parts say nothing better."""

    parts: Sequence[Part]
    title: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)


def dumped(parts: Parts) -> bytes:
    """Unreadable if there is too much of it, or nothing."""
    size = sum(len(part.text) for part in parts.parts)
    if size > LARGEST_TEXT:
        raise Unreadable("DOCUMENT_TOO_LARGE", "the text in it is larger than 8 MiB; cut the file into several")
    if not any(part.text.strip() for part in parts.parts):
        raise Unreadable("DOCUMENT_EMPTY", "there is no text in it")
    return json.dumps(asdict(parts), ensure_ascii=False).replace("\\u0000", " ").encode("utf-8", "replace")


def loaded(given: Any) -> Parts:
    """What `dumped` wrote, parsed."""
    parts = [
        Part(
            one["text"],
            one["media_type"],
            one["heading"],
            [Spot(*spot) for spot in one["spots"]],
            [Marked(*heading) for heading in one["headings"]],
            one["header"],
        )
        for one in given["parts"]
    ]
    return Parts(parts, given["title"], given["metadata"])
