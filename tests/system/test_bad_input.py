"""Bad input through Envoy: a clear error, and nothing is lost."""

from __future__ import annotations

import base64
import json
import sqlite3
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.system.harness import Up, free_port, myriad, needs_all, processor_seconds, until

pytestmark = needs_all

MIND = "minds/careful"
DOCUMENT = {"id": "lena", "title": "Lena", "text": "The Lena is a river in Siberia. It flows into the Laptev Sea."}
QUESTION = "Into which sea does the Lena flow?"
ERROR_INFO = "type.googleapis.com/google.rpc.ErrorInfo"
MIB = 1024 * 1024


@pytest.fixture(scope="module")
def http(running: Up) -> Iterator[httpx.Client]:
    """A client with an admin's key; the mind knows one document."""
    with running.http() as client:
        (result,) = learn(client, DOCUMENT)
        assert result["state"] in ("STATE_LEARNED", "STATE_UNCHANGED")
        yield client


@pytest.fixture(scope="module")
def agent(http: httpx.Client) -> str:
    (one,) = http.get(f"/v1/{MIND}/agents", params={"document": f"{MIND}/documents/lena"}).json()["agents"]
    return str(one["name"])


def learn(http: httpx.Client, *documents: dict[str, Any], mind: str = MIND) -> list[dict[str, Any]]:
    response = http.post(f"/v1/{mind}/documents:learn", json={"documents": documents})
    assert response.is_success, response.text
    return list(response.json()["results"])


def key(http: httpx.Client, **fields: Any) -> str:
    return str(http.post("/v1/keys", json={"role": "ROLE_TEACHER", **fields}).json()["secret"])


def refusal(response: httpx.Response) -> tuple[int, str]:
    """Status and reason of an error, whose form is checked."""
    body = response.json()
    assert body["message"]
    (info,) = (detail for detail in body["details"] if detail["@type"] == ERROR_INFO)
    assert info["domain"] == "myriad"
    return response.status_code, info["reason"]


def query(http: httpx.Client) -> httpx.Response:
    return http.post("/v1/query", json={"question": QUESTION, "mind": MIND})


def test_a_learn_whose_client_hangs_up_ends_and_holds_up_nobody(running: Up, http: httpx.Client) -> None:
    long = {"text": "Open the valve.\n\n" * 120_000}
    body = {"jobId": "left", "documents": [{"id": f"long-{number}", **long} for number in range(6)]}
    genesis = running.pid("genesis")
    assert genesis
    with pytest.raises(httpx.ReadTimeout):
        http.post(f"/v1/{MIND}/documents:learn", json=body, timeout=1.0)
    assert learn(http, {"id": "short", "text": "The Ob is a river, too."})[0]["state"] == "STATE_LEARNED"

    def idle() -> bool:
        before = processor_seconds(genesis)
        time.sleep(1)
        return processor_seconds(genesis) - before < 0.2

    until(idle, 30)
    # It was not done: whoever comes back with the job's id goes on with it.
    assert http.get(f"/v1/{MIND}/jobs/left").json()["job"]["state"] == "STATE_RUNNING"
    assert "long-5" not in http.get(f"/v1/{MIND}/documents").text
    http.delete(f"/v1/{MIND}/documents/short")


def test_a_key_opens_nothing_when_its_time_is_over(running: Up, http: httpx.Client) -> None:
    over = datetime.now(UTC) + timedelta(seconds=2)
    with running.http(key(http, allMinds=True, expireTime=over.isoformat())) as hasty:
        assert hasty.get("/v1/models").is_success
        until(lambda: not hasty.get("/v1/models").is_success, 5)
        assert datetime.now(UTC) >= over
        assert refusal(query(hasty)) == (401, "KEY_EXPIRED")


@pytest.mark.parametrize(
    "question",
    ["", "   ", "x" * 100_000, "a\0b", "\x1b[2J", "\u202e" * 4_001],
    ids=["empty", "blank", "100 kB", "NUL", "escape", "many"],
)
@pytest.mark.parametrize("path", ["/v1/query", "/v1/query:stream", "/v1/recall", "ask"])
def test_what_is_no_question_is_refused(http: httpx.Client, agent: str, path: str, question: str) -> None:
    path = f"/v1/{agent}:ask" if path == "ask" else path
    response = http.post(path, json={"question": question} | ({} if ":ask" in path else {"mind": MIND}))
    assert refusal(response) == (400, "INVALID_FIELD")
    assert "question" in response.json()["message"]


