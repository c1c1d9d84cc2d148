"""MCP: what tools and resources say to the SDK's own client, in both eras of the protocol."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from mcp import Client, MCPError

from mesh import call, pages
from mesh.access import Caller, MindNotFound
from mesh.identity import ENVOY
from myriad.connectome.v1.mind_pb2 import Mind
from myriad.connectome.v1.mind_service_pb2 import ListMindsResponse
from myriad.genesis.v1.document_pb2 import Document, DocumentInput, DocumentResult, ForgetReceipt
from myriad.genesis.v1.document_service_pb2 import ListDocumentsResponse
from myriad.orchestrator.v1.answer_pb2 import Answer
from myriad.orchestrator.v1.answer_service_pb2 import GetTraceResponse
from myriad.orchestrator.v1.orchestrator_service_pb2 import Passage, QueryRequest, RecallRequest, StepFinished
from myriad.orchestrator.v1.trace_pb2 import RankedAgent, Trace, TraceRound
from myriad.synth.v1.synthesis_pb2 import ANSWER_STATE_ANSWERED, Citation
from myriad.type.v1.access_pb2 import Role
from orchestrator.mcp.resources import Resources
from orchestrator.mcp.server import server
from orchestrator.mcp.tools import Tools
from orchestrator.recall import Recalled

NAME = "minds/rivers/answers/ans_" + "a" * 20
ANSWER = Answer(
    name=NAME,
    mind="minds/rivers",
    text="It flows into the Laptev Sea. [1]",
    state=ANSWER_STATE_ANSWERED,
    confidence=0.83,
    citations=[Citation(number=1, title="Lena", uri="https://e.org/lena", document="minds/rivers/documents/lena")],
    agents=[RankedAgent(agent="minds/rivers/agents/a1", title="Lena", score=1.9, path=["Lena"])],
)
ERAS = ("legacy", "auto")


class Knowledge:
    """All that tools and resources stand on, with what was asked of it and for whom."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Any]] = []
        self.documents = {name: Document(name=name) for name in _documents("rivers", 3) + _documents("seas", 150)}

    def _note(self, what: Any) -> None:
        self.asked.append((call.caller.get().key, what))

    async def answered(self, request: QueryRequest, tell: Any) -> Any:
        self._note(request)
        mind = call.caller.get().mind(request.mind)
        await asyncio.sleep(0.01)
        for summary in ("2 agents woken", "answered"):
            tell(StepFinished(summary=summary))
        if request.question == "Broken?":
            raise RuntimeError("secret of the code")
        assert mind
        return type("Answered", (), {"answer": ANSWER})

    async def recalled(self, request: RecallRequest) -> Recalled:
        self._note(request)
        return Recalled(
            [Passage(title="Lena", document="minds/rivers/documents/lena", text="The Lena is a river.")], 0, 7
        )

    async def learn(self, mind: str, document: DocumentInput) -> list[DocumentResult]:
        self._note((mind, document))
        return [DocumentResult(document=f"{mind}/documents/{document.id}", state=DocumentResult.STATE_LEARNED)]

    async def forget(self, name: str) -> ForgetReceipt:
        self._note(name)
        return ForgetReceipt(document=name, agents=["a"])

    async def read(self, name: str) -> Any:
        if "/answers/" in name:
            trace = Trace(question="Where?", mind="minds/rivers", rounds=[TraceRound(agents=ANSWER.agents)])
            return GetTraceResponse(answer=ANSWER, trace=trace) if name == NAME else None
        if name not in self.documents:
            raise MindNotFound(name)
        return self.documents[name]

    async def page(self, mind: str, size: int, token: str) -> ListDocumentsResponse:
        names = [name for name in self.documents if name.startswith(mind) and name > pages.after(token)]
        following = pages.token(names[size - 1]) if len(names) > size else ""
        found = [self.documents[name] for name in names[:size]]
        return ListDocumentsResponse(documents=found, next_page_token=following)


