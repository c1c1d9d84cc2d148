"""The scope of a request: what it names, or all there is, said in so many words."""

from __future__ import annotations

from collections.abc import Sequence

from mesh.errors import InvalidField


def some_or_all(named: Sequence[str], everything: bool, field: str) -> Sequence[str] | None:
    """
    What is named, or None for all there is.

    InvalidField if a request says neither or both: a field that was forgotten never means everything.
    """
    if bool(named) == everything:
        raise InvalidField(field, f"names some, or all_{field.rpartition('.')[2]} is set; not both")
    return None if everything else named
