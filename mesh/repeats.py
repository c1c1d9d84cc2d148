"""Repeats: a request that creates something may come again, when its answer was lost (AIP-155)."""

from __future__ import annotations

import uuid

from mesh.errors import InvalidField


def request_id(given: str) -> str:
    """A request's id in one form, or nothing if it has none. InvalidField unless it is a random UUID."""
    if not given:
        return ""
    try:
        parsed = uuid.UUID(given)
    except ValueError:
        parsed = uuid.UUID(int=0)
    if parsed.version != 4 or str(parsed) != given.lower():
        raise InvalidField("request_id", "is a random UUID (version 4), such as 7d3f5c1e-0b5a-4c53-9d0e-2f6a8b1c4d7e")
    return str(parsed)
