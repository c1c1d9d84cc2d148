"""`myriad export` and `myriad import`: a whole mind into a file, and out of one."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated, Any, BinaryIO, cast

import grpc
import typer

from cli import progress, render, state, terminal
from cli.client import broken, refusal
from cli.documents import full_name
from cli.errors import Failure
from cli.options import Json
from cli.state import Endpoint
from cli.streaming import channel
from mesh.errors import received
from myriad.genesis.v1 import archive_service_pb2 as pb
from myriad.genesis.v1.archive_service_pb2_grpc import ArchiveServiceStub

PIECE_BYTES = 1024 * 1024

exporting = typer.Typer(add_completion=False)
importing = typer.Typer(add_completion=False)


@exporting.command()
def export(
    mind: Annotated[str, typer.Argument(metavar="MIND", help="The mind to export.")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The archive to write; it must not exist.")],
    as_json: Json = False,
) -> None:
    """Write a mind with all that it has learned into one file."""
    if file.exists():
        raise Failure(f"{file} exists already", exit_code=2)
    endpoint, last, started = state.find(), pb.ExportMindResponse(), time.monotonic()
    with _whole(file) as archive, _stub(endpoint) as (stub, metadata), progress.counting("exporting", as_json) as tell:
        for last in stub.ExportMind(pb.ExportMindRequest(name=full_name(mind)), metadata=metadata):
            archive.write(last.content)
            tell(last.document_count, last.agent_count)
    _say(endpoint, full_name(mind), file, last.document_count, last.agent_count, started, "exported", as_json)


@importing.command(name="import")
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="An archive that `myriad export` wrote.")],
    mind: Annotated[
        str, typer.Option("--mind", "-m", metavar="MIND", help="The mind to make, if not the one that was exported.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Make a mind of an archive: all of it, or nothing. Broken off, the same command goes on."""
    endpoint, last, started = state.find(), pb.ImportMindResponse(), time.monotonic()
    try:
        archive = file.open("rb")
    except OSError as error:
        raise Failure(f"{file} cannot be read: {error.strerror}", exit_code=2) from None
    with archive, _stub(endpoint) as (stub, metadata), progress.counting("importing", as_json) as tell:
        for last in stub.ImportMind(_pieces(full_name(mind) if mind else "", archive), metadata=metadata):
            tell(last.document_count, last.agent_count)
    _say(endpoint, last.name, file, last.document_count, last.agent_count, started, "imported", as_json)


def _pieces(name: str, archive: BinaryIO) -> Iterator[pb.ImportMindRequest]:
    yield pb.ImportMindRequest(name=name)
    while content := archive.read(PIECE_BYTES):
        yield pb.ImportMindRequest(content=content)


@contextmanager
def _whole(file: Path) -> Iterator[BinaryIO]:
    """What is written is there when all of it is, under a name of its own until then, and for nobody else to read."""
    unfinished = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        opened = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(opened, "wb") as archive:
            yield archive
            archive.flush()
            os.fsync(archive.fileno())
        os.link(unfinished, file)  # never over a file that came meanwhile
    except OSError as error:
        raise Failure(f"{file} cannot be written: {error.strerror}") from None
    finally:
        with suppress(OSError):
            unfinished.unlink()


@contextmanager
def _stub(endpoint: Endpoint) -> Iterator[tuple[Any, Any]]:
    metadata = (("authorization", f"Bearer {endpoint.api_key}"),)
    with channel(endpoint) as connection:
        try:
            # The generated types know the asyncio channel only; the stub takes both.
            yield ArchiveServiceStub(cast("grpc.aio.Channel", connection)), metadata
        except grpc.RpcError as error:
            status = received(error)
            if status.reason:
                raise refusal(status.message, status.reason, status.metadata) from None
            raise broken(endpoint.url, status.code.name) from None


def _say(
    endpoint: Endpoint,
    mind: str,
    file: Path,
    documents: int,
    agents: int,
    started: float,
    done: str,
    as_json: bool,
) -> None:
    report = {
        "mind": mind,
        "url": endpoint.shown,
        "file": str(file),
        "bytes": file.stat().st_size,
        "documents": documents,
        "agents": agents,
        "seconds": round(time.monotonic() - started, 3),
    }
    if as_json:
        terminal.as_json(report)
    else:
        terminal.show(render.archived(report, done))
