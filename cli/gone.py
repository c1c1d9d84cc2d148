"""Documents whose files are no longer in the folders that were learned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from cli import documents, places
from cli.client import Client
from cli.errors import Failure


@dataclass(frozen=True, slots=True)
class Gone:
    """A document whose file is gone."""

    name: str
    uri: str


def find(client: Client, mind: str, folders: Sequence[Path]) -> list[Gone]:
    """The documents of a mind that were learned below these folders from files that are gone."""
    below = tuple(folder.as_uri().rstrip("/") + "/" for folder in folders)
    try:
        known = list(documents.of(client, mind)) if below else []
    except Failure as failure:
        if failure.reason == "MIND_NOT_FOUND":  # nothing could be learned
            return []
        raise
    found = (Gone(str(one["name"]), str(one.get("uri", ""))) for one in known)
    return [one for one in found if one.uri.startswith(below) and _is_gone(one.uri)]


def prune(client: Client, gone: Sequence[Gone]) -> None:
    """Forget them, everywhere and for good. One that somebody else has forgotten meanwhile is no failure."""
    for one in gone:
        try:
            client.delete(f"/v1/{quote(one.name)}")
        except Failure as failure:
            if failure.reason != "DOCUMENT_NOT_FOUND":
                raise


def _is_gone(uri: str) -> bool:
    path = places.path_of(uri)
    return path is not None and places.is_gone(path)
