"""A stream of documents to a mind: bounded, and taken up again where it broke."""

from __future__ import annotations

import random
import secrets
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias, cast

import grpc

from cli import state
from cli.client import broken, refusal
from cli.errors import Failure
from cli.sources import PIECE_BYTES, PIECE_LINES, Piece, failed
from cli.streaming import Requests, channel, watched, worth_another_try
from mesh.errors import Received, received
from myriad.genesis.v1 import document_service_pb2 as pb
from myriad.genesis.v1.document_pb2 import DocumentResult
from myriad.genesis.v1.document_service_pb2_grpc import DocumentServiceStub
from myriad.type.v1.error_reason_pb2 import ErrorReason

Feed: TypeAlias = Iterator[Piece | DocumentResult]

WINDOW_BYTES = 16 * 1024 * 1024
"""How much may be under way without a result. More than any batch, or both sides would wait."""
TRIES = 10
"""So often in a row without one new result, and the learning breaks off: ten seconds, twice what a restart may take."""
FIRST_WAIT_SECONDS = 0.25
LONGEST_WAIT_SECONDS = 2.0
KEPT_FAILURES = 10_000


@dataclass(slots=True)
class Tally:
    """What became of the documents so far."""

    job: str = ""
    """The resource name of the job that learns them."""
    states: Counter[int] = field(default_factory=Counter)
    agents_added: int = 0
    agents_removed: int = 0
    bytes: int = 0
    failures: list[DocumentResult] = field(default_factory=list)

    @property
    def documents(self) -> int:
        return self.states.total()

    def what_is_safe(self) -> str:
        """What to tell whoever's learning broke off; empty if there is nothing to tell."""
        safe = self.states[DocumentResult.STATE_LEARNED] + self.states[DocumentResult.STATE_UNCHANGED]
        documents = "1 document is" if safe == 1 else f"{safe:,} documents are"
        return f"{documents} safe; run the same command again to go on" if safe else ""

    def add(self, result: DocumentResult) -> None:
        self.states[result.state] += 1
        self.agents_added += result.added_agent_count
        self.agents_removed += result.removed_agent_count
        if result.state == DocumentResult.STATE_FAILED and len(self.failures) < KEPT_FAILURES:
            self.failures.append(result)


@dataclass(slots=True)
class _Sent:
    piece: Piece
    lines: set[int]
    """Its lines that have no result yet."""


class Teaching:
    """
    One learning job. Results are counted once, however often the connection breaks.

    Two threads share it: the caller's takes results, gRPC's asks for requests. (Blocking gRPC, because the
    asyncio one loses a call's status when a write comes upon its end.)
    """

    def __init__(
        self,
        endpoint: state.Endpoint,
        mind: str,
        feed: Feed,
        tell: Callable[[Tally], None],
        given_up: threading.Event | None = None,
    ) -> None:
        """`given_up` is set by whoever wants no further try."""
        self._given_up = given_up or threading.Event()
        self._endpoint = endpoint
        self._parent = f"minds/{mind.removeprefix('minds/')}"
        self._job_id = f"cli-{secrets.token_hex(8)}"
        self.tally = Tally(f"{self._parent}/jobs/{self._job_id}")
        self._feed = feed
        self._tell = tell
        self._sent: list[_Sent] = []
        self._under_way = 0
        """Bytes of what was sent and has no result yet."""
        self._changed = threading.Condition()

    def run(self) -> Tally:
        """Learn all of the feed. Failure if the server refuses, or stays away."""
        tries, wait = 0, FIRST_WAIT_SECONDS
        while True:
            before = self.tally.documents
            try:
                self._once()
            except grpc.RpcError as error:
                if self.tally.documents > before:
                    tries, wait = 0, FIRST_WAIT_SECONDS
                tries += 1
                status = received(error)
                if (
                    tries == TRIES
                    or not worth_another_try(status)
                    or self._given_up.wait(wait * random.uniform(0.5, 1))
                ):
                    raise self._failure(status) from None
                wait = min(wait * 2, LONGEST_WAIT_SECONDS)
            else:
                return self.tally

    def _once(self) -> None:
        metadata = (("authorization", f"Bearer {self._endpoint.api_key}"),)
        requests = Requests(self._requests(), self._changed)
        with channel(self._endpoint) as connection:
            # The generated types know the asyncio channel only; the stub takes both.
            stub = DocumentServiceStub(cast("grpc.aio.Channel", connection))
            call: Any = stub.StreamLearn(requests, metadata=metadata)
            try:
                with watched(call, lambda: bool(self._sent)) as heard:
                    for response in call:
                        heard()
                        self._take_all(response.results)
            finally:
                requests.end()
        if requests.error:
            raise requests.error
        for sent in self._sent:
            self._unanswered(sent)
        self._sent.clear()

    def _requests(self) -> Iterator[pb.StreamLearnRequest]:
        yield pb.StreamLearnRequest(parent=self._parent, job_id=self._job_id)
        request, size, lines = pb.StreamLearnRequest(), 0, 0
        for piece in self._pieces():
            if request.documents and (size + piece.bytes > PIECE_BYTES or lines + len(piece.lines) > PIECE_LINES):
                yield request
                request, size, lines = pb.StreamLearnRequest(), 0, 0
            request.documents.append(piece.document)
            size += piece.bytes
            lines += len(piece.lines)
        if request.documents:
            yield request

    def _pieces(self) -> Iterator[Piece]:
        for sent in list(self._sent):  # of a connection that broke
            yield sent.piece.only(sent.lines)
        for item in self._feed:
            if isinstance(item, DocumentResult):
                self._count(item)
                continue
            self._sent.append(_Sent(item, set(item.lines)))
            self._under_way += item.bytes
            self._changed.wait_for(lambda: self._under_way <= WINDOW_BYTES or len(self._sent) == 1)
            yield item

    def _take_all(self, results: Iterable[DocumentResult]) -> None:
        with self._changed:
            for result in results:
                self._take(result)
            self._changed.notify_all()
            self._tell(self.tally)

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
            self._count(
                failed(uri, ErrorReason.ERROR_REASON_INTERNAL, "the server did not say what became of it", line)
            )

    def _failure(self, status: Received) -> Failure:
        if status.reason:
            failure = refusal(status.message, status.reason, status.metadata)
        else:
            failure = broken(self._endpoint.url, status.code.name)
        failure.hint = "; ".join(filter(None, (failure.hint, self.tally.what_is_safe())))
        return failure
