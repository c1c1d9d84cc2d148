"""A document that is forgotten is nowhere any more: not in an answer, not on a host, not in a file."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import pytest
import tantivy

from mesh import names
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
            for start, length, _ in bundles.index(content).values():
                yield path, bundles.packet(content[start : start + length])


def holding(data: Path, word: str) -> set[str]:
    folded = word.lower().encode()
    return {str(path.relative_to(data)) for path, content in kept(data) if folded in content.lower()}


def test_a_forgotten_document_is_nowhere(running: Up, http: httpx.Client) -> None:
    assert http.post(f"/v1/{MIND}/documents:learn", json={"documents": DOCUMENTS}).is_success
    (agent,) = (one["name"] for one in agents(http, SECRET))
    for question in ABOUT_IT:
        assert any(agent in text for text in said(http, question))
    answer = http.post("/v1/query", json={"question": ABOUT_IT[0], "mind": MIND}).json()["answer"]["name"]
    assert agent in http.get(f"/v1/{answer}/trace").text
    hosts = {host["id"]: host["address"] for host in http.get("/v1/fleet").json()["hosts"]}
    holders = http.get(f"/v1/{agent}").json()["agent"]["hosts"]
    assert [host for host, address in hosts.items() if holds(running, address, agent)] == holders != []
    for word in WORDS:
        assert holding(running.data, word)

    receipt = http.delete(f"/v1/{SECRET}").json()["receipt"]

    assert (receipt["document"], receipt["agents"], receipt["hosts"]) == (SECRET, [agent], holders)
    assert "Zarquonia" in receipt["concepts"]
    assert "Lena" not in receipt["concepts"]
    assert receipt["traceCount"] > 0
    assert len(receipt["bundles"]) == 1
    for question in ABOUT_IT:
        for text in said(http, question):
            assert agent not in text
            assert not any(word in text for word in WORDS)
    for path in (SECRET, agent, f"{answer}/trace"):
        assert http.get(f"/v1/{path}").status_code == httpx.codes.NOT_FOUND
    assert http.post(f"/v1/{agent}:ask", json={"question": ABOUT_IT[0]}).status_code == httpx.codes.NOT_FOUND
    assert http.post(f"/v1/{agent}:hydrate").status_code == httpx.codes.NOT_FOUND
    assert agents(http, SECRET) == []
    assert {one["document"] for one in agents(http)} == {f"{MIND}/documents/lena", f"{MIND}/documents/sea"}
    assert not any(holds(running, address, agent) for address in hosts.values())
    for word in WORDS:
        assert holding(running.data, word) == set()
    assert json.loads(http.get(f"/v1/{MIND}").text)["mind"]["documents"] == "2"


MARKS = (
    "qzxname",
    "qzxtitle",
    "qzxuri",
    "qzxtext",
    "qzxkey",
    "qzxvalue",
    "qzxquery",
    "qzxfailed",
    "qzxplace",
    "qzxline",
)
"""Each stands in one thing that is told of a document, and in nothing else."""
MARKED = {
    "id": "qzxname",
    "title": "Qzxtitle",
    "uri": "file:///home/qzxuri.txt",
    "text": "The qzxtext hums. " + "Qzxtext Hall stands on a hill, and qzxtext sings there. " * 2_000,
    "metadata": {"qzxkey": "qzxvalue"},
}
FAILED = ({"id": "qzxfailed", "text": " "}, {"uri": "file:///home/qzxplace.txt", "text": " "})
LINES = {
    "uri": "file:///home/lines.jsonl",
    "media_type": "application/x-ndjson",
    "text": '{"uri": "qzxline", "text": ""}',
}


def test_of_a_forgotten_document_no_byte_is_left_in_any_file(running: Up, http: httpx.Client) -> None:
    mind = "minds/marked"
    sources = [MARKED, *FAILED, LINES, *DOCUMENTS[1:]]
    learned = http.post(f"/v1/{mind}/documents:learn", json={"documents": sources}).json()
    assert http.get(f"/v1/{learned['job']['name']}").json()["job"]["failedCount"] == "3"
    asked = {"question": "What hums in qzxquery?", "mind": mind}
    answer = http.post("/v1/query", json=asked).json()["answer"]["name"]
    http.post("/v1/recall", json=asked)
    helpful = {"verdict": "VERDICT_HELPFUL", "wholeAnswer": True}
    assert http.post(f"/v1/{answer}:feedback", json=helpful).is_success
    edited = MARKED | {"text": str(MARKED["text"])[:-200], "title": "Qzxtitle again"}
    assert http.post(f"/v1/{mind}/documents:learn", json={"documents": [edited]}).is_success
    assert {mark for mark in MARKS if holding(running.data, mark)} == set(MARKS)

    for document in {result["document"] for result in learned["results"] if result["document"].find("/lena") < 0}:
        if "sea" not in document:
            assert http.delete(f"/v1/{document}").is_success, document

    assert {mark: found for mark in MARKS if (found := holding(running.data, mark))} == {}
    assert {mark: found for mark in MARKS if (found := rows_holding(running.data, mark))} == {}
    assert indexed(running.data, mind, ["hum", "sing"]) == []
    assert indexed(running.data, mind, ["siberia"]) == ["siberia"]
    assert http.get(f"/v1/{learned['job']['name']}").json()["job"]["failures"] == []


def test_of_a_forgotten_mind_no_byte_is_left_in_any_file(running: Up, http: httpx.Client) -> None:
    """The receipt says what went; another mind stays as it is; the name is free for a new one."""
    mind, other = "minds/marked-whole", "minds/beside"
    marked = [
        {"id": f"qzwdoc{number}", "title": f"Qzwtitle {number}", "text": f"The qzwtext hums {number} times a day."}
        for number in range(250)
    ]
    learned = http.post(f"/v1/{mind}/documents:learn", json={"documents": [*marked, {"id": "qzwbad", "text": " "}]})
    assert learned.json()["job"]["learnedCount"] == "250"
    assert http.post(f"/v1/{other}/documents:learn", json={"documents": DOCUMENTS}).is_success
    answer = http.post("/v1/query", json={"question": "What hums 7 times?", "mind": mind}).json()["answer"]["name"]
    http.post(f"/v1/{answer}:feedback", json={"verdict": "VERDICT_HELPFUL", "wholeAnswer": True})
    packets = {
        one["name"]: one["packetLocation"].rpartition("+")[2]
        for one in http.get(f"/v1/{mind}/agents", params={"pageSize": 1000}).json()["agents"]
    }
    marks = ("qzwdoc", "qzwtitle", "qzwtext", "qzwbad")
    assert all(holding(running.data, mark) for mark in marks)

    deleted = http.delete(f"/v1/{mind}").json()
    receipt = deleted["receipt"]

    assert (receipt["mind"], deleted["agentCount"], receipt["documentCount"]) == (mind, "250", "250")
    digests = (sha256(f"{agent} {packet}".encode()).digest() for agent, packet in packets.items())
    assert receipt["packetsSha256"] == sha256(b"".join(sorted(digests))).hexdigest()
    assert receipt["hosts"]
    assert receipt["bundles"]
    assert int(receipt["traceCount"]) == 1
    assert receipt["startTime"] < receipt["endTime"]
    assert {mark: found for mark in marks if (found := holding(running.data, mark))} == {}
    assert not any((running.data / "packets" / mind).rglob("*.pak"))
    for path in (mind, f"{answer}/trace", next(iter(packets))):
        assert http.get(f"/v1/{path}").status_code == httpx.codes.NOT_FOUND
    assert http.delete(f"/v1/{mind}").status_code == httpx.codes.NOT_FOUND
    assert http.get(f"/v1/{other}").json()["mind"]["documents"] == "3"
    assert http.post(f"/v1/{mind}/documents:learn", json={"documents": DOCUMENTS}).is_success
    again = http.post("/v1/query", json={"question": "What hums 7 times?", "mind": mind}).text
    assert "qzw" not in again.replace("hums", "")
    assert http.get(f"/v1/{mind}").json()["mind"]["documents"] == "3"


def rows_holding(data: Path, mark: str) -> set[str]:
    """The tables of every database that hold it: what is read, not what lies in the file."""
    found = set()
    for path in data.rglob("*.db"):
        if path.parent.name == "gatekeeper":  # what it keeps is locked, and holds no documents
            continue
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
            for (table,) in tables:
                if any(mark in str(row).lower() for row in connection.execute(f'SELECT * FROM "{table}"')):
                    found.add(f"{path.name}: {table}")
    return found


def indexed(data: Path, mind: str, stems: list[str]) -> list[str]:
    """Those of the stems that the lexical index has in a segment, deleted or not."""
    searcher = tantivy.Index.open(str(data / "connectome" / "lexical" / mind)).searcher()
    return [stem for stem in stems if searcher.doc_freq("terms", stem)]


def agents(http: httpx.Client, document: str = "") -> list[dict[str, str]]:
    return list(http.get(f"/v1/{MIND}/agents", params={"document": document}).json()["agents"])


def holds(up: Up, host: str, agent: str) -> bool:
    """Whether a host holds an agent, by its own word."""
    request = AskRequest(mind=names.parent(agent), question=ABOUT_IT[0], agents=[AskedAgent(agent=agent)])
    with up.inside(host, "agent_host", "orchestrator") as channel:
        ask: Any = channel.unary_unary(
            "/myriad.agent.v1.AgentHostService/Ask", AskRequest.SerializeToString, AskResponse.FromString
        )
        return agent not in ask(request, timeout=5).not_here


TOWNS = ("Mokvara", "Pelzin", "Drusk")


def test_regions_name_what_was_learned_and_nothing_that_was_forgotten(http: httpx.Client) -> None:
    mind = "minds/towns"
    texts = {name: f"{name} is a town. {' and '.join(set(TOWNS) - {name})} are near {name}." for name in TOWNS}
    sources = [{"id": name.lower(), "title": name, "text": text} for name, text in texts.items()]
    assert http.post(f"/v1/{mind}/documents:learn", json={"documents": sources}).is_success
    version = http.get(f"/v1/{mind}").json()["mind"]["version"]
    for _ in range(300):
        if (listed := http.get(f"/v1/{mind}/regions").json())["mindVersion"] == version:
            break
        time.sleep(0.2)
    named = {name for region in listed["regions"] for name in region["concepts"]}
    assert named >= set(TOWNS)
    assert http.delete(f"/v1/{mind}/documents/drusk").is_success
    assert http.delete(f"/v1/{mind}/documents/pelzin").is_success
    assert http.delete(f"/v1/{mind}/documents/mokvara").is_success
    assert http.get(f"/v1/{mind}/regions").json()["regions"] == []
