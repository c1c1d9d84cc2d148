"""
Tokens, for `usage` and `max_tokens`: there is no language model whose tokens they could be.

A token is a run of letters, digits and underscores, or one other character that is no white space:
`Who wrote "Dune"?` has 6.
"""

from __future__ import annotations

import re
from itertools import islice

_TOKEN = re.compile(r"\w+|[^\w\s]")


def count(text: str) -> int:
    return sum(1 for _ in _TOKEN.finditer(text))


def beginning(text: str, most: int | None) -> str:
    """The text up to its last token, if it has `most` at most or there is no limit; else its first so many."""
    if most is None:
        return text
    cut = next(islice(_TOKEN.finditer(text), most, None), None)
    return text if cut is None else text[: cut.start()].rstrip()
