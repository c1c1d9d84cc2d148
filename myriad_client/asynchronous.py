"""The client for asyncio."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
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

Request = TypeVar("Request")
Response = TypeVar("Response")


class AsyncMyriad:
    """
    One Myriad over gRPC; use it as an asynchronous context manager, in the loop that it was made in.

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
            self._channel = grpc.aio.secure_channel(endpoint.target, endpoint.credentials, options=OPTIONS)
        else:
            self._channel = grpc.aio.insecure_channel(endpoint.target, options=OPTIONS)
        self._headers = endpoint.headers
        self._timeout = timeout

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Ends the calls that are under way, too."""
        await self._channel.close()

    async def ask(self, question: str, *, mind: str = "", model: str = "", timeout: float | None = None) -> Answer:
        """The answer to a question; `mind` may be left out when the key has one only."""
        request = QueryRequest(question=question, mind=mind, model=model)
        return (await self.call(OrchestratorServiceStub.query, request, timeout)).answer or Answer()

    async def stream(
        self, question: str, *, mind: str = "", model: str = "", timeout: float | None = None
    ) -> AsyncIterator[StepFinished | Answer]:
        """Each step of answering a question as it ends, and last the answer. To close it ends the work."""
        request = StreamQueryRequest(question=question, mind=mind, model=model)
        async for response in self.call_streaming(OrchestratorServiceStub.stream_query, request, timeout):
            if event := response.step or response.answer:
                yield event

    async def recall(
        self, question: str, *, mind: str = "", model: str = "", k: int = 0, timeout: float | None = None
    ) -> list[Passage]:
        """The `k` passages that fit a question best, best first; the server's number if 0."""
        request = RecallRequest(question=question, mind=mind, model=model, k=k)
        return (await self.call(OrchestratorServiceStub.recall, request, timeout)).passages

    async def learn(
        self, mind: str, documents: Iterable[DocumentInput], *, timeout: float = 3600.0
    ) -> AsyncIterator[DocumentResult]:
        """Learns documents, and tells of each once it is safe. No more are taken than the server keeps up with."""
        messages = batches(mind, documents)
        async for response in self.call_streaming(DocumentServiceStub.stream_learn, messages, timeout):
            for result in response.results:
                yield result

    async def documents(self, mind: str) -> AsyncIterator[Document]:
        """All documents of a mind, in the order of their ids."""
        request = ListDocumentsRequest(parent=mind_name(mind), page_size=1000)
        while True:
            page = await self.call(DocumentServiceStub.list_documents, request)
            for document in page.documents:
                yield document
            if not page.next_page_token:
                return
            request.page_token = page.next_page_token

    async def forget(self, mind: str, document: str, *, timeout: float | None = None) -> ForgetReceipt:
        """Forgets a document everywhere, and says what was removed."""
        request = ForgetDocumentRequest(name=document_name(mind, document))
        return (await self.call(DocumentServiceStub.forget_document, request, timeout)).receipt or ForgetReceipt()

    async def call(
        self, method: Callable[[Any, Request], Response], request: Request, timeout: float | None = None
    ) -> Response:
        """Any method of the contract that answers once, such as `MindServiceStub.get_mind`."""
        with _readable():
            response: Response = await self._begin(method, request, timeout)
        return response

    async def call_streaming(
        self, method: Callable[[Any, Request], Iterator[Response]], request: Request, timeout: float | None = None
    ) -> AsyncIterator[Response]:
        """Any method of the contract that answers with a stream."""
        responses = next(self._begin(method, request, timeout))
        try:
            with _readable():
                async for response in responses:
                    yield response
        finally:
            responses.cancel()

    def _begin(self, method: Callable[..., Any], request: Any, timeout: float | None) -> Any:
        return method(_Stub(self._channel, self._headers, self._timeout if timeout is None else timeout), request)


class _Stub:
    """
    What a method of a generated stub takes for the stub, and its channel.

    betterproto2 makes stubs that wait, and asynchronous ones for grpclib, which does not try again. The former only
    pass a request to a channel: they may as well pass it to one of grpc.aio. See ADR 92.
    """

    def __init__(self, channel: grpc.aio.Channel, headers: tuple[tuple[str, str], ...], timeout: float) -> None:
        self._aio = channel
        self._options: dict[str, Any] = {"metadata": headers, "timeout": timeout}
        self._channel = self

    def unary_unary(self, *method: Any) -> Callable[[Any], Any]:
        return self._one(self._aio.unary_unary(*method))

    def stream_unary(self, *method: Any) -> Callable[[Any], Any]:
        return self._one(self._aio.stream_unary(*method))

    def unary_stream(self, *method: Any) -> Callable[[Any], list[Any]]:
        return self._many(self._aio.unary_stream(*method))

    def stream_stream(self, *method: Any) -> Callable[[Any], list[Any]]:
        return self._many(self._aio.stream_stream(*method))

    def _one(self, call: Any) -> Callable[[Any], Any]:
        return lambda request: call(request, **self._options)

    def _many(self, call: Any) -> Callable[[Any], list[Any]]:
        """The stub passes on what it gets, item by item: the call, as the only one."""
        return lambda request: [call(request, **self._options)]


@contextmanager
def _readable() -> Iterator[None]:
    try:
        yield
    except grpc.RpcError as error:
        raise translated(error) from None