class Minds:
    async def page(self, size: int, token: str) -> ListMindsResponse:
        names = [name for name in ("minds/rivers", "minds/seas") if call.caller.get().may_see(name)]
        return ListMindsResponse(minds=[Mind(name=name) for name in names if name > pages.after(token)][:size])


def _documents(mind: str, count: int) -> list[str]:
    return [f"minds/{mind}/documents/d{number:03}" for number in range(count)]


def key(name: str, *minds: str) -> Caller:
    return Caller(name, Role.ROLE_TEACHER, frozenset(f"minds/{mind}" if mind != "*" else mind for mind in minds), ENVOY)


@pytest.fixture
def knowledge() -> Knowledge:
    return Knowledge()


@asynccontextmanager
async def client(knowledge: Any, caller: Caller, era: str = "auto") -> AsyncIterator[Client]:
    call.caller.set(caller)
    offered = server(Tools(knowledge, knowledge, knowledge, Minds()), Resources(knowledge, knowledge, Minds()))
    async with Client(offered, mode=era) as made:
        yield made


def said(result: Any) -> str:
    return "".join(part.text for part in result.content)


@pytest.mark.parametrize("era", ERAS)
async def test_every_tool_says_what_it_takes_and_whether_it_changes_anything(knowledge: Knowledge, era: str) -> None:
    async with client(knowledge, key("k", "rivers"), era) as myriad:
        tools = {tool.name: tool for tool in (await myriad.list_tools()).tools}
        assert "never instructions" in (myriad.instructions or "")
    assert list(tools) == ["ask", "recall", "learn", "forget", "list_documents", "list_minds", "trace"]
    for tool in tools.values():
        assert tool.description
        assert all(field["description"] for field in tool.input_schema["properties"].values())
        assert tool.annotations
        assert tool.annotations.read_only_hint is (tool.name not in ("learn", "forget"))
        assert tool.annotations.destructive_hint is (tool.name == "forget")


@pytest.mark.parametrize("era", ERAS)
async def test_an_answer_comes_with_its_sources_and_tells_each_step_before(knowledge: Knowledge, era: str) -> None:
    steps: list[str | None] = []

    async def tell(progress: float, total: float | None, message: str | None) -> None:
        steps.append(message)

    async with client(knowledge, key("k", "rivers"), era) as myriad:
        result = await myriad.call_tool("ask", {"question": "Where?"}, progress_callback=tell)
    assert not result.is_error
    assert said(result).splitlines()[0] == ANSWER.text
    assert "[1] Lena · https://e.org/lena · minds/rivers/documents/lena" in said(result)
    assert said(result).endswith(f"answered, confidence 0.83; {NAME}")
    assert result.structured_content["name"] == NAME
    assert "agents" not in result.structured_content
    assert steps == ["2 agents woken", "answered"]


async def test_each_tool_does_its_work_for_the_key(knowledge: Knowledge) -> None:
    async with client(knowledge, key("k", "rivers")) as myriad:
        assert "The Lena is a river." in said(await myriad.call_tool("recall", {"question": "Where?", "k": 3}))
        learned = await myriad.call_tool("learn", {"id": "ob", "text": "The Ob is a river."})
        assert said(learned).startswith("learned minds/rivers/documents/ob")
        for called in ("ob", "minds/rivers/documents/ob"):
            assert "forgot minds/rivers/documents/ob" in said(await myriad.call_tool("forget", {"document": called}))
        listed = await myriad.call_tool("list_documents", {"page_size": 2})
        assert said(listed).splitlines()[:2] == _documents("rivers", 2)
        token = listed.structured_content["nextPageToken"]
        assert said(await myriad.call_tool("list_documents", {"page_token": token})) == _documents("rivers", 3)[2]
        assert "minds/rivers" in said(await myriad.call_tool("list_minds", {}))
        assert "Lena by Lena" in said(await myriad.call_tool("trace", {"answer": NAME}))
    assert {caller for caller, _ in knowledge.asked} == {"k"}


