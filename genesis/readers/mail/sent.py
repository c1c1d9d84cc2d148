"""Messages as they were sent: their heads, and their parts, in the form that says most."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from email.message import Message
from email.parser import HeaderParser
from typing import NamedTuple

from genesis.readers.mail import encodings, mailbox
from genesis.readers.mail.contents import PLAIN, Part, contents, told_by
from genesis.readers.mail.forms import best
from genesis.readers.mail.multiparts import parted, pieces

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


class Letter(NamedTuple):
    """A message: what its head says, by the names of its fields, and its parts."""

    fields: dict[str, str]
    parts: Sequence[Part]


def letters(source: str) -> list[list[Letter]]:
    """One message, or those of a mailbox, each with those within it behind it."""
    for end in ("\r\r\n", "\r\n", "\r"):
        source = source.replace(end, "\n")
    text = source.replace("\0", " ").lstrip("\n\ufeff")
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
    kind = told_by(told.get_content_type) or PLAIN
    if kind.startswith("multipart/") and depth < _MOST_DEEP:
        yield from _multipart(told, body, depth, within)
    elif kind == "message/rfc822" and depth < _MOST_DEEP:
        transfer = str(told.get("Content-Transfer-Encoding", ""))
        within += _letter(encodings.content(body, transfer, "utf-8").lstrip("\n"), depth + 1)
    elif kind.startswith("multipart/") or kind == "message/rfc822":
        yield Part(body, PLAIN)
    elif kind not in _UNNAMED and not kind.startswith("message/"):
        yield from contents(told, body, kind)


def _multipart(told: Message, body: str, depth: int, within: list[Letter]) -> Iterator[Part]:
    kind = (told_by(told.get_content_type) or PLAIN).partition("/")[2]
    found = pieces(body, told_by(told.get_boundary))
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
        forms = best(forms)
    for form in forms:
        yield from form
