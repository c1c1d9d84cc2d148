"""Text of XML as text of HTML."""

from __future__ import annotations

import re
from html import escape

from genesis.structure import Edit, Shown

_SIGN = re.compile(r"[<&]")


def escaped(said: Shown) -> Shown:
    """Text, which is no markup."""
    edits = [Edit(*one.span(), escape(one[0])) for one in _SIGN.finditer(said.text)]
    return said.edited(edits) if edits else said
