"""Reading: from the bytes of a source to its text, and what a heading in it is."""

from __future__ import annotations

from dataclasses import dataclass

from genesis.errors import DocumentNotText


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: how deep (1 is outermost), what it says, and where it stands in the text."""

    level: int
    title: str
    start: int
    end: int


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
