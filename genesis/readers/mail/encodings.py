"""Encodings of mails: what the bytes of a part say, and encoded words of its head."""

from __future__ import annotations

import binascii
import quopri
import re
from email.message import Message

from genesis import charsets
from genesis.reading import checked, decoded

_CODED = frozenset({"quoted-printable", "base64", "x-uuencode", "uuencode", "uue", "x-uue"})
"""Encodings of transfer that make other characters of what is said."""
_TRANSFER = re.compile(r"[\s\"]*+([\w-]++)")
_IN_BASE64 = re.compile(r"\s*+[A-Za-z0-9+/=]++[ \t\r]*+(?:\n|\Z)")
"""A first line without what base64 does not have."""
_BEHIND_BASE64 = re.compile(r"^(?:--|__)", re.MULTILINE)
"""How a line begins that a list has put behind a part without regard to its encoding."""
_WORD = re.compile(r"=\?([\w.:-]{1,40}+)(?:\*[\w-]{0,20}+)?+\?([bBqQ])\?([^?\s]{0,1000}+)\?=")
_BEGINS = re.compile(rb"(?<=\n)(?=From )")
_CHARSET = re.compile(rb"charset=\"?([\w.:-]{1,40}+)", re.IGNORECASE)
_NAMED_BY_ALL = frozenset((b"utf-8", b"us-ascii"))
"""Charsets that what is not in them is named by, too."""


def content(payload: str, transfer: str, charset: str) -> str:
    """
    What a part says; without an encoding of transfer it is text already, whatever charset its head names, and so it is
    if it is not in base64 that its head names.
    """
    named = _TRANSFER.match(transfer.lower())
    coded = named[1] if named else ""
    if coded not in _CODED or (coded == "base64" and not _IN_BASE64.match(payload)):
        return payload
    if coded == "base64":
        payload = _BEHIND_BASE64.split(payload, maxsplit=1)[0]
    message = Message()
    message["Content-Transfer-Encoding"] = coded
    message.set_payload(payload.encode("utf-8", "replace").decode("ascii", "surrogateescape"))
    said = message.get_payload(decode=True)
    return _text(said, charset) if isinstance(said, bytes) else payload


def words(said: str) -> str:
    """A field of a head with its encoded words decoded; a letter may begin in one and end in the next."""
    pieces: list[str | tuple[str, bytes]] = []
    at = 0
    for one in _WORD.finditer(said):
        charset, way, coded = one.groups()
        between = said[at : one.start()]
        is_next = pieces and not between.strip()
        if not is_next:
            pieces.append(between)
        piece = _word(way, coded)
        last = pieces[-1]
        if is_next and not isinstance(last, str) and last[0] == charset.lower():
            pieces[-1] = (last[0], last[1] + piece)
        else:
            pieces.append((charset.lower(), piece))
        at = one.end()
    pieces.append(said[at:])
    return whole("".join(one if isinstance(one, str) else _text(one[1], one[0]) for one in pieces))


def whole(said: str) -> str:
    """A decoded text without what is none: NUL, half a surrogate pair, a mark of its encoding."""
    said = said.replace("\0", " ").replace("\ufeff", "")
    return said if said.isascii() else said.encode("utf-8", "replace").decode()


def _word(way: str, coded: str) -> bytes:
    said = coded.encode("utf-8", "replace")
    if way in "qQ":
        return quopri.decodestring(said, header=True)
    try:
        return binascii.a2b_base64(said.rstrip(b"=") + b"===")
    except binascii.Error:
        return said


def of_bytes(content: bytes) -> str:
    """The text of a message or a mailbox, of which each may be in an encoding of its own. DocumentNotText."""
    messages = _BEGINS.split(content)
    named = [_named(one) for one in messages]
    if len(messages) == 1 and not named[0]:
        return decoded(content)
    return checked("".join(map(_in_its_own, messages, named)).removeprefix("\ufeff"))


def _named(message: bytes) -> str:
    """The charset that a message names besides those that say nothing of letters of 8 bits."""
    found = (one[1].lower() for one in _CHARSET.finditer(message))
    return next((one.decode() for one in found if one not in _NAMED_BY_ALL), "")


def _in_its_own(message: bytes, charset: str) -> str:
    try:
        return message.decode()
    except UnicodeDecodeError:
        return _text(message, charset if charsets.keeps_letters(charset) else "")


def _text(said: bytes, charset: str) -> str:
    """In the charset that is named, or if it is not in that, in the likeliest."""
    for one in (charset, "utf-8"):
        try:
            return charsets.decoded(said, one)
        except (LookupError, ValueError):
            continue
    return said.decode("cp1252", "replace")
