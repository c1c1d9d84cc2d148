"""The same mind and request give the same bytes, wherever the agents are; a replay says so, or says what changed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

import httpx
import pytest

from cli import corpus
from tests.system.harness import Up, needs_all

pytestmark = needs_all

MIND = "replayed"
TOPICS = 25
QUESTIONS = (
    "What does the with statement guarantee?",
    "Which exception does the assert statement raise?",
    "What is the difference between a list and a tuple?",
    "Why did Guido van Rossum leave the planet?",
)
MODELS = ("myriad-swift", "myriad-base", "myriad-max")
TAKEN_OUT = ("name", "answerId", "answer", "createTime", "usage", "steps")


@pytest.fixture(scope="module")
def http(running: Up) -> Iterator[httpx.Client]:
    documents = [{**topic, "id": f"t{number}"} for number, topic in enumerate(islice(corpus.topics(), TOPICS))]
    with running.http() as client:
        learned = client.post(f"/v1/minds/{MIND}/documents:learn", json={"documents": documents})
        assert learned.status_code == 200, learned.text
        yield client


def asked(http: httpx.Client, question: str, model: str) -> dict[str, Any]:
    request = {"question": question, "mind": MIND, "model": model, "includeTrace": True}
    response = http.post("/v1/query", json=request)
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()["answer"]
    return answer


def lasting(value: Any) -> Any:
    """What has to be the same: all but ids of answers, times and usage."""
    match value:
        case Mapping():
            return {name: lasting(field) for name, field in value.items() if name not in TAKEN_OUT}
        case list():
            return [lasting(item) for item in value]
        case _:
            return value


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("question", QUESTIONS)
def test_cold_and_warm_the_same_bytes(http: httpx.Client, question: str, model: str) -> None:
    first = asked(http, question, model)
    for agent in first["agents"][::2]:
        assert http.post(f"/v1/{agent['agent']}:dehydrate", json={}).status_code == 200
    again = asked(http, question, model)
    if first["trace"]["weightsAsOf"] == again["trace"]["weightsAsOf"]:
        assert json.dumps(lasting(again)) == json.dumps(lasting(first))
    replayed = http.post(f"/v1/{first['name']}:replay", json={}).json()
    assert (replayed["same"], replayed["differences"]) == (True, [])


def test_a_replay_after_learning_more_names_both_versions(running: Up, http: httpx.Client) -> None:
    answer = asked(http, QUESTIONS[0], "myriad-base")["name"]
    same = running.run("trace", answer, "--replay")
    assert (same.returncode, same.stdout.startswith("the same")) == (0, True), same.stdout + same.stderr
    document = {"id": "more", "title": "The with statement", "text": "The with statement guarantees nothing at all."}
    assert http.post(f"/v1/minds/{MIND}/documents:learn", json={"documents": [document]}).status_code == 200
    changed = http.post(f"/v1/{answer}:replay", json={}).json()
    assert int(changed["mindVersionNow"]) > int(changed["mindVersionThen"])
    told = running.run("trace", answer, "--replay")
    assert (told.returncode, "the mind has changed since" in told.stdout) == (0, not changed["same"])


def test_the_tree_is_drawn_from_seeds_to_answer(running: Up, http: httpx.Client) -> None:
    answer = asked(http, QUESTIONS[0], "myriad-max")
    drawn = running.run("trace", answer["name"])
    assert drawn.returncode == 0, drawn.stderr
    for part in (QUESTIONS[0], "seeds:", "agents:", "time: activate"):
        assert part in drawn.stdout
    assert json.loads(running.run("trace", answer["name"], "--json").stdout)["trace"] == answer["trace"]


@pytest.mark.parametrize("written_as", ["text", "markdown", "json"])
def test_an_answer_is_written_as_was_asked_for(running: Up, http: httpx.Client, written_as: str) -> None:
    asked_for = running.run("ask", QUESTIONS[0], "--mind", MIND, "--format", written_as)
    assert asked_for.returncode == 0, asked_for.stderr
    assert asked_for.stdout.strip()
