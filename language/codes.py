"""Code and addresses: identifiers, calls, flags, paths, files, commands; of the web and of mail, telephone numbers."""

from __future__ import annotations

import re

from language import tables
from language.grammar import Found, Lexemes, Rule
from myriad.agent.v1.text_pb2 import SPAN_TYPE_ADDRESS, SPAN_TYPE_CODE, SPAN_TYPE_NAME

_ENDINGS = tables.entries("endings")
_FILES, _HOSTS = frozenset(_ENDINGS["file"]), frozenset(_ENDINGS["host"])
CLOSING = ".,;:!?)]}'*_"
_DIGIT = re.compile(r"\d")
_CAMEL_START = re.compile(r"(?<![a-z])[a-z]{2,}+[A-Z]")
_LEAST_NUMBER = 3
"""Digits of what is an identifier and no part of a name: `ERR-4417`, but `COVID-19`."""


def _address(read: Lexemes, match: re.Match[str]) -> Found | None:
    """A URL; full stops and brackets at its end are the sentence's."""
    at = match.start()
    address = read.words[at].rstrip(CLOSING)
    return Found(at, at + 1, SPAN_TYPE_ADDRESS, address.rstrip("/").lower())


def _mail(read: Lexemes, match: re.Match[str]) -> Found | None:
    return Found(*match.span(), SPAN_TYPE_ADDRESS, read.said(*match.span()).lower())


def _telephone(read: Lexemes, match: re.Match[str]) -> Found | None:
    at = match.start()
    digits = "".join(_DIGIT.findall(read.words[at]))
    if len(digits) < 7 or len(digits) > 15:
        return None
    return Found(at, at + 1, SPAN_TYPE_ADDRESS, f"tel:{'+' * read.words[at].startswith('+')}{digits}")


def _ip(read: Lexemes, match: re.Match[str]) -> Found | None:
    return Found(*match.span(), SPAN_TYPE_ADDRESS, read.said(*match.span()))


def _code(read: Lexemes, match: re.Match[str]) -> Found | None:
    return Found(*match.span(), SPAN_TYPE_CODE, read.said(*match.span()).strip("`"))


def _camel(read: Lexemes, match: re.Match[str]) -> Found | None:
    return _code(read, match) if _CAMEL_START.match(read.words[match.start()]) else None


def _numbered(read: Lexemes, match: re.Match[str]) -> Found | None:
    """`ERR-4417`."""
    return _code(read, match) if len(read.words[match.end() - 1]) >= _LEAST_NUMBER else None


def _dotted(read: Lexemes, match: re.Match[str]) -> Found | None:
    """`app.conf`, `src/main.py`, `os.path.join`; `example.com`; `Node.js` is a name."""
    first, last = match.span()
    ending = read.words[last - 1].lower()
    if ending == "js" and read.words[first][0].isupper():
        return Found(first, last, SPAN_TYPE_NAME, read.said(first, last).lower())
    if ending in _FILES:
        return _code(read, match)
    if "/" in read.classes[first:last]:
        return None
    if ending in _HOSTS:
        return Found(first, last, SPAN_TYPE_ADDRESS, read.said(first, last).lower())
    words = read.said(first, last).split(".")
    return _code(read, match) if len(words) > 2 and all(len(word) > 1 for word in words) else None


_X = r"[A-Za-z]"
CODES = (
    Rule("`", re.compile(r"``?[^`\n]++``?"), _code),
    Rule("L", re.compile(r"L"), _address),
    Rule("@", re.compile(rf"(?<![A-Za-z._+-]){_X}(?>(?:[._+-]{_X}|{_X})*)@{_X}(?>(?:[.-]{_X}|{_X})*)"), _mail),
    Rule("P", re.compile(r"P"), _telephone),
    Rule("i", re.compile(r"i"), _ip),
    Rule("_", re.compile(rf"(?<![A-Za-z_])(?:_+{_X}(?>(?:_*{_X})*)_*+|{_X}++_(?>(?:_*{_X})*))(?:\(\))?"), _code),
    Rule("(", re.compile(rf"(?<![A-Za-z.]){_X}++(?>(?:\.{_X}+)*)\(\)"), _code, re.compile(r"\(\)")),
    Rule("-", re.compile(rf"(?<![^ \n(\[,|/\"'])--?[wkfCKUDabtou](?>(?:[-_]{_X}|{_X})*)(?:=[^ \n,)]++)?"), _code),
    Rule("/", re.compile(r"(?<![A-Za-z./<>])(?:~|\.\.?)?(?>(?:/\.?[A-Za-z_@{}-]+(?>(?:\.[A-Za-z_-]+)*))+)/?"), _code),
    Rule("\\", re.compile(r"(?<![A-Za-z])I:(?>(?:\\[A-Za-z._-]+)+)"), _code),
    Rule(
        ".",
        re.compile(rf"(?<![A-Za-z./_-]){_X}++(?>(?:[-_/]{_X}+)*)(?>(?:\.(?>(?:{_X}+[-/]?)+))+)(?<![-/])"),
        _dotted,
        re.compile(rf"\.{_X}"),
    ),
    Rule(":", re.compile(rf"(?<![A-Za-z:]){_X}++(?>(?:::{_X}+)+)"), _code, re.compile("::")),
    Rule("=", re.compile(r"(?<![A-Za-z=])[wkKCU]=[A-Za-z]"), _code),
    Rule("#", re.compile(r"(?<!\w)#[dyn]"), _code),
    Rule("-", re.compile(r"(?<![A-Za-z-])(?:K-)+[dyn](?![-\w])"), _numbered, re.compile(r"-[dyn]")),
    Rule("k", re.compile(r"k"), _camel),
)
