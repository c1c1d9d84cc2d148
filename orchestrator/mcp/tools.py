"""The tools: what each does for the key under way."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, TypeAlias, TypeVar

from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message

from mesh import call, names
from mesh.errors import InvalidField
from myriad.genesis.v1.document_pb2 import DocumentInput
from myriad.genesis.v1.document_service_pb2 import LearnDocumentsResponse
from myriad.orchestrator.v1.answer_pb2 import Answer
from myriad.orchestrator.v1.orchestrator_service_pb2 import QueryRequest, RecallRequest, RecallResponse, StepFinished
from orchestrator import traces
from orchestrator.mcp import arguments, words
from orchestrator.ports import Documents, Minds, TraceStore
from orchestrator.service import OrchestratorServicer
from orchestrator.steps import listened

A = TypeVar("A", bound=arguments.Arguments)
Tell: TypeAlias = Callable[[StepFinished], Awaitable[None]]


class Said(NamedTuple):
    """What a tool returns: text for a model, and the same for a program as REST has it."""

    text: str
    structured: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Tool(Generic[A]):
    """A tool, and whether it only reads, or else whether it destroys."""

    name: str
    title: str
    takes: type[A]
    run: Callable[[A, Tell], Awaitable[Said]]
    reads: bool = True
    destroys: bool = False


class Tools:
    """All of them. MyriadError as REST would fail."""

    def __init__(self, questions: OrchestratorServicer, store: TraceStore, documents: Documents, minds: Minds) -> None:
        self._questions = questions
        self._store = store
        self._documents = documents
        self._minds = minds
        self.all: tuple[Tool[Any], ...] = (
            Tool("ask", "Ask a question", arguments.Ask, self._ask),
            Tool("recall", "Find passages", arguments.Recall, self._recall),
            Tool("learn", "Learn a document", arguments.Learn, self._learn, reads=False),
            Tool("forget", "Forget a document", arguments.Forget, self._forget, reads=False, destroys=True),
            Tool("list_documents", "List documents", arguments.ListDocuments, self._list_documents),
            Tool("list_minds", "List minds", arguments.ListMinds, self._list_minds),
            Tool("trace", "Explain an answer", arguments.Trace, self._trace),
        )

    async def _ask(self, wanted: arguments.Ask, tell: Tell) -> Said:
        request = QueryRequest(question=wanted.question, mind=wanted.mind, model=wanted.model)
        answer = Answer()
        async for event in listened(lambda told: self._questions.answered(request, told)):
            if isinstance(event, StepFinished):
                await tell(event)
            else:
                answer.CopyFrom(event.answer)
        answer.ClearField("agents")  # `trace` has them; who only asked has no use for pages of them
        return _said(words.answer(answer), answer)

    async def _recall(self, wanted: arguments.Recall, tell: Tell) -> Said:
        recalled = await self._questions.recalled(RecallRequest(question=wanted.question, mind=wanted.mind, k=wanted.k))
        return _said(
            words.passages(recalled.passages),
            RecallResponse(passages=recalled.passages, cognitive_units=recalled.units),
        )

    async def _learn(self, wanted: arguments.Learn, tell: Tell) -> Said:
        document = DocumentInput(**wanted.model_dump(exclude={"mind"}))
        results = await self._documents.learn(call.caller.get().mind(wanted.mind), document)
        return _said(words.learned(results), LearnDocumentsResponse(results=results))

    async def _forget(self, wanted: arguments.Forget, tell: Tell) -> Said:
        receipt = await self._documents.forget(_document(wanted.document, wanted.mind))
        return _said(words.forgotten(receipt), receipt)

    async def _list_documents(self, wanted: arguments.ListDocuments, tell: Tell) -> Said:
        mind = call.caller.get().mind(wanted.mind)
        page = await self._documents.page(mind, wanted.page_size, wanted.page_token)
        return _said(words.documents(page), page)

    async def _list_minds(self, wanted: arguments.ListMinds, tell: Tell) -> Said:
        page = await self._minds.page(wanted.page_size, wanted.page_token)
        return _said(words.minds(page), page)

    async def _trace(self, wanted: arguments.Trace, tell: Tell) -> Said:
        record = await traces.read(self._store, wanted.answer, call.caller.get())
        return _said(words.trace(record), record.trace)


def _document(called: str, mind: str) -> str:
    """A document's name, of itself or of its id. InvalidField."""
    if "/" in called:
        parent, document = names.parse_document(called, "document")
        return names.document(parent, document)
    try:
        return names.document(call.caller.get().mind(mind), called, "document")
    except InvalidField as error:
        raise InvalidField("document", f"{error.violation.description}; {arguments.IDS}") from None


def _said(text: str, message: Message) -> Said:
    return Said(text, MessageToDict(message))
