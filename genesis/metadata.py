"""What is told about a document as a whole: under which names, and which day a value means."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

MOST = 32
LONGEST = 1_000
_APART = re.compile(r"[\s_.:-]+")
_ISO = re.compile(r"\d{4}-\d\d(?:-\d\d)?(?=$|[T ]\d\d)")
_SAME = {
    "date": ("published", "publish date", "publication date", "pub date", "publishdate", "date published"),
    "created": ("creation date", "date created", "created at", "created on"),
    "updated": (
        *("lastmod", "last modified", "last updated", "last update", "last change", "modified", "date modified"),
        *("updated at", "updated on", "revision date", "last revised"),
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
NAMES = frozenset((*_SAME, *_NORMAL, "title"))
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
    return iso[0] if iso else ""
