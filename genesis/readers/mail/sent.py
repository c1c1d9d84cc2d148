"""Messages as they were sent, decoded."""

from __future__ import annotations

import email
import email.policy
import re
from email.message import EmailMessage, MIMEPart

from genesis.readers import html

_ENVELOPE = re.compile(r"^From [^\n]*\n(?=[A-Z][\w-]*:)", re.MULTILINE)
_CODED = frozenset({"quoted-printable", "base64", "x-uuencode", "uuencode", "uue", "x-uue"})
"""Encodings of transfer that make other characters of what is said."""


def text_of(source: str) -> str:
    """Messages as they were sent (one, or a mailbox of several), decoded: their heads, and their bodies as text."""
    parts = _ENVELOPE.split(source) if source.startswith("From ") else [source]
    return "\n\n".join(_decoded(one) for one in parts if one.strip())


def _decoded(source: str) -> str:
    message = email.message_from_string(source, policy=email.policy.default)
    told = ((name, " ".join(str(message[name] or "").split())) for name in ("From", "To", "Cc", "Date", "Subject"))
    body = message.get_body(("plain", "html")) if isinstance(message, EmailMessage) else None
    said = _content(body) if body else ""
    if body and body.get_content_type() == "text/html":
        said = "\n\n".join(one.text.text for one in html.read(said).blocks)
    return "\n".join(f"{name}: {value}" for name, value in told if value) + "\n\n" + said.replace("\0", " ")


def _content(body: MIMEPart) -> str:
    """What a part says; without an encoding of transfer it is text already, whatever charset its head names."""
    coded = str(body.get("Content-Transfer-Encoding", "")).strip().lower() in _CODED
    try:
        return str(body.get_content() if coded else body.get_payload())
    except (LookupError, ValueError):
        return str(body.get_payload())
