"""Learning over a stream: bounded, counted once, taken up again where it broke."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import grpc
import pytest

from cli import certificates, sources, teaching
from cli.errors import Failure
from cli.sources import Piece, Source
from cli.state import Endpoint
from cli.streaming import worth_another_try
from cli.teaching import Tally, Teaching
from mesh.boundary import Boundary
from mesh.call import Context
from mesh.documents import JSONL
from mesh.errors import ComponentUnavailable, InvalidField, NotImplementedYet, Received
from mesh.identity import AUTHORITY, CERTIFICATE, KEY
from mesh.metrics import Metrics
from myriad.genesis.v1 import document_service_pb2 as pb
from myriad.genesis.v1.document_pb2 import DocumentInput, DocumentResult
from myriad.genesis.v1.document_service_pb2_grpc import (
    DocumentServiceServicer,
    add_DocumentServiceServicer_to_server,
)


class OnlyStreamLearn(DocumentServiceServicer):
    async def LearnDocuments(self, request: pb.LearnDocumentsRequest, context: Context) -> pb.LearnDocumentsResponse:
        raise NotImplementedYet("LearnDocuments")

    async def GetDocument(self, request: pb.GetDocumentRequest, context: Context) -> pb.GetDocumentResponse:
        raise NotImplementedYet("GetDocument")

    async def ListDocuments(self, request: pb.ListDocumentsRequest, context: Context) -> pb.ListDocumentsResponse:
        raise NotImplementedYet("ListDocuments")

    async def ForgetDocument(self, request: pb.ForgetDocumentRequest, context: Context) -> pb.ForgetDocumentResponse:
        raise NotImplementedYet("ForgetDocument")

    async def RepairDocuments(self, request: pb.RepairDocumentsRequest, context: Context) -> pb.RepairDocumentsResponse:
        raise NotImplementedYet("RepairDocuments")

    async def GetJob(self, request: pb.GetJobRequest, context: Context) -> pb.GetJobResponse:
        raise NotImplementedYet("GetJob")

    async def ListJobs(self, request: pb.ListJobsRequest, context: Context) -> pb.ListJobsResponse:
        raise NotImplementedYet("ListJobs")

    async def CancelJob(self, request: pb.CancelJobRequest, context: Context) -> pb.CancelJobResponse:
        raise NotImplementedYet("CancelJob")


class Genesis(OnlyStreamLearn):
    """Learns every line and file; breaks its connections after so many documents, as told."""

    def __init__(self) -> None:
        self.learned: list[tuple[str, int]] = []
        self.jobs: list[str] = []
        self.keys: set[str] = set()
        self.breaks: list[int] = []
        self.batch = 3

    async def StreamLearn(
        self, request_iterator: AsyncIterator[pb.StreamLearnRequest], context: Context
    ) -> AsyncIterator[pb.StreamLearnResponse]:
        metadata = dict(context.invocation_metadata() or ())
        self.keys.add(str(metadata.get("authorization")))
        limit = self.breaks.pop(0) if self.breaks else None
        if limit == 0:
            raise ComponentUnavailable("the connectome does not answer")
        results: list[DocumentResult] = []
        async for request in request_iterator:
            if request.parent:
                if request.parent == "minds/Bad":
                    raise InvalidField("parent", "lower case")
                self.jobs.append(request.job_id)
            for result in (result for document in request.documents for result in self._results(document)):
                results.append(result)
                if len(results) == self.batch:
                    yield pb.StreamLearnResponse(results=results)
                    if limit is not None and (limit := limit - len(results)) <= 0:
                        raise ComponentUnavailable("the connectome does not answer")
                    results = []
        yield pb.StreamLearnResponse(results=results)

    def _results(self, document: DocumentInput) -> Iterator[DocumentResult]:
        if document.media_type != JSONL:
            yield self._result(document.uri, 0)
            return
        for line, text in enumerate(document.content.splitlines(), document.first_line or 1):
            if text.strip():
                yield self._result(document.uri, line)

    def _result(self, uri: str, line: int) -> DocumentResult:
        again = (uri, line) in self.learned
        self.learned.append((uri, line))
        state = DocumentResult.STATE_UNCHANGED if again else DocumentResult.STATE_LEARNED
        # A line may have a uri of its own; nobody but the server knows it.
        return DocumentResult(
            state=state, uri=f"line:{line}" if line else uri, line=line, added_agent_count=int(not again)
        )


@asynccontextmanager
async def teaching_to(genesis: Genesis, feed: teaching.Feed, mind: str = "m") -> AsyncIterator[Teaching]:
    server = grpc.aio.server(interceptors=[_Edge({}, 100, Metrics("genesis").calls)])
    add_DocumentServiceServicer_to_server(genesis, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    try:
        yield Teaching(Endpoint(f"http://127.0.0.1:{port}", "secret"), mind, feed, lambda _tally: None)
    finally:
        await server.stop(0.1)


class _Edge(Boundary):
    """The boundary of genesis as it shows through Envoy, which has seen to who calls."""

    def _admit(self, method: str) -> None:
        pass


async def learn(genesis: Genesis, feed: teaching.Feed, mind: str = "m") -> Tally:
    async with teaching_to(genesis, feed, mind) as job:
        return await asyncio.to_thread(job.run)


def lines(tmp_path: Path, count: int, name: str = "a.jsonl") -> teaching.Feed:
    file = tmp_path / name
    file.write_text("".join(f'{{"text": "{number}"}}\n' for number in range(count)))
    return sources.pieces(Source(file, name, JSONL, file.stat().st_size))


def files(count: int, size: int = 10) -> teaching.Feed:
    for number in range(count):
        document = DocumentInput(content=b"x" * size, media_type="text/plain", uri=f"{number}.txt")
        yield Piece(document, sources.WHOLE, size)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(teaching, "FIRST_WAIT_SECONDS", 0.01)
    monkeypatch.setattr(teaching, "LONGEST_WAIT_SECONDS", 0.1)


async def test_every_line_and_file_is_learned_once_with_the_key(tmp_path: Path) -> None:
    genesis = Genesis()
    tally = await learn(genesis, iter([*lines(tmp_path, 1201), *files(7)]))
    assert tally.states == {DocumentResult.STATE_LEARNED: 1208}
    assert tally.agents_added == 1208
    assert genesis.keys == {"Bearer secret"}
    assert len(genesis.learned) == len(set(genesis.learned)) == 1208


async def test_a_broken_stream_goes_on_with_the_same_job_and_counts_once(tmp_path: Path) -> None:
    genesis = Genesis()
    genesis.breaks = [3, 600, 3]
    tally = await learn(genesis, iter([*lines(tmp_path, 1000), *files(20)]))
    assert tally.states == {DocumentResult.STATE_LEARNED: 1020}
    assert len(genesis.jobs) == 4
    assert len(set(genesis.jobs)) == 1


async def test_two_sources_with_the_same_line_numbers_are_told_apart(tmp_path: Path) -> None:
    genesis = Genesis()
    genesis.breaks = [3, 30]
    tally = await learn(genesis, iter([*lines(tmp_path, 40, "a.jsonl"), *lines(tmp_path, 40, "b.jsonl")]))
    assert tally.states == {DocumentResult.STATE_LEARNED: 80}
    assert set(genesis.learned) == {(name, line) for name in ("a.jsonl", "b.jsonl") for line in range(1, 41)}


async def test_no_more_than_the_window_is_under_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(teaching, "WINDOW_BYTES", 1000)
    monkeypatch.setattr(teaching, "PIECE_BYTES", 100)
    genesis = Genesis()
    most = 0

    def watched(job: list[Teaching]) -> teaching.Feed:
        nonlocal most
        for piece in files(200, 50):
            yield piece
            most = max(most, job[0]._under_way)

    jobs: list[Teaching] = []
    async with teaching_to(genesis, watched(jobs)) as job:
        jobs.append(job)
        tally = await asyncio.to_thread(job.run)
    assert tally.documents == 200
    assert 50 < most <= 1000  # more than one piece; how much more is a matter of who is faster


async def test_a_refusal_is_not_tried_again() -> None:
    genesis = Genesis()
    with pytest.raises(Failure) as caught:
        await learn(genesis, files(1), "Bad")
    assert caught.value.reason == "INVALID_FIELD"
    assert "safe" not in str(caught.value)
    assert not genesis.jobs


async def test_a_server_that_stays_away_is_given_up_and_says_what_is_safe() -> None:
    genesis = Genesis()
    genesis.breaks = [3, *([0] * 20)]
    with pytest.raises(Failure, match="the connectome does not answer") as caught:
        await learn(genesis, files(50))
    assert caught.value.reason == "COMPONENT_UNAVAILABLE"
    assert "3 documents are safe; run the same command again" in str(caught.value)
    assert len(genesis.learned) == 3


def test_a_restart_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    waits = [min(teaching.FIRST_WAIT_SECONDS * 2**n, teaching.LONGEST_WAIT_SECONDS) for n in range(teaching.TRIES - 1)]
    assert sum(waits) / 2 > 5, "even when every wait is at its shortest"


async def test_nobody_there_is_a_failure_and_no_traceback() -> None:
    job = Teaching(Endpoint("http://127.0.0.1:9", "k"), "m", files(1), lambda _tally: None)
    with pytest.raises(Failure, match="the connection to"):
        await asyncio.to_thread(job.run)


async def test_a_server_that_speaks_tls_is_waited_for_too(tmp_path: Path) -> None:
    certificates.provide(tmp_path, (certificates.PUBLIC,), ("127.0.0.1",))
    own = tmp_path / certificates.PUBLIC
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"127.0.0.1:{free.getsockname()[1]}"
    there = Endpoint(f"https://{address}", "secret", authority=str(own / AUTHORITY))
    learning = asyncio.create_task(asyncio.to_thread(Teaching(there, "m", files(3), lambda _tally: None).run))
    await asyncio.sleep(0.05)
    server = grpc.aio.server(interceptors=[_Edge({}, 100, Metrics("genesis").calls)])
    add_DocumentServiceServicer_to_server(Genesis(), server)
    shown = ((own / KEY).read_bytes(), (own / CERTIFICATE).read_bytes())
    server.add_secure_port(address, grpc.ssl_server_credentials([shown]))
    await server.start()
    try:
        assert (await learning).states == {DocumentResult.STATE_LEARNED: 3}
    finally:
        await server.stop(0.1)


async def test_what_the_server_passes_over_in_silence_has_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    genesis = Genesis()
    monkeypatch.setattr(genesis, "_results", lambda _document: iter(()))
    tally = await learn(genesis, files(2))
    assert tally.states == {DocumentResult.STATE_FAILED: 2}


async def test_a_feed_that_fails_on_our_side_is_raised_and_does_not_hang() -> None:
    def broken() -> teaching.Feed:
        yield from files(1)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await asyncio.wait_for(learn(Genesis(), broken()), 5)


def test_what_cannot_be_resent_is_kept_short_of_memory() -> None:
    tally = Tally()
    for _ in range(teaching.KEPT_FAILURES + 5):
        tally.add(DocumentResult(state=DocumentResult.STATE_FAILED))
    assert len(tally.failures) == teaching.KEPT_FAILURES
    assert tally.documents == teaching.KEPT_FAILURES + 5


def test_codes_that_pass_by_themselves_are_tried_again() -> None:
    def status(code: grpc.StatusCode, reason: str = "") -> Received:
        return Received(code, reason, "", {})

    assert worth_another_try(status(grpc.StatusCode.UNAVAILABLE, "COMPONENT_UNAVAILABLE"))
    assert worth_another_try(status(grpc.StatusCode.INTERNAL))
    assert worth_another_try(status(grpc.StatusCode.UNKNOWN))
    assert not worth_another_try(status(grpc.StatusCode.INTERNAL, "INTERNAL"))
    assert not worth_another_try(status(grpc.StatusCode.UNAUTHENTICATED, "KEY_INVALID"))


async def test_who_gives_up_waits_for_no_further_try(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(teaching, "FIRST_WAIT_SECONDS", 60.0)
    given_up = threading.Event()
    given_up.set()
    job = Teaching(Endpoint("http://127.0.0.1:9", "k"), "m", files(1), lambda _tally: None, given_up)
    with pytest.raises(Failure):
        await asyncio.wait_for(asyncio.to_thread(job.run), 10)
