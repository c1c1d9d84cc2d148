"""JSON Lines: each line one document, `{"text", "title"?, "id"?, "uri"?, "metadata"?}`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from genesis.errors import DocumentNotText, LineInvalid, foreseen
from genesis.fairness import breathe
from genesis.reading import checked
from mesh.errors import MyriadError

_TITLES = ("title", "subject", "name", "summary", "question", "id", "key")
_TOLD = {"title", "id", "uri", "metadata"}
"""What a record says of its text; one of nothing else has none."""
_LONGEST_TITLE = 200
_ID = re.compile(r"[a-z0-9._-]{1,128}")
LARGEST_LINES = 20_000
"""A source of more lines is to be sent in pieces: each line has a result of its own."""


@dataclass(frozen=True, slots=True)
class Record:
    """A line that can be read; one without a `text` of its own is the object itself, as JSON."""

    text: str
    title: str
    id: str
    uri: str
    metadata: dict[str, str]
    is_json: bool = False


def read(content: bytes, first_line: int = 1) -> Iterator[tuple[int, Record | MyriadError]]:
    """Each line that is not blank, with its number: the record, or why it is none."""
    for number, line in enumerate(content.removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=first_line):
        if line.strip():
            breathe()
            try:
                yield number, _record(line)
            except Exception as error:
                yield number, foreseen(error)


def _record(line: bytes) -> Record:
    try:
        value = json.loads(line.decode())
    except UnicodeDecodeError:
        raise LineInvalid("the line is not UTF-8") from None
    except (ValueError, RecursionError):
        raise LineInvalid("the line is not JSON") from None
    if not isinstance(value, dict):
        raise LineInvalid("the line is not a JSON object")
    if "text" not in value and value.keys() - _TOLD:
        return _entries(line.decode().strip(), value)
    text = value.get("text")
    if not isinstance(text, str):
        raise LineInvalid("the line's object has no string `text`")
    fields = {name: _string(name, value.get(name)) for name in ("title", "id", "uri")}
    metadata = value.get("metadata") or {}
    if not isinstance(metadata, dict):
        raise LineInvalid("`metadata` is not an object")
    kept = {_whole(name): _string(f"metadata.{name}", said) for name, said in metadata.items()}
    return Record(checked(text), fields["title"], fields["id"], fields["uri"], kept)


def _entries(line: str, value: dict[str, object]) -> Record:
    """A record of other keys, such as a ticket: its title is the first of what such are called by."""
    called = (said for key in _TITLES if isinstance(said := value.get(key), str) and said.strip())
    given = {name: said if isinstance(said := value.get(name), str) else "" for name in ("id", "uri")}
    bare = given["id"] if _ID.fullmatch(given["id"]) else ""
    title = " ".join(next(called, "").split())[:_LONGEST_TITLE]
    return Record(checked(line), checked(title), bare, checked(given["uri"]), {}, is_json=True)


def _string(name: str, value: object) -> str:
    """Strings as they are, numbers and truth values as JSON writes them; nothing for null."""
    match value:
        case None:
            return ""
        case str():
            return _whole(value)
        case bool() | int() | float():
            return json.dumps(value)
        case _:
            raise LineInvalid(f"`{name[:100]}` is not a string")


def _whole(value: str) -> str:
    try:
        return checked(value)
    except DocumentNotText as error:
        raise LineInvalid(error.message) from None