@pytest.mark.parametrize("body", [b"\xff\xfe\x00", b'{"question": "\xff\xfe"}', bytes(range(256)) * 400])
def test_a_binary_body_is_refused(http: httpx.Client, body: bytes) -> None:
    assert refusal(http.post("/v1/query", content=body)) == (400, "REQUEST_UNREADABLE")


def test_an_unknown_model_is_told_which_there_are(http: httpx.Client) -> None:
    unknown = {"question": QUESTION, "mind": MIND, "model": "gpt-4"}
    for response in (
        http.post("/v1/query", json=unknown),
        http.post("/v1/query:stream", json=unknown),
        http.post("/v1/recall", json=unknown),
    ):
        assert refusal(response) == (404, "MODEL_NOT_FOUND")
        (info,) = response.json()["details"]
        models = [model["id"] for model in http.get("/v1/models").json()["data"]]
        assert info["metadata"]["models"].split(",") == models
        assert all(model in response.json()["message"] for model in models)


@pytest.mark.parametrize(
    ("verb", "path", "reason"),
    [
        ("POST", "query", "MIND_NOT_FOUND"),
        ("POST", "query:stream", "MIND_NOT_FOUND"),
        ("POST", "recall", "MIND_NOT_FOUND"),
        ("GET", "minds/nowhere", "MIND_NOT_FOUND"),
        ("GET", "minds/nowhere/documents", "MIND_NOT_FOUND"),
        ("GET", "minds/nowhere/agents", "MIND_NOT_FOUND"),
        ("GET", "minds/nowhere/documents/lena", "DOCUMENT_NOT_FOUND"),
        ("GET", f"{MIND}/documents/none", "DOCUMENT_NOT_FOUND"),
        ("DELETE", f"{MIND}/documents/none", "DOCUMENT_NOT_FOUND"),
        ("GET", f"{MIND}/jobs/none", "JOB_NOT_FOUND"),
        ("GET", f"{MIND}/agents/none", "AGENT_NOT_FOUND"),
        ("POST", f"{MIND}/agents/none:ask", "AGENT_NOT_FOUND"),
        ("POST", f"{MIND}/agents/none:hydrate", "AGENT_NOT_FOUND"),
        ("POST", f"{MIND}/agents/none:dehydrate", "AGENT_NOT_FOUND"),
        ("GET", f"{MIND}/answers/ans_{'a' * 20}/trace", "ANSWER_NOT_FOUND"),
        ("GET", "keys/0123456789abcdef", "KEY_NOT_FOUND"),
        ("GET", "nowhere", "ROUTE_NOT_FOUND"),
        ("PATCH", "minds/nowhere", "MIND_NOT_FOUND"),
    ],
)
def test_what_there_is_not_is_not_found(http: httpx.Client, verb: str, path: str, reason: str) -> None:
    body = {"question": QUESTION, "mind": "nowhere"} if path.startswith(("query", "recall")) else {}
    body = {"question": QUESTION} if path.endswith(":ask") else body
    response = http.request(verb, f"/v1/{path}", json=body if verb in ("POST", "PATCH", "PUT") else None)
    assert refusal(response) == (404, reason)


def test_of_documents_that_cannot_be_learned_each_is_told_and_the_rest_is_learned(http: httpx.Client) -> None:
    lines = '{"id": "ob", "text": "The Ob is a river."}\nno JSON\n[]\n{"id": "ob-2"}'
    results = learn(
        http,
        {"mediaType": "application/x-ndjson", "text": lines},
        {"id": "binary", "content": base64.b64encode(bytes(range(256))).decode()},
        {"id": "nul", "text": "a\0b"},
        {"id": "empty", "text": " \n "},
        {"id": "film", "text": "x", "mediaType": "video/mp4"},
        {"id": "Not An Id", "text": "x"},
        {"id": "large", "text": "x y. " * (2 * MIB)},
        {"id": "yenisei", "text": "The Yenisei is one too."},
        mind="minds/mixed",
    )
    told = [one["reason"].removeprefix("ERROR_REASON_") for one in results]
    assert [(one["line"], one["document"].rpartition("/")[2], why) for one, why in zip(results, told, strict=True)] == [
        ("1", "ob", "UNSPECIFIED"),
        ("2", "", "LINE_INVALID"),
        ("3", "", "LINE_INVALID"),
        ("4", "", "LINE_INVALID"),
        ("0", "binary", "DOCUMENT_NOT_TEXT"),
        ("0", "nul", "DOCUMENT_NOT_TEXT"),
        ("0", "empty", "DOCUMENT_EMPTY"),
        ("0", "film", "MEDIA_TYPE_UNKNOWN"),
        ("0", "", "INVALID_FIELD"),
        ("0", "large", "DOCUMENT_TOO_LARGE"),
        ("0", "yenisei", "UNSPECIFIED"),
    ]
    assert all(one["message"] for one in results if one["state"] == "STATE_FAILED")
    known = [one["name"] for one in http.get("/v1/minds/mixed/documents").json()["documents"]]
    assert known == ["minds/mixed/documents/ob", "minds/mixed/documents/yenisei"]


