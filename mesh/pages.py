"""Pages of a list (AIP-158)."""

from __future__ import annotations

import base64

from mesh.errors import InvalidField

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


def after(page_token: str) -> str:
    """What the page before ended with; empty for the first page. InvalidField."""
    try:
        return base64.b64decode(page_token, altchars=b"-_", validate=True).decode()
    except ValueError:
        raise InvalidField("page_token", "is a next_page_token of an earlier response") from None
