"""The resources: documents, which can be listed, and answers, which only who asked knows of."""

from __future__ import annotations

from google.protobuf.json_format import MessageToJson
from mcp_types import ListResourcesResult, ReadResourceResult, Resource, ResourceTemplate, TextResourceContents

from mesh import call, names, pages
from mesh.errors import InvalidField
from myriad.genesis.v1.document_pb2 import Document
from orchestrator import traces
from orchestrator.mcp import words
from orchestrator.ports import Documents, Minds, TraceStore

SCHEME = "myriad://"
PAGE = 100
JSON, MARKDOWN = "application/json", "text/markdown"
TEMPLATES = [
    ResourceTemplate(
        name="document",
        title="A document",
        uri_template=SCHEME + "minds/{mind}/documents/{document}",
        description="A document's title, origin, metadata and size. What it says comes with ask and recall.",
        mime_type=JSON,
    ),
    ResourceTemplate(
        name="answer",
        title="An answer",
        uri_template=SCHEME + "minds/{mind}/answers/{answer}",
        description="An answer that was given, with its sources, for an hour: as text, and whole.",
        mime_type=MARKDOWN,
    ),
]


class Resources:
    """What can be read. MyriadError as REST would fail."""

    def __init__(self, store: TraceStore, documents: Documents, minds: Minds) -> None:
        self._store = store
        self._documents = documents
        self._minds = minds

    async def page(self, cursor: str) -> ListResourcesResult:
        """Documents of all minds that the key opens, mind after mind; the cursor names a mind and its next page."""
        mind, _, token = cursor.partition(" ")
        if not mind and not (mind := await self._after("")):
            return ListResourcesResult(resources=[])
        page = await self._documents.page(call.caller.get().mind(mind), PAGE, token)
        following = f"{mind} {page.next_page_token}" if page.next_page_token else await self._after(mind)
        return ListResourcesResult(resources=list(map(_resource, page.documents)), next_cursor=following or None)

    async def read(self, uri: str) -> ReadResourceResult:
        name = uri.removeprefix(SCHEME)
        if name == uri:
            raise InvalidField("uri", f"begins with {SCHEME}")
        if "/answers/" in name:
            answer = (await traces.read(self._store, name, call.caller.get())).answer
            return _contents(uri, {MARKDOWN: words.answer(answer), JSON: MessageToJson(answer)})
        parent, document = names.parse_document(name, "uri")
        return _contents(uri, {JSON: MessageToJson(await self._documents.read(names.document(parent, document)))})

    async def _after(self, mind: str) -> str:
        """The mind after this one, or the first; empty if there is none."""
        page = await self._minds.page(1, pages.token(mind) if mind else "")
        return page.minds[0].name if page.minds else ""


def _resource(document: Document) -> Resource:
    return Resource(
        uri=SCHEME + document.name,
        name=document.name,
        title=document.title or None,
        description=document.uri or None,
        mime_type=JSON,
    )


def _contents(uri: str, said: dict[str, str]) -> ReadResourceResult:
    return ReadResourceResult(
        contents=[TextResourceContents(uri=uri, mime_type=kind, text=text) for kind, text in said.items()]
    )
