"""A stream of documents to a mind: bounded, and taken up again where it broke."""

from __future__ import annotations

import asyncio
import random
import secrets
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias
from urllib.parse import urlsplit

import grpc

from cli import state
from cli.client import HINTS
from cli.errors import Failure
from cli.sources import PIECE_BYTES, PIECE_LINES, Piece, failed
from mesh.channels import channel
from mesh.errors import received
from myriad.genesis.v1 import document_service_pb2 as pb
from myriad.genesis.v1.document_pb2 import DocumentResult
from myriad.genesis.v1.document_service_pb2_grpc import DocumentServiceStub

Feed: TypeAlias = Iterator[Piece | DocumentResult]
Call: TypeAlias = "grpc.aio.StreamStreamCall[Any, Any]"

WINDOW_BYTES = 16 * 1024 * 1024
"""How much may be under way without a result. More than any batch, or both sides would wait."""
IDLE_SECONDS = 120.0
TRIES = 6
"""So often in a row without one new result, and the learning breaks off."""
FIRST_WAIT_SECONDS = 0.25
KEPT_FAILURES = 10_000
CALL_ENDED = (grpc.aio.AioRpcError, asyncio.InvalidStateError)
"""What writing to a call that has ended raises."""
AGAIN = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED, grpc.StatusCode.RESOURCE_EXHAUSTED)


@dataclass(slots=True)
class Tally:
    """What became of the documents so far."""

    states: Counter[int] = field(default_factory=Counter)
    agents_added: int = 0
    agents_removed: int = 0
    bytes: int = 0
    failures: list[DocumentResult] = field(default_factory=list)

    @property
    def documents(self) -> int:
        return self.states.total()

    def add(self, result: DocumentResult) -> None:
        self.states[result.state] += 1
        self.agents_added += result.agents_added
        self.agents_removed += result.agents_removed
        if result.state == DocumentResult.STATE_FAILED and len(self.failures) < KEPT_FAILURES:
            self.failures.append(result)


@dataclass(slots=True)
class _Sent:
    piece: Piece
    lines: set[int]
    """Its lines that have no result yet."""


