"""Options that several commands share."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer


class Tier(StrEnum):
    """The models there are, by their first names."""

    SWIFT = "myriad-swift"
    BASE = "myriad-base"
    MAX = "myriad-max"


class Stores(StrEnum):
    """Where a Myriad keeps what it knows."""

    EMBEDDED = "embedded"
    PRODUCTION = "production"


Kept = Annotated[
    Stores,
    typer.Option(
        "--stores",
        help="embedded: in its data folder; production: on Neo4j, S3 and Redis servers of its own (`make servers`).",
    ),
]
Mind = Annotated[str, typer.Option("--mind", "-m", metavar="MIND", help="The mind, a knowledge base of its own.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")]
Model = Annotated[str, typer.Option("--model", metavar="MODEL", help="myriad-swift, myriad-base or myriad-max.")]

DEFAULT_MIND = "main"
