"""What is forgotten on production stores is in nothing that the servers tell, in no file and on no host."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

import httpx
import pytest

from tests.system.harness import Up, needs_all, until
from tests.system.kept import holding
from tests.system.production import HEAL_SECONDS
from tests.system.test_forgetting import holds

pytestmark = [pytest.mark.timeout(300), *needs_all]
MIND = "minds/marked"
SECRET = f"{MIND}/documents/qzxname"
QUESTION = "What hums in qzxquery?"
LENA = {"id": "lena", "title": "Lena", "text": "The Lena is a river in Siberia. It flows into the Laptev Sea."}
MARKED = {
    "id": "qzxname",
    "title": "Qzxtitle",
    "uri": "file:///home/qzxuri.txt",
    "text": "Qzxtown Hall stands on a hill. The qzxtext hums.",
    "metadata": {"qzxkey": "qzxvalue"},
}
EDITED = MARKED | {"text": "Qzxtown Hall stands on a hill. The qzxtext hums. The qzxedit hums too."}
MARKS = ("qzxname", "qzxtitle", "qzxuri", "qzxtown", "qzxtext", "qzxkey", "qzxvalue", "qzxquery", "qzxedit")
"""Each stands in one thing that is told of the document, and in nothing else."""


@pytest.fixture(scope="module")
def up(served: Up) -> Up:
    return served


@pytest.fixture(scope="module")
def http(up: Up) -> Iterator[httpx.Client]:
    with up.http() as http:
        http.timeout = httpx.Timeout(60)
        yield http


def used(up: Up, http: httpx.Client) -> str:
    """Learn, ask, judge, edit and ask again until each mark is somewhere; the agent that knows it."""
    learn(http, MARKED, LENA)
    judge(http, ask(http))
    learn(http, EDITED)
    numbers = count()

    def everywhere() -> bool:
        ask(http, f" {next(numbers)}")
        return all(holding(up, mark) for mark in MARKS)

    until(everywhere, HEAL_SECONDS)  # Neo4j is cold at first, and answers are kept behind them
    [agent] = http.get(f"/v1/{MIND}/agents", params={"document": SECRET}).json()["agents"]
    return str(agent["name"])


def learn(http: httpx.Client, *documents: dict[str, Any]) -> None:
    http.post(f"/v1/{MIND}/documents:learn", json={"documents": documents}).raise_for_status()


def ask(http: httpx.Client, more: str = "") -> str:
    asked = {"question": QUESTION + more, "mind": MIND, "model": "myriad-max"}
    return str(http.post("/v1/query", json=asked).raise_for_status().json()["answer"]["name"])


def judge(http: httpx.Client, answer: str) -> None:
    http.post(f"/v1/{answer}:feedback", json={"verdict": "VERDICT_HELPFUL", "wholeAnswer": True}).raise_for_status()


def stores(mark: str, up: Up) -> set[str]:
    return {where.partition(":")[0] for where in holding(up, mark)}


def nowhere(up: Up, http: httpx.Client, agent: str) -> None:
    assert {mark: found for mark in MARKS if (found := holding(up, mark))} == {}
    for host in http.get("/v1/fleet").json()["hosts"]:
        assert not holds(up, host["address"], agent)
    for path in (SECRET, agent):
        assert http.get(f"/v1/{path}").status_code == httpx.codes.NOT_FOUND


def test_of_a_forgotten_document_no_store_tells_anything(up: Up, http: httpx.Client) -> None:
    agent = used(up, http)
    assert {"graph", "packets", "cache", "state"} <= stores("qzxtext", up)
    receipt = http.delete(f"/v1/{SECRET}").raise_for_status().json()["receipt"]
    nowhere(up, http, agent)
    assert {one["store"] for one in receipt["retained"]} == {
        *("graph", "lexical_index", "packets", "cache", "traces", "memory")
    }
    assert all("longest" in one or "setting" in one for one in receipt["retained"])
    assert any("S3 server's own files" in one["what"] for one in receipt["retained"])
    assert http.get(f"/v1/{MIND}").json()["mind"]["documents"] == "1"


def test_of_a_forgotten_mind_no_store_tells_anything(up: Up, http: httpx.Client) -> None:
    agent = used(up, http)
    receipt = http.delete(f"/v1/{MIND}").raise_for_status().json()["receipt"]
    nowhere(up, http, agent)
    # Its name alone stays in logs, and for five minutes in keys of Redis.
    assert {
        where for where in holding(up, MIND) if not where.startswith(("state: ", "cache: ", "file: logs/"))
    } == set()
    assert {"cache", "traces"} <= {one["store"] for one in receipt["retained"]}
    assert http.get(f"/v1/{MIND}").status_code == httpx.codes.NOT_FOUND
