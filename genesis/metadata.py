"""What is told about a document as a whole: under which names, and which day a value means."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from genesis.structure import Block, Kind
from language.spans import spans
from myriad.agent.v1.text_pb2 import SpanType

MOST = 32
LONGEST = 1_000
_APART = re.compile(r"[\s_.:-]+")
_ISO = re.compile(r"\d{4}-\d\d(?:-\d\d)?(?=$|[T ]\d\d)")
_DAY = re.compile(r"\d{4}-\d\d(?:-\d\d)?")
_DATED = re.compile(r"(?<!\d)((?:19|20)\d\d)[-_.]?(0[1-9]|1[0-2])(?:[-_.]?(0[1-9]|[12]\d|3[01]))?(?!\d)")
_LONGEST_DAY = 60
_BEFORE_A_DAY = 12
"""Characters, such as of a weekday."""
_STATED = re.compile(
    r"([A-Za-z][\w -]{1,28}):[ *_]++([^ ].{0,150}+)"
    r"|((?:last )?(?:updated|modified|revised|reviewed|published)|effective(?: date| from| as of)?)(?: on)? (.{4,60}+)",
    re.IGNORECASE,
)
_FIRST, _LAST = 12, 4
"""Blocks."""
_LONGEST_LINE = 200
_PROSE = (Kind.PARAGRAPH, Kind.ITEM, Kind.DEFINITION)
_SAME = {
    "date": ("published", "publish date", "publication date", "pub date", "publishdate", "date published"),
    "created": ("creation date", "date created", "created at", "created on"),
    "updated": (
        *("lastmod", "last modified", "last updated", "last update", "last change", "modified", "date modified"),
        *("updated at", "updated on", "revision date", "last revised", "revised"),
    ),
    "effective": ("effective date", "effective from", "effective as of", "valid from", "in force since"),
    "author": ("authors", "written by", "by", "creator"),
    "owner": ("owners", "owned by", "document owner", "maintainer", "maintainers"),
    "reviewed_by": ("reviewer", "reviewers", "review by", "last reviewed by"),
    "approved_by": ("approver", "approvers", "approval"),
    "reviewed": ("last reviewed", "review date", "reviewed on"),
    "version": ("revision", "rev", "document version", "release"),
    "status": ("state",),
    "description": ("summary", "abstract", "subtitle"),
    "keywords": ("tags", "tag", "keyword"),
    "language": ("lang", "locale"),
}
_NORMAL = {other: name for name, others in _SAME.items() for other in others}
NAMES = frozenset((*(one.replace("_", " ") for one in _SAME), *_NORMAL, "title"))
"""Words by which documents tell of themselves, folded, a space between them."""


def name(key: str) -> str:
    """One name for what has many: `Last-Modified` is `updated`."""
    folded = words(key)
    return _NORMAL.get(folded, folded.replace(" ", "_"))


def words(key: str) -> str:
    """A key folded, with spaces between its words."""
    return " ".join(_APART.split(key.casefold())).strip()


def gathered(told: Iterable[tuple[str, str]]) -> Mapping[str, str]:
    """Metadata of keys and values: of what is said twice the first; dates, where they are one, as ISO 8601."""
    found: dict[str, str] = {}
    for key, value in told:
        called = name(key)
        if called and value and len(called) <= LONGEST and called not in found:
            found[called] = day(value) or value[:LONGEST]
            if len(found) == MOST:
                break
    return found


def day(value: str) -> str:
    """ISO 8601 of a value that is a date, with or without a time; empty if it is none."""
    iso = _ISO.match(value)
    if iso:
        return iso[0]
    found = (
        (one for one in spans(value, "") if one.type == SpanType.SPAN_TYPE_DATE) if len(value) <= _LONGEST_DAY else ()
    )
    return next((one.normal for one in found if one.start <= _BEFORE_A_DAY and _DAY.fullmatch(one.normal)), "")


def stated(blocks: Sequence[Block]) -> Iterator[tuple[str, str]]:
    """Keys and values that the first and last lines of a text state: `Version: 2`, `Last updated on 5 May 2025`."""
    for block in (*blocks[:_FIRST], *blocks[max(_FIRST, len(blocks) - _LAST) :]):
        found = (
            _STATED.fullmatch(block.text.text) if block.kind in _PROSE and len(block.text) <= _LONGEST_LINE else None
        )
        if found and words(found[1] or found[3]) in NAMES:
            value = (found[2] or found[4]).strip(" *_.")
            if found[1] or day(value):
                yield found[1] or found[3], value


def dated(uri: str) -> str:
    """The day or the month with which a file's name begins or ends, ISO 8601."""
    found = _DATED.search(uri.rpartition("/")[2])
    return "-".join(filter(None, found.groups())) if found else ""
