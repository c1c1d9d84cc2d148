"""Which reader reads which media type."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from genesis.readers import calendar, code, commonmark, html, json, log, notebook, rst, settings, table, text, xml, yaml
from genesis.readers.mail import encodings
from genesis.readers.mail import reader as mail
from genesis.reading import decoded
from genesis.structure import Structure

CODE = (
    *("text/javascript", "text/typescript", "text/x-c", "text/x-c++", "text/x-csharp", "text/x-go", "text/x-java"),
    *("text/x-kotlin", "text/x-php", "text/x-python", "text/x-ruby", "text/x-rust", "text/x-scala", "text/x-sh"),
    "text/x-swift",
)
READERS: Mapping[str, Callable[[str], Structure]] = {
    "application/json": json.read,
    "application/sql": code.read,
    "application/toml": settings.read,
    "application/xml": xml.read,
    "application/x-ipynb+json": notebook.read,
    "application/yaml": yaml.read,
    "application/mbox": mail.read,
    "message/rfc822": mail.read,
    "text/calendar": calendar.read,
    "text/csv": table.read,
    "text/html": html.read,
    "text/markdown": commonmark.read,
    "text/plain": text.read,
    "text/tab-separated-values": table.read,
    **dict.fromkeys(CODE, code.read),
    "text/x-ini": settings.read,
    "text/x-log": log.read,
    "text/x-rst": rst.read,
}
"""By media type, without its parameters."""


_DECLARED = {
    xml.read: re.compile(rb"\s{0,99}+<\?xml\s[^<>]{0,200}?\bencoding\s{0,9}=\s{0,9}[\"']([\w.:-]{1,40}+)"),
    html.read: re.compile(
        rb"[\s\S]{0,2000}?<meta\s[^<>]{0,200}?\bcharset\s{0,9}=\s{0,9}[\"']?([\w.:-]{1,40}+)", re.IGNORECASE
    ),
}
"""How a text says which charset it is in."""


def text_of(content: bytes, media_type: str) -> str:
    """The text of a file, in whatever encoding; a mail, XML and a page say in which they are. DocumentNotText."""
    read = READERS.get(media_type)
    if read is mail.read:
        return encodings.of_bytes(content)
    declared = _DECLARED[read].match(content) if read in _DECLARED else None
    return decoded(content, declared[1].decode("ascii", "replace") if declared else "")
