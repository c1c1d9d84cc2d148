"""Pages of a list (AIP-158)."""

from __future__ import annotations

import base64
import re

from mesh.errors import InvalidField

_NUMBER = re.compile("[0-9]{1,18}")
DEFAULT_SIZE = 50
LARGEST_SIZE = 1000


def size(requested: int) -> int:
    """How many to return: 0 means 50, more than 1,000 means 1,000. InvalidField if negative."""
    if requested < 0:
        raise InvalidField("page_size", "is not negative")
    return min(requested or DEFAULT_SIZE, LARGEST_SIZE)


def token(last: str) -> str:
    """The token of the page after the one that ends with `last`."""
    return base64.urlsafe_b64encode(last.encode()).decode()


def number_after(page_token: str) -> int:
    """The number that the page before ended with; 0 for the first page. InvalidField."""
    last = after(page_token) or "0"
    if not _NUMBER.fullmatch(last):
        raise _invalid()
    return int(last)


def after(page_token: str) -> str:
    """What the page before ended with; empty for the first page. InvalidField."""
    try:
        return base64.b64decode(page_token, altchars=b"-_", validate=True).decode()
    except ValueError:
        raise _invalid() from None


def _invalid() -> InvalidField:
    return InvalidField("page_token", "is a next_page_token of an earlier response")
