"""Reading: from the bytes of a source to its text, and what a heading in it is."""

from __future__ import annotations

import codecs
import contextlib
from dataclasses import dataclass

from charset_normalizer import from_bytes

from genesis import charsets
from genesis.errors import DocumentNotText


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: how deep (1 is outermost), what it says, and where it stands in the text."""

    level: int
    title: str
    start: int
    end: int


_MARKED = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
"""By byte order mark; a longer one before a shorter one that it begins with."""
_OTHERS = [
    *("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258", "koi8_r", "cp874"),
    *("gb18030", "big5", "cp932", "euc_jp", "cp949", "latin_1"),
]
"""In which texts are kept that are not Unicode."""


def decoded(content: bytes, declared: str = "") -> str:
    """
    UTF-8, UTF-16 or UTF-32 with a byte order mark, or else the charset that it declares, or what it most likely is.
    DocumentNotText if it is no text.
    """
    encoding = next((one for mark, one in _MARKED.items() if content.startswith(mark)), "utf-8-sig")
    try:
        return checked(content.decode(encoding))
    except UnicodeDecodeError as error:
        if charsets.keeps_letters(declared):
            with contextlib.suppress(UnicodeDecodeError):
                return checked(charsets.decoded(content, declared))
        likely = None if b"\0" in content else from_bytes(content, cp_isolation=_OTHERS).best()
        if likely is None:
            raise DocumentNotText(f"this is no text: as {encoding}, byte {error.start} breaks its rules") from None
        return checked(str(likely))


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
