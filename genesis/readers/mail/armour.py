"""Armour of texts that are signed with PGP: the lines around what is said."""

from __future__ import annotations

import re

_BEGINS = re.compile(r"^-----BEGIN PGP SIGNED MESSAGE-----\n(?:[A-Z][\w-]{1,30}: [^\n]{0,200}\n){0,5}\n?", re.MULTILINE)
_END = "-----END PGP SIGNATURE-----"
_SIGNATURE = "-----BEGIN PGP SIGNATURE-----"
_DASHED = re.compile(r"^- (?=-)", re.MULTILINE)


def without(text: str) -> str:
    """What is said, without the signature."""
    begins = _BEGINS.search(text)
    if not begins:
        return text
    start = text.find(_SIGNATURE, begins.end())
    if start < 0:
        return text
    end = text.find(_END, start)
    said = _DASHED.sub("", text[begins.end() : start])
    return text[: begins.start()] + said + (text[end + len(_END) :] if end >= 0 else "")