def test_a_document_of_50_mb_is_refused_over_rest(http: httpx.Client) -> None:
    documents = [{"id": "huge", "text": "x" * (50 * MIB)}]
    response = http.post(f"/v1/{MIND}/documents:learn", json={"documents": documents})
    assert refusal(response) == (413, "REQUEST_TOO_LARGE")
    assert refusal(http.get(f"/v1/{MIND}/documents/huge")) == (404, "DOCUMENT_NOT_FOUND")
    assert query(http).is_success


def test_files_that_are_too_large_or_no_text_are_told_and_the_rest_is_learned_in_any_encoding(
    running: Up, tmp_path: Path
) -> None:
    (tmp_path / "huge.txt").write_bytes(b"x y. " * (10 * MIB))
    (tmp_path / "huge.jsonl").write_bytes(b'{"text": "' + b"x" * (50 * MIB) + b'"}\n{"text": "The Ob is a river."}\n')
    (tmp_path / "latin.md").write_bytes("# Über\n\nDie Lena fließt.\n".encode("latin-1"))
    (tmp_path / "binary.txt").write_bytes(bytes(range(256)) * 40)
    (tmp_path / "good.md").write_text("# Mills\n\nThe mill burned down in 1931.\n")
    files = [str(tmp_path / name) for name in ("huge.txt", "huge.jsonl", "latin.md", "binary.txt", "good.md")]
    done = running.run("learn", "--mind", "files", "--json", *files)
    summary = json.loads(done.stdout)
    assert (done.returncode, summary["learned"], summary["failed"]) == (1, 3, 3), done.stderr
    failures = {
        (failure["uri"].rpartition("/")[2], failure.get("line"), failure["reason"]) for failure in summary["failures"]
    }
    assert failures == {
        ("huge.txt", None, "DOCUMENT_TOO_LARGE"),
        ("huge.jsonl", 1, "DOCUMENT_TOO_LARGE"),
        ("binary.txt", None, "DOCUMENT_NOT_TEXT"),
    }


def test_two_learns_of_one_document_at_once_leave_one_of_the_two(running: Up, http: httpx.Client) -> None:
    texts = [f"The Amga is {number} km long. " * 40 for number in range(8)]
    states: list[str] = []

    def teach(text: str) -> None:
        with running.http() as mine:
            states.extend(one["state"] for one in learn(mine, {"id": "amga", "title": "Amga", "text": text}))

    teachers = [threading.Thread(target=teach, args=(text,)) for text in texts]
    for teacher in teachers:
        teacher.start()
    for teacher in teachers:
        teacher.join()
    assert states == ["STATE_LEARNED"] * len(texts)
    document = http.get(f"/v1/{MIND}/documents/amga").json()["document"]
    agents = http.get(f"/v1/{MIND}/agents", params={"document": document["name"]}).json()["agents"]
    assert len(agents) == document["agentCount"] > 0
    passages = http.post("/v1/recall", json={"question": "How long is the Amga?", "mind": MIND, "k": 100}).json()
    found = {passage["agent"]: passage["text"] for passage in passages["passages"] if "Amga" in passage["title"]}
    assert set(found) <= {one["name"] for one in agents}
    assert len({text for text in texts if any(passage in text for passage in found.values())}) == 1


def test_data_of_the_graph_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    database = tmp_path / "data" / "connectome" / "graph.db"
    database.parent.mkdir(parents=True)
    connection = sqlite3.connect(database)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA user_version = 999")
    connection.close()
    before = database.read_bytes()
    done = myriad("up", "--data", str(tmp_path / "data"), "--port", str(free_port()))
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "newer" in done.stderr
    assert database.read_bytes() == before
