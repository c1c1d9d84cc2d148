"""
Messages as they were sent: their heads, and of their parts those that are texts, decoded.

Of two forms of the same text the plain one is taken, unless only the other has it whole. What is no text is named.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from email.message import Message
from email.parser import HeaderParser
from html import unescape
from typing import NamedTuple

from genesis.readers.html.tags import said
from genesis.readers.mail import armour, encodings, mailbox
from genesis.readers.mail.flowed import unflowed
from genesis.readers.mail.multiparts import parted, pieces
from mesh.documents import MEDIA_TYPES

PLAIN, HTML, CALENDAR = "text/plain", "text/html", "text/calendar"
_OWN = (PLAIN, HTML, CALENDAR)
_MOST_DEEP = 12
"""Parts within parts."""
_LONGEST = 4_000
"""Characters of a field of a head."""
_FIELDS = ("From", "To", "Cc", "Date", "Subject")
_UNSAID = """
application/applefile application/ms-tnef application/pgp-encrypted application/pgp-keys application/pgp-signature
application/pkcs7-signature application/x-pkcs7-signature text/rfc822-headers text/watch-html text/x-amp-html
"""
_UNNAMED = frozenset(_UNSAID.split())
"""Parts that say nothing, or what another part says."""
_NO_TEXT = frozenset(("text/directory", "text/enriched", "text/rtf", "text/vcard", "text/x-vcard"))
_HAS_TABLE = re.compile(r"<th[\s>]|\bMsoTableGrid\b|<table[^<>]{0,200}\sborder=[\"']?[1-9]", re.IGNORECASE)
_SHORTER = 3
"""Times fewer letters has what only says that there is another form."""
_LONGEST_HINT = 300
_PICTURE = re.compile(
    r" ?\[(?:cid:|image: )[^\[\]\n]{1,200}+\]|(?<=[^\s<>(])<(?:https?://|mailto:)[^<>\s]{1,2000}+>", re.IGNORECASE
)
"""What stands in a plain text for a picture of the page, and for the link behind what is shown of it."""
_TYPED = re.compile(
    r"(?:<(?!pre)[^<>]{0,500}+>|\s)*+<pre[^<>]{0,200}+>([^<]*+)</pre>(?:<[^<>]{0,500}+>|\s)*+", re.IGNORECASE
)
"""A page that only holds a plain text."""
_FILES = {**MEDIA_TYPES, ".ics": CALENDAR}
_TEXTS = frozenset(("application/json", "application/yaml"))


class Part(NamedTuple):
    """A text of a message; one with a name is attached, without a media type it is named alone."""

    text: str
    media_type: str
    name: str = ""


class Letter(NamedTuple):
    """A message: what its head says, by the names of its fields, and its parts."""

    fields: dict[str, str]
    parts: Sequence[Part]


def letters(source: str) -> list[list[Letter]]:
    """One message, or those of a mailbox, each with those within it behind it."""
    text = source.replace("\r\n", "\n").replace("\0", " ").lstrip("\n\ufeff")
    return [list(_letter(one, 0)) for one in mailbox.messages(text) if one.strip()]


def _letter(source: str, depth: int) -> Iterator[Letter]:
    head, body = parted(source)
    told = HeaderParser().parsestr(head)
    if not told.keys():
        body = source
    within: list[Letter] = []
    parts = [one for one in _parts(told, body, depth, within) if one.name or one.text.strip()]
    fields = {name: encodings.words(" ".join(str(told.get(name, ""))[:_LONGEST].split())) for name in _FIELDS}
    fields["From"] = fields["From"] or encodings.words(str(told.get("Sender", ""))[:_LONGEST])
    fields["Date"] = fields["Date"] or str(told.get("Received", ""))[:_LONGEST].rpartition(";")[2].strip()
    yield Letter({name: value for name, value in fields.items() if value}, list(dict.fromkeys(parts)))
    yield from within


def _parts(told: Message, body: str, depth: int, within: list[Letter]) -> Iterator[Part]:
    for name in ("Content-Type", "Content-Disposition"):
        if name in told:
            told.replace_header(name, str(told[name])[:_LONGEST])
    kind = _of(told.get_content_type) or PLAIN
    if kind.startswith("multipart/") and depth < _MOST_DEEP:
        yield from _multipart(told, body, depth, within)
    elif kind == "message/rfc822" and depth < _MOST_DEEP:
        transfer = str(told.get("Content-Transfer-Encoding", ""))
        within += _letter(encodings.content(body, transfer, "utf-8").lstrip("\n"), depth + 1)
    elif kind.startswith("multipart/") or kind == "message/rfc822":
        yield Part(body, PLAIN)
    elif kind not in _UNNAMED and not kind.startswith("message/"):
        yield from _text(told, body, kind)


def _multipart(told: Message, body: str, depth: int, within: list[Letter]) -> Iterator[Part]:
    kind = (_of(told.get_content_type) or PLAIN).partition("/")[2]
    found = pieces(body, _of(told.get_boundary))
    if not found:
        yield Part(body, PLAIN)
        return
    forms: list[list[Part]] = []
    for piece in found:
        head, inner = parted(piece)
        own = HeaderParser().parsestr(head)
        if kind == "digest" and "Content-Type" not in own:
            own["Content-Type"] = "message/rfc822"
        forms.append(list(_parts(own, inner, depth + 1, within)))
    if kind == "alternative":
        forms = _best(forms)
    for form in forms:
        yield from form


def _of(said: Callable[[], object]) -> str:
    """What a field says, if it is formed as such a field is."""
    try:
        return str(said() or "")
    except (TypeError, ValueError, LookupError):
        return ""


def _text(told: Message, body: str, kind: str) -> Iterator[Part]:
    name = " ".join(encodings.words(_of(told.get_filename)).split())
    is_own = kind in _OWN and not name and _of(told.get_content_disposition) != "attachment"
    if name and kind in (PLAIN, "application/octet-stream", "application/ics"):
        kind = _FILES.get("." + name.rpartition(".")[2].lower(), kind)
    if (kind.startswith("text/") and kind not in _NO_TEXT) or kind in _TEXTS:
        said = _said(told, body, kind)
        if is_own and kind == HTML and (typed := _TYPED.fullmatch(said)):
            kind, said = PLAIN, unescape(typed[1])
        yield Part(said, kind, "" if is_own or kind == CALENDAR else name or kind)
    elif name and not (kind.startswith("image/") and told.get("Content-ID")):
        yield Part("", "", name)


def _said(told: Message, body: str, kind: str) -> str:
    transfer = str(told.get("Content-Transfer-Encoding", ""))
    said = encodings.content(body, transfer, _of(told.get_content_charset))
    said = said.replace("\r\n", "\n").replace("\r", "\n").replace("\0", " ").replace("\ufeff", "")
    said = said.encode("utf-8", "replace").decode()
    if kind != PLAIN:
        return said
    said = _PICTURE.sub("", said)
    if _of(lambda: told.get_param("format")).lower() == "flowed":
        said = unflowed(said, is_joined=_of(lambda: told.get_param("delsp")).lower() == "yes")
    return armour.without(said)


def _best(forms: Sequence[list[Part]]) -> list[list[Part]]:
    """Of the forms of one text that which says most, with what is no form of it."""
    plain = next((form for form in forms if any(_is_own(one, PLAIN) for one in form)), None)
    page = next((form for form in forms if any(_is_own(one, HTML) for one in form)), None)
    if not plain or not page:
        return list(forms)
    left = page if _says_less(plain, page) else plain
    other = plain if left is page else page
    return [form for form in forms if form is not other]


def _is_own(part: Part, kind: str) -> bool:
    return part.media_type == kind and not part.name


def _says_less(plain: Sequence[Part], page: Sequence[Part]) -> bool:
    source = "".join(one.text for one in page if _is_own(one, HTML))
    text = "".join(one.text for one in plain if _is_own(one, PLAIN))
    if _HAS_TABLE.search(source) or (len(text) < _LONGEST_HINT and "html" in text.lower()):
        return True
    return len(text.strip()) * _SHORTER < len(said(source))
