"""Parts of a message: what each says, decoded, if it is a text, or else what it is called."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from email.message import Message
from html import unescape
from typing import NamedTuple

from genesis.readers.mail import armour, encodings
from genesis.readers.mail.flowed import unflowed
from mesh.documents import MEDIA_TYPES

PLAIN, HTML, CALENDAR = "text/plain", "text/html", "text/calendar"
_OWN = (PLAIN, HTML, CALENDAR)
_NO_TEXT = frozenset(("text/directory", "text/enriched", "text/rtf", "text/vcard", "text/x-vcard"))
_PICTURE = re.compile(
    r" ?\[(?:cid:|image: )[^\[\]\n]{1,200}+\]|(?<=[^\s<>(])<(?:https?://|mailto:)[^<>\s]{1,2000}+>", re.IGNORECASE
)
"""What stands in a plain text for a picture of the page, and for the link behind what is shown of it."""
_TYPED = re.compile(
    r"(?:<(?!pre)[^<>]{0,500}+>|\s)*+<pre[^<>]{0,200}+>([^<]*+)</pre>(?:<[^<>]{0,500}+>|\s)*+", re.IGNORECASE
)
"""A page that only holds a plain text."""
_TEXTS = frozenset(("application/json", "application/yaml"))


class Part(NamedTuple):
    """A text of a message; one with a name is attached, without a media type it is named alone."""

    text: str
    media_type: str
    name: str = ""


def told_by(said: Callable[[], object]) -> str:
    """What a field says, if it is formed as such a field is."""
    try:
        return encodings.whole(str(said() or ""))
    except (TypeError, ValueError, LookupError):
        return ""


def contents(told: Message, body: str, kind: str) -> Iterator[Part]:
    name = " ".join(encodings.words(told_by(told.get_filename)).split())
    is_own = kind in _OWN and not name and told_by(told.get_content_disposition) != "attachment"
    if name and kind in (PLAIN, "application/octet-stream", "application/ics"):
        kind = MEDIA_TYPES.get("." + name.rpartition(".")[2].lower(), kind)
    if (kind.startswith("text/") and kind not in _NO_TEXT) or kind in _TEXTS:
        said = _said(told, body, kind)
        if is_own and kind == HTML and (typed := _TYPED.fullmatch(said)):
            kind, said = PLAIN, unescape(typed[1])
        yield Part(said, kind, "" if is_own or kind == CALENDAR else name or kind)
    elif name and not (kind.startswith("image/") and told.get("Content-ID")):
        yield Part("", "", name)


def _said(told: Message, body: str, kind: str) -> str:
    transfer = str(told.get("Content-Transfer-Encoding", ""))
    said = encodings.content(body, transfer, told_by(told.get_content_charset))
    said = encodings.whole(said.replace("\r\n", "\n").replace("\r", "\n"))
    if kind != PLAIN:
        return said
    said = _PICTURE.sub("", said)
    if told_by(lambda: told.get_param("format")).lower() == "flowed":
        said = unflowed(said, is_joined=told_by(lambda: told.get_param("delsp")).lower() == "yes")
    return armour.without(said)
