"""The client that waits for each answer."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self, TypeVar

import grpc

from myriad_api.myriad.genesis.v1 import (
    Document,
    DocumentInput,
    DocumentResult,
    DocumentServiceStub,
    ForgetDocumentRequest,
    ForgetReceipt,
    ListDocumentsRequest,
)
from myriad_api.myriad.orchestrator.v1 import (
    Answer,
    OrchestratorServiceStub,
    Passage,
    QueryRequest,
    RecallRequest,
    StepFinished,
    StreamQueryRequest,
)
from myriad_client.connection import OPTIONS, Endpoint
from myriad_client.errors import translated
from myriad_client.requests import batches, document_name, mind_name

Stub = TypeVar("Stub")


class Myriad:
    """
    One Myriad over gRPC; use it as a context manager, from any number of threads.

    Every method raises a `MyriadError`, and ends after `timeout` seconds, retries included.
    """

    def __init__(
        self,
        url: str | None = None,
        api_key: str | None = None,
        *,
        authority: str | os.PathLike[str] | None = None,
        timeout: float = 30.0,
    ) -> None:
        """What is left out comes from MYRIAD_URL, MYRIAD_API_KEY and MYRIAD_CA, see `Endpoint.of`. ValueError."""
        endpoint = Endpoint.of(url, api_key, authority)
        if endpoint.credentials:
            self._channel = grpc.secure_channel(endpoint.target, endpoint.credentials, options=OPTIONS)
        else:
            self._channel = grpc.insecure_channel(endpoint.target, options=OPTIONS)
        self._headers = endpoint.headers
        self._timeout = timeout

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Ends the calls that are under way, too."""
        self._channel.close()

    def ask(self, question: str, *, mind: str = "", model: str = "", timeout: float | None = None) -> Answer:
        """The answer to a question; `mind` may be left out when the key has one only."""
        request = QueryRequest(question=question, mind=mind, model=model)
        answer = self.stub(OrchestratorServiceStub, timeout).query(request).answer
        return answer or Answer()

    def stream(
        self, question: str, *, mind: str = "", model: str = "", timeout: float | None = None
    ) -> Iterator[StepFinished | Answer]:
        """Each step of answering a question as it ends, and last the answer. To leave the loop ends the work."""
        request = StreamQueryRequest(question=question, mind=mind, model=model)
        for response in self.stub(OrchestratorServiceStub, timeout).stream_query(request):
            if event := response.step or response.answer:
                yield event

    def recall(
        self, question: str, *, mind: str = "", model: str = "", k: int = 0, timeout: float | None = None
    ) -> list[Passage]:
        """The `k` passages that fit a question best, best first; the server's number if 0."""
        request = RecallRequest(question=question, mind=mind, model=model, k=k)
        return self.stub(OrchestratorServiceStub, timeout).recall(request).passages

    def learn(
        self, mind: str, documents: Iterable[DocumentInput], *, timeout: float = 3600.0
    ) -> Iterator[DocumentResult]:
        """Learns documents, and tells of each once it is safe. No more are taken than the server keeps up with."""
        for response in self.stub(DocumentServiceStub, timeout).stream_learn(batches(mind, documents)):
            yield from response.results

    def documents(self, mind: str) -> Iterator[Document]:
        """All documents of a mind, in the order of their ids."""
        request = ListDocumentsRequest(parent=mind_name(mind), page_size=1000)
        while True:
            page = self.stub(DocumentServiceStub).list_documents(request)
            yield from page.documents
            if not page.next_page_token:
                return
            request.page_token = page.next_page_token

    def forget(self, mind: str, document: str, *, timeout: float | None = None) -> ForgetReceipt:
        """Forgets a document everywhere, and says what was removed."""
        request = ForgetDocumentRequest(name=document_name(mind, document))
        receipt = self.stub(DocumentServiceStub, timeout).forget_document(request).receipt
        return receipt or ForgetReceipt()

    def stub(self, service: Callable[[grpc.Channel], Stub], timeout: float | None = None) -> Stub:
        """Any service of the contract, such as `MindServiceStub`: its calls with our key, deadline and errors."""
        given: Any = _Calls(self._channel, self._headers, self._timeout if timeout is None else timeout)
        return service(given)


class _Calls:
    """What a generated stub takes for a channel."""

    def __init__(self, channel: grpc.Channel, headers: tuple[tuple[str, str], ...], timeout: float) -> None:
        self._channel = channel
        self._options = {"metadata": headers, "timeout": timeout}

    def unary_unary(self, *method: Any) -> Callable[[Any], Any]:
        return self._one(self._channel.unary_unary(*method))

    def stream_unary(self, *method: Any) -> Callable[[Any], Any]:
        return self._one(self._channel.stream_unary(*method))

    def unary_stream(self, *method: Any) -> Callable[[Any], Iterator[Any]]:
        return self._many(self._channel.unary_stream(*method))

    def stream_stream(self, *method: Any) -> Callable[[Any], Iterator[Any]]:
        return self._many(self._channel.stream_stream(*method))

    def _one(self, call: Any) -> Callable[[Any], Any]:
        def made(request: Any) -> Any:
            with _readable():
                return call(request, **self._options)

        return made

    def _many(self, call: Any) -> Callable[[Any], Iterator[Any]]:
        def made(request: Any) -> Iterator[Any]:
            responses = call(request, **self._options)
            try:
                with _readable():
                    yield from responses
            finally:
                responses.cancel()

        return made


@contextmanager
def _readable() -> Iterator[None]:
    try:
        yield
    except grpc.RpcError as error:
        raise translated(error) from None