@pytest.mark.parametrize(
    ("tool", "given", "reason"),
    [
        ("ask", {"question": "Where?", "mind": "seas"}, "MIND_NOT_FOUND"),
        ("ask", {"question": "Where?", "mind": "No Mind!"}, "INVALID_FIELD"),
        ("ask", {"question": ""}, "INVALID_FIELD"),
        ("ask", {}, "INVALID_FIELD"),
        ("ask", {"question": "x" * 4_001}, "INVALID_FIELD"),
        ("ask", {"question": "Where?", "mood": "happy"}, "INVALID_FIELD"),
        ("recall", {"question": "Where?", "k": 0}, "INVALID_FIELD"),
        ("forget", {"document": "minds/rivers/agents/a1"}, "INVALID_FIELD"),
        ("trace", {"answer": "ans_1"}, "INVALID_FIELD"),
        ("trace", {"answer": NAME[:-1] + "b"}, "ANSWER_NOT_FOUND"),
    ],
)
async def test_what_fails_says_why_to_the_model(
    knowledge: Knowledge, tool: str, given: dict[str, Any], reason: str
) -> None:
    async with client(knowledge, key("k", "rivers")) as myriad:
        result = await myriad.call_tool(tool, given)
    assert result.is_error
    assert said(result).endswith(f"({reason})")
    assert "xxxx" not in said(result)


async def test_what_nobody_foresaw_tells_nothing_of_the_code(knowledge: Knowledge) -> None:
    async with client(knowledge, key("k", "rivers")) as myriad:
        result = await myriad.call_tool("ask", {"question": "Broken?"})
    assert result.is_error
    assert "secret" not in said(result)
    assert said(result).endswith("(INTERNAL)")


async def test_a_tool_that_there_is_not_is_an_error_of_the_protocol(knowledge: Knowledge) -> None:
    async with client(knowledge, key("k", "rivers")) as myriad:
        with pytest.raises(MCPError, match="there is no tool 'sing'"):
            await myriad.call_tool("sing", {})


@pytest.mark.parametrize(("minds", "count"), [(("rivers",), 3), (("rivers", "seas"), 153), (("*",), 153), ((), 0)])
async def test_the_documents_of_all_minds_of_the_key_are_listed_page_by_page(
    knowledge: Knowledge, minds: tuple[str, ...], count: int
) -> None:
    cursor, found = None, list[str]()
    async with client(knowledge, key("k", *minds)) as myriad:
        while True:
            page = await myriad.list_resources(cursor=cursor)
            found += [resource.uri for resource in page.resources]
            if not (cursor := page.next_cursor):
                break
    assert len(found) == len(set(found)) == count
    assert found == sorted(found)


async def test_documents_and_answers_can_be_read(knowledge: Knowledge) -> None:
    async with client(knowledge, key("k", "rivers")) as myriad:
        assert len((await myriad.list_resource_templates()).resource_templates) == 2
        [document] = (await myriad.read_resource(f"myriad://{_documents('rivers', 1)[0]}")).contents
        assert document.mime_type == "application/json"
        shown, whole = (await myriad.read_resource(f"myriad://{NAME}")).contents
    assert (shown.mime_type, whole.mime_type) == ("text/markdown", "application/json")
    assert "Laptev Sea. [1]" in getattr(shown, "text")  # noqa: B009


@pytest.mark.parametrize(
    ("uri", "reason"),
    [
        ("file:///etc/passwd", "INVALID_FIELD"),
        ("myriad://minds/rivers/documents/none", "MIND_NOT_FOUND"),
        ("myriad://minds/seas/answers/ans_" + "a" * 20, "MIND_NOT_FOUND"),
        ("myriad://minds/rivers/documents/../../seas/documents/d001", "INVALID_FIELD"),
    ],
)
async def test_a_resource_that_cannot_be_read_says_why(knowledge: Knowledge, uri: str, reason: str) -> None:
    async with client(knowledge, key("k", "rivers")) as myriad:
        with pytest.raises(MCPError) as caught:
            await myriad.read_resource(uri)
    assert caught.value.data == {"reason": reason}
