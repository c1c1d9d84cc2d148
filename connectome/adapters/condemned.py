"""What any graph store keeps of a condemned bundle, and says to who writes into one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from connectome.errors import Conflict


def digest(bundle: str) -> str:
    """Under this it is kept: what is condemned outlives its mind, and must not say its name."""
    return hashlib.sha256(bundle.encode()).hexdigest()


def bundles_of(locations: Iterable[str]) -> set[str]:
    """The bundles in which packet locations lie."""
    return {location.rpartition("#")[0] for location in locations}


def conflict() -> Conflict:
    return Conflict("a bundle was taken for left over while it was written; write it again")
