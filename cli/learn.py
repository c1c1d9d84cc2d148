"""`myriad learn`: files and folders taught to a mind."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict
from itertools import chain
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

import typer

from cli import gone, progress, render, sources, state, terminal
from cli.client import Client
from cli.errors import Failure
from cli.options import DEFAULT_MIND, Json, Mind
from cli.sources import Found, Piece
from cli.state import Endpoint
from cli.teaching import Feed, Tally, Teaching
from mesh.documents import LARGEST_DOCUMENT_BYTES, MEDIA_TYPES
from mesh.errors import reason_name
from myriad.genesis.v1.document_pb2 import DocumentResult

STDIN = "-"
CANCEL_SECONDS = 3.0
INTERRUPTED = 130
"""What a shell says of a program that Ctrl-C ended: 128 and the number of SIGINT."""

app = typer.Typer(add_completion=False)


@app.command()
def learn(
    paths: Annotated[
        list[str] | None, typer.Argument(metavar="PATH", help="Folders, files, or - for text from stdin.")
    ] = None,
    mind: Mind = DEFAULT_MIND,
    url: Annotated[list[str] | None, typer.Option("--url", help="A page of the web.")] = None,
    sitemap: Annotated[
        list[str] | None, typer.Option("--sitemap", help="A sitemap of the web, whose pages are learned.")
    ] = None,
    prune: Annotated[
        bool, typer.Option("--prune", help="Forget documents of these folders whose files are gone.")
    ] = False,
    pin: Annotated[bool, typer.Option("--pin", help="Keep what these documents say always awake.")] = False,
    watch: Annotated[
        bool,
        typer.Option("--watch", help="Go on: learn what changes in these folders, forget what goes, until Ctrl-C."),
    ] = False,
    as_json: Json = False,
) -> None:
    """Learn texts, tables, PDF, Office, settings, logs and code; again is safe, only what changed is learned anew."""
    endpoint = state.find()
    paths, web = paths or [], _web(url or [], sitemap or [])
    if not paths and web is None:
        raise Failure("say what to learn: folders, files, --url or --sitemap", exit_code=2)
    if watch and web is not None:
        raise Failure("--watch is for folders", exit_code=2)
    if watch:
        _watch(endpoint, mind, paths, pin=pin, as_json=as_json)
        return
    found = sources.find(Path(path) for path in paths if path != STDIN)
    if not (found.sources or found.failures or web or STDIN in paths or (prune and found.folders)):
        raise Failure(f"nothing to learn in {', '.join(paths)}", hint=_why_nothing(found))
    stdin = sys.stdin.buffer.read(LARGEST_DOCUMENT_BYTES + 1) if STDIN in paths else None
    summary = _round(endpoint, mind, found, stdin=stdin, prune=prune, pin=pin, quiet=as_json, web=web)
    if as_json:
        terminal.as_json(summary)
    else:
        terminal.show(render.learned(summary))
    if summary["failed"]:
        raise typer.Exit(1)


def _web(urls: list[str], sitemaps: list[str]) -> Feed | None:
    """The pages to learn, fetched as they are sent; None if nobody asked for any."""
    if not urls and not sitemaps:
        return None
    from cli import site  # noqa: PLC0415, what learns files does not wait for it

    return site.pages(urls, sitemaps)


def _watch(endpoint: Endpoint, mind: str, paths: list[str], *, pin: bool, as_json: bool) -> None:
    from cli import watching  # noqa: PLC0415, what learns once does not wait for it

    folders = [Path(path) for path in paths]
    if not all(folder.is_dir() for folder in folders):
        raise Failure("--watch is for folders", exit_code=2)

    def once(found: Found) -> None:
        summary = _round(endpoint, mind, found, prune=True, pin=pin, quiet=as_json)
        if as_json:
            terminal.as_json_line(summary)
        else:
            terminal.show(render.learned(summary))

    watching.keep([folder.resolve() for folder in folders], once)


def _round(
    endpoint: Endpoint,
    mind: str,
    found: Found,
    *,
    prune: bool,
    pin: bool,
    quiet: bool,
    stdin: bytes | None = None,
    web: Feed | None = None,
) -> dict[str, Any]:
    """Learn what was found, look for what is gone; what became of it all."""
    started = time.monotonic()
    nothing = not found.sources and not found.failures and stdin is None and web is None
    tally = Tally() if nothing else teach(endpoint, mind, found, stdin=stdin, pin=pin, quiet=quiet, web=web)
    summary = _summary(mind, tally, found, time.monotonic() - started)
    with Client(endpoint) as client:
        missing = gone.find(client, mind, found.folders)
        if prune:
            gone.prune(client, missing)
    return summary | {"url": endpoint.url, "gone": [asdict(one) for one in missing], "pruned": prune}


def teach(
    endpoint: Endpoint,
    mind: str,
    found: Found,
    *,
    stdin: bytes | None = None,
    pin: bool = False,
    quiet: bool = False,
    web: Feed | None = None,
    given_up: threading.Event | None = None,
) -> Tally:
    """Learn what was found, with a progress bar. Failure if the server refuses, or stays away."""
    with progress.learning(sum(source.bytes for source in found.sources), quiet) as tell:
        teaching = Teaching(endpoint, mind, _feed(found, stdin, pin, web), tell, given_up)
        try:
            return teaching.run()
        except KeyboardInterrupt:
            _cancel(endpoint, teaching.tally.job)
            safe = teaching.tally.what_is_safe()
            raise Failure("stopped", hint=safe or "nothing was learned", exit_code=INTERRUPTED) from None


def _cancel(endpoint: Endpoint, job: str) -> None:
    """Have the server stop at once too; if it does not hear this, it notices that nobody is there any more."""
    with suppress(Failure), Client(endpoint, CANCEL_SECONDS) as client:
        client.post(f"/v1/{quote(job)}:cancel", {})


def _feed(found: Found, stdin: bytes | None, pin: bool, web: Feed | None = None) -> Feed:
    yield from found.failures
    pieces = chain(chain.from_iterable(map(sources.pieces, found.sources)), web or ())
    for piece in pieces if stdin is None else chain(pieces, [sources.text_piece(stdin)]):
        if isinstance(piece, Piece):
            piece.document.pinned = pin
        yield piece


def _why_nothing(found: Found) -> str:
    skipped = ", ".join(f"{count} {why}" for why, count in found.skipped.items() if count)
    kinds = " ".join(MEDIA_TYPES)
    return f"it takes {kinds}" + (f"; skipped: {skipped}" if skipped else "")


def _summary(mind: str, tally: Tally, found: Found, seconds: float) -> dict[str, Any]:
    return {
        "mind": mind,
        "job": tally.job,
        "documents": tally.documents,
        "learned": tally.states[DocumentResult.STATE_LEARNED],
        "unchanged": tally.states[DocumentResult.STATE_UNCHANGED],
        "failed": tally.states[DocumentResult.STATE_FAILED],
        "agents_added": tally.agents_added,
        "agents_removed": tally.agents_removed,
        "skipped": dict(found.skipped),
        "skipped_files": found.skipped_names,
        "seconds": round(seconds, 3),
        "failures": list(_failures(tally)),
    }


def _failures(tally: Tally) -> Iterator[dict[str, Any]]:
    for failure in tally.failures:
        where = {"uri": failure.uri, "line": failure.line, "document": failure.document}
        yield {
            **{key: value for key, value in where.items() if value},
            "reason": reason_name(failure.reason),
            "message": failure.message,
        }