class Teaching:
    """One learning job. Results are counted once, however often the connection breaks."""

    def __init__(self, endpoint: state.Endpoint, mind: str, feed: Feed, tell: Callable[[Tally], None]) -> None:
        self.tally = Tally()
        self.job = f"cli-{secrets.token_hex(8)}"
        self._endpoint = endpoint
        self._parent = f"minds/{mind.removeprefix('minds/')}"
        self._feed = feed
        self._tell = tell
        self._sent: list[_Sent] = []
        self._under_way = 0
        """Bytes of what was sent and has no result yet."""
        self._room = asyncio.Event()

    async def run(self) -> Tally:
        """Learn all of the feed. Failure if the server refuses, or stays away."""
        tries, wait = 0, FIRST_WAIT_SECONDS
        while True:
            before = self.tally.documents
            try:
                await self._once()
            except (grpc.aio.AioRpcError, TimeoutError) as error:
                if self.tally.documents > before:
                    tries, wait = 0, FIRST_WAIT_SECONDS
                tries += 1
                if tries == TRIES or not _worth_another_try(error):
                    raise self._failure(error) from None
                await asyncio.sleep(wait * random.uniform(0.5, 1.0))
                wait *= 2
            else:
                return self.tally

    async def _once(self) -> None:
        async with channel(_target(self._endpoint.url)) as connection:
            metadata = (("authorization", f"Bearer {self._endpoint.api_key}"),)
            call: Call = DocumentServiceStub(connection).StreamLearn(metadata=metadata)
            writing = asyncio.create_task(self._write(call))
            reading = asyncio.create_task(self._read(call))
            try:
                await asyncio.wait((writing, reading), return_when=asyncio.FIRST_EXCEPTION)
                if writing.done() and not isinstance(writing.exception(), CALL_ENDED):
                    writing.result()  # what went wrong on our side; how the call ended, the reading knows
                await reading
            finally:
                for task in (writing, reading):
                    task.cancel()
                await asyncio.gather(writing, reading, return_exceptions=True)

    async def _read(self, call: Call) -> None:
        while True:
            response: Any = await asyncio.wait_for(call.read(), IDLE_SECONDS)
            if response is grpc.aio.EOF:
                break
            for result in response.results:
                self._take(result)
            self._tell(self.tally)
        for sent in self._sent:
            self._unanswered(sent)
        self._sent.clear()

    async def _write(self, call: Call) -> None:
        await call.write(pb.StreamLearnRequest(parent=self._parent, job_id=self.job))
        message = _Message(call)
        for sent in list(self._sent):  # of a connection that broke; the server knows what it has learned already
            await message.add(sent.piece)
        for item in self._feed:
            if isinstance(item, DocumentResult):
                self._count(item)
                continue
            while self._sent and self._under_way + item.bytes > WINDOW_BYTES:
                await message.send()
                self._room.clear()
                await self._room.wait()
            self._sent.append(_Sent(item, set(item.lines)))
            self._under_way += item.bytes
            await message.add(item)
        await message.send()
        await call.done_writing()

    def _take(self, result: DocumentResult) -> None:
        """Count a result, unless it was counted before the connection broke."""
        sent = self._sent_for(result)
        if sent is None:
            return
        sent.lines.discard(result.line)
        if result.line == 0 or not sent.lines:
            self._sent.remove(sent)
            self.tally.bytes += sent.piece.bytes
            self._under_way -= sent.piece.bytes
            self._room.set()
        self._count(result)

    def _sent_for(self, result: DocumentResult) -> _Sent | None:
        """What a result is for: results come in the order of the documents; a line may have a uri of its own."""
        if result.line:
            return next((sent for sent in self._sent if result.line in sent.lines), None)
        return next((sent for sent in self._sent if sent.piece.document.uri == result.uri), None)

    def _count(self, result: DocumentResult) -> None:
        self.tally.add(result)
        self._tell(self.tally)

    def _unanswered(self, sent: _Sent) -> None:
        for line in sorted(sent.lines):
            uri = sent.piece.document.uri
            self._count(failed(uri, "INTERNAL", "the server did not say what became of it", line))

    def _failure(self, error: grpc.aio.AioRpcError | TimeoutError) -> Failure:
        done = f"{self.tally.documents} documents are safe, learning again goes on from there"
        if isinstance(error, TimeoutError):
            return Failure(f"no result for {IDLE_SECONDS:.0f} s", hint=done)
        status = received(error)
        if status.reason:
            return Failure(status.message, reason=status.reason, hint=HINTS.get(status.reason, done))
        return Failure(f"the connection to {self._endpoint.url} broke: {status.code.name}", hint=done)


class _Message:
    """Small documents together, up to a message's fill."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._request = pb.StreamLearnRequest()
        self._bytes = 0
        self._lines = 0

    async def add(self, piece: Piece) -> None:
        if self._bytes + piece.bytes > PIECE_BYTES or self._lines + len(piece.lines) > PIECE_LINES:
            await self.send()
        self._request.documents.append(piece.document)
        self._bytes += piece.bytes
        self._lines += len(piece.lines)

    async def send(self) -> None:
        if self._request.documents:
            await self._call.write(self._request)
            self._request, self._bytes, self._lines = pb.StreamLearnRequest(), 0, 0


def _worth_another_try(error: grpc.aio.AioRpcError | TimeoutError) -> bool:
    """A broken connection carries no reason of ours; of those with one, some pass by themselves."""
    if isinstance(error, TimeoutError):
        return True
    return error.code() in AGAIN or (error.code() is grpc.StatusCode.INTERNAL and not received(error).reason)


def _target(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme != "http" or not parts.hostname:
        raise Failure("learning goes over plain HTTP/2 to an http:// URL so far")
    return f"{parts.hostname}:{parts.port or 80}"
