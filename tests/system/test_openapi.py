"""A running Myriad answers as its OpenAPI document says: every operation, called by what the document says of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import httpx
import pytest

from tests.openapi import DOCUMENT, OPERATIONS, PAGE, TEXT, Operation, unknown, validate
from tests.system.harness import Up, needs_all

pytestmark = needs_all
MIND, DOOMED_MIND = "openapi", "openapi-doomed"
MADE = "openapi-made"
Ids = Mapping[str, str]


def example(one: Operation) -> Any:
    """The example of its body, about a mind of our own."""
    return json.loads(json.dumps(one.example()).replace('"rivers"', f'"{MIND}"'))


def call(http: httpx.Client, name: str, ids: Ids, body: Any = None) -> httpx.Response:
    """Call an operation by the document: ids in its path, its example as a body, what has to be there as parameters."""
    one = OPERATIONS[name]
    needed = one.said.get("parameters", [])
    query = {given["name"]: ids[given["name"]] for given in needed if given["in"] == "query" and wanted(given)}
    body = example(one) if body is None else body
    return http.request(one.verb, one.path.format_map(ids), params=query, json=body)


def wanted(given: Mapping[str, Any]) -> bool:
    """Whether a parameter has to be there, for a key that opens all minds."""
    return bool(given["required"]) or given["name"] == "mind"


def checked(name: str, response: httpx.Response) -> Any:
    """What was answered, which is as the document says."""
    kind = response.headers["content-type"].partition(";")[0]
    one = OPERATIONS[name]
    schema = one.answer(str(response.status_code), kind)
    if kind == "text/csv":
        return response.text
    said = list(events(response.text)) if kind == "text/event-stream" else [response.json()]
    for value in said:
        validate(value, schema)
        if one.said["tags"] != ["OpenAI"]:
            assert not set(unknown(value, schema))
    return said[-1]


def events(text: str) -> Iterator[Any]:
    """The data of server-sent events."""
    for line in text.splitlines():
        if line.startswith("data: ") and line != "data: [DONE]":
            yield json.loads(line.removeprefix("data: "))


@pytest.fixture(scope="module")
def http(running: Up) -> Iterator[httpx.Client]:
    with running.http() as client:
        yield client


@pytest.fixture(scope="module")
def ids(http: httpx.Client) -> Ids:
    """Ids of what there is."""
    learned = checked("LearnDocuments", call(http, "LearnDocuments", {"mind": MIND}))
    answer = checked("Query", call(http, "Query", {}))["answer"]
    key = checked("CreateKey", call(http, "CreateKey", {}))["key"]
    names = (learned["results"][0]["document"], learned["job"]["name"], answer["name"], key["name"])
    leaves = dict(zip(("document", "job", "answer", "key"), (name.rpartition("/")[2] for name in names), strict=True))
    agent = answer["agents"][0]["agent"].rpartition("/")[2]
    response = leaves["answer"].replace("ans_", "resp_")
    made = {"mindId": MADE, "agent": agent, "host": "nowhere", "model": "myriad-base", "response": response}
    return {"mind": MIND, **made, **leaves}


@pytest.fixture
def doomed(http: httpx.Client) -> Ids:
    """Ids of what may go."""
    learned = checked("LearnDocuments", call(http, "LearnDocuments", {"mind": DOOMED_MIND}))
    key = checked("CreateKey", call(http, "CreateKey", {}))["key"]
    leaf = learned["results"][0]["document"].rpartition("/")[2]
    return {"mind": DOOMED_MIND, "document": leaf, "key": key["name"].rpartition("/")[2]}


TAKES_AWAY = {"DeleteMind", "ForgetDocument", "DeleteKey"}
REFUSED = {"DrainHost": 404}
"""There is no such host: a drained one would serve nobody."""


@pytest.mark.parametrize("name", sorted(OPERATIONS.keys() - TAKES_AWAY))
def test_an_operation_answers_as_the_document_says(http: httpx.Client, ids: Ids, name: str) -> None:
    response = call(http, name, ids)
    assert response.status_code == REFUSED.get(name, 200), response.text
    checked(name, response)


@pytest.mark.parametrize("name", sorted(TAKES_AWAY))
def test_what_takes_away_answers_as_the_document_says(http: httpx.Client, doomed: Ids, name: str) -> None:
    response = call(http, name, doomed)
    assert response.status_code == 200, response.text
    checked(name, response)


@pytest.mark.parametrize("name", ["CreateChatCompletion", "CreateResponse"])
def test_a_stream_in_openai_s_form_is_of_the_events_that_the_document_says(http: httpx.Client, name: str) -> None:
    response = call(http, name, {}, {**example(OPERATIONS[name]), "stream": True})
    assert response.headers["content-type"].startswith("text/event-stream")
    checked(name, response)


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_without_a_key_an_operation_says_so_as_the_document_has_it(running: Up, ids: Ids, name: str) -> None:
    with running.http(key="") as nobody:
        response = call(nobody, name, ids)
    assert response.status_code == 401
    checked(name, response)


@pytest.mark.parametrize(
    ("name", "changed", "body", "status"),
    [
        ("GetMind", {"mind": "no-such"}, None, 404),
        ("GetAnswer", {"answer": "ans_aaaaaaaaaaaaaaaaaaaa"}, None, 404),
        ("GetModel", {"model": "no-such"}, None, 404),
        ("Query", {}, {"question": ""}, 400),
        ("Query", {}, {"question": 7}, 400),
        ("GiveFeedback", {}, {}, 400),
        ("CreateKey", {}, {"role": "ROLE_KING"}, 400),
        ("CreateChatCompletion", {}, {"messages": []}, 400),
        ("CreateChatCompletion", {}, {"model": "no-such", "messages": [{"role": "user", "content": "who?"}]}, 404),
        ("CreateResponse", {}, {"input": {}}, 400),
    ],
)
def test_an_error_is_as_the_document_says(
    http: httpx.Client, ids: Ids, name: str, changed: Ids, body: Any, status: int
) -> None:
    response = call(http, name, {**ids, **changed}, body)
    assert response.status_code == status, response.text
    checked(name, response)


@pytest.mark.parametrize(("path", "content"), [("/openapi.json", TEXT), ("/docs", PAGE)])
def test_the_document_and_its_page_need_no_key_and_nothing_beside_them_is_open(
    running: Up, path: str, content: str
) -> None:
    with running.http(key="") as nobody:
        got = nobody.get(path)
        assert got.text == content
        assert nobody.get(path, headers={"if-none-match": got.headers["etag"]}).status_code == 304
        for beside in (f"{path}/", f"{path}/x", f"{path}x", f"{path};x"):
            assert nobody.get(beside).status_code == 401, beside
    assert DOCUMENT["servers"] == [{"url": "/"}], "as it is wherever Myriad is"
