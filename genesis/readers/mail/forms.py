"""Forms of one text: the plain one is taken, unless only the other has it whole."""

from __future__ import annotations

import re
from collections.abc import Sequence

from genesis.readers.html.tags import said
from genesis.readers.mail.contents import HTML, PLAIN, Part

_HAS_TABLE = re.compile(r"<th[\s>]|\bMsoTableGrid\b|<table[^<>]{0,200}\sborder=[\"']?[1-9]", re.IGNORECASE)
_SHORTER = 3
"""Times fewer letters has what only says that there is another form."""
_LONGEST_HINT = 300


def best(forms: Sequence[list[Part]]) -> list[list[Part]]:
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
