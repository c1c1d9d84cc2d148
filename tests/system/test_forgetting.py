"""A document that is forgotten is nowhere any more: not in an answer, not on a host, not in a file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
import httpx
import pytest

from myriad.agent.v1.agent_host_service_pb2 import AskedAgent, AskRequest, AskResponse
from substrate import bundles
from tests.system.harness import Up, needs_all

pytestmark = needs_all

MIND = "minds/forgetful"
SECRET = f"{MIND}/documents/secret"
WORDS = ("Zarquonia", "vexlotimus")
"""They stand in the forgotten document only: one a name, one a word."""
DOCUMENTS = (
    {"id": "secret", "title": "Zarquonia", "text": "Zarquonia is a town on the Lena. Its mayor keeps a vexlotimus."},
    {"id": "lena", "title": "Lena", "text": "The Lena is a river in Siberia. It flows into the Laptev Sea."},
    {"id": "sea", "title": "Laptev Sea", "text": "The Laptev Sea is a part of the Arctic Ocean."},
)
ABOUT_IT = ("What does the mayor keep?", "Which town is on the Lena?")
"""Without the words: an answer that abstains repeats what it found nothing about."""


@pytest.fixture(scope="module")
def http(running: Up) -> Iterator[httpx.Client]:
    with running.http() as client:
        yield client


def said(http: httpx.Client, question: str) -> Iterator[str]:
    """All that Myriad says to a question."""
    for model in ("myriad-swift", "myriad-base", "myriad-max"):
        asked = {"question": question, "mind": MIND, "model": model}
        yield http.post("/v1/query", json=asked | {"includeTrace": True}).text
        yield http.post("/v1/query:stream", json=asked).text
        yield http.post("/v1/recall", json=asked).text


def kept(data: Path) -> Iterator[tuple[Path, bytes]]:
    """
    Every file in the data folder, and every packet in the bundles.

    Of the lexical index that says little: it keeps no text, and its terms are packed.
    """
    for path in (path for path in data.rglob("*") if path.is_file()):
        content = path.read_bytes()
        yield path, content
        if path.suffix == ".pak":
            for start, length in bundles.index(content).values():
                yield path, bundles.packet(content[start : start + length])


def holding(data: Path, word: str) -> set[str]:
    folded = word.lower().encode()
    return {str(path.relative_to(data)) for path, content in kept(data) if folded in content.lower()}


def test_a_forgotten_document_is_nowhere(running: Up, http: httpx.Client) -> None:
    assert http.post(f"/v1/{MIND}/documents:learn", json={"documents": DOCUMENTS}).is_success
    (agent,) = (one["name"] for one in agents(http, SECRET))
    for question in ABOUT_IT:
        assert any(agent in text for text in said(http, question))
    answer = http.post("/v1/query", json={"question": ABOUT_IT[0], "mind": MIND}).json()["answer"]["answerId"]
    assert agent in http.get(f"/v1/answers/{answer}/trace").text
    hosts = {host["id"]: host["address"] for host in http.get("/v1/fleet").json()["hosts"]}
    holders = http.get(f"/v1/{agent}").json()["agent"]["hosts"]
    assert [host for host, address in hosts.items() if holds(address, agent)] == holders != []
    for word in WORDS:
        assert holding(running.data, word)

    receipt = http.delete(f"/v1/{SECRET}").json()["receipt"]

    assert (receipt["document"], receipt["agents"], receipt["hosts"]) == (SECRET, [agent], holders)
    assert "Zarquonia" in receipt["concepts"]
    assert "Lena" not in receipt["concepts"]
    assert receipt["traces"] > 0
    assert len(receipt["bundles"]) == 1
    for question in ABOUT_IT:
        for text in said(http, question):
            assert agent not in text
            assert not any(word in text for word in WORDS)
    for path in (SECRET, agent, f"answers/{answer}/trace"):
        assert http.get(f"/v1/{path}").status_code == httpx.codes.NOT_FOUND
    assert http.post(f"/v1/{agent}:ask", json={"question": ABOUT_IT[0]}).status_code == httpx.codes.NOT_FOUND
    assert http.post(f"/v1/{agent}:hydrate").status_code == httpx.codes.NOT_FOUND
    assert agents(http, SECRET) == []
    assert {one["document"] for one in agents(http)} == {f"{MIND}/documents/lena", f"{MIND}/documents/sea"}
    assert not any(holds(address, agent) for address in hosts.values())
    for word in WORDS:
        assert holding(running.data, word) == set()
    assert json.loads(http.get(f"/v1/{MIND}").text)["mind"]["documents"] == "2"


def agents(http: httpx.Client, document: str = "") -> list[dict[str, str]]:
    return list(http.get(f"/v1/{MIND}/agents", params={"document": document}).json()["agents"])


def holds(host: str, agent: str) -> bool:
    """Whether a host holds an agent, by its own word."""
    request = AskRequest(mind=MIND, question=ABOUT_IT[0], agents=[AskedAgent(agent=agent)])
    with grpc.insecure_channel(host, options=[("grpc.enable_http_proxy", 0)]) as channel:
        ask: Any = channel.unary_unary(
            "/myriad.agent.v1.AgentHostService/Ask", AskRequest.SerializeToString, AskResponse.FromString
        )
        return agent not in ask(request, timeout=5).not_here
