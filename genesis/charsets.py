"""Charsets that texts name: which of them Python has, and what is meant by their names."""

from __future__ import annotations

import codecs
import pkgutil
from encodings import __path__ as _where
from encodings import normalize_encoding
from encodings.aliases import aliases

_CODECS = frozenset((*aliases, *(one.name for one in pkgutil.iter_modules(_where))))
"""Names under which Python may know a charset: it remembers for ever each other one that it is asked for."""
_MEANT = {"iso8859-1": "cp1252", "gb2312": "gb18030", "euc_kr": "cp949", "shift_jis": "cp932"}
"""What is meant by names of charsets, by their name in Python; programs name the smaller one of two."""
_NO_CHARSETS = frozenset({"idna", "punycode", "raw-unicode-escape", "unicode-escape", "undefined"})
_LETTERS = "From: a@b"


def decoded(content: bytes, charset: str) -> str:
    """In the charset that is meant by the name. LookupError, UnicodeDecodeError."""
    if normalize_encoding(charset).replace(".", "_").lower() not in _CODECS:
        raise LookupError(charset)
    named = codecs.lookup(charset).name
    if named in _NO_CHARSETS:
        raise LookupError(charset)
    return content.decode(_MEANT.get(named, named))


def keeps_letters(charset: str) -> bool:
    """Whether what names it can be in it: letters of ASCII are what they are."""
    try:
        return decoded(_LETTERS.encode(), charset) == _LETTERS
    except (LookupError, ValueError):
        return False
