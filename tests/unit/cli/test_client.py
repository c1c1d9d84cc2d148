"""REST answers and errors."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Any

import httpx
import pytest

from cli import client, connection, state
from cli.asking import ask
from cli.client import Client
from cli.errors import Failure
from cli.state import Endpoint

NOT_FOUND = {
    "code": 5,
    "message": "there is no mind 'x' for this key",
    "details": [
        {"@type": "type.googleapis.com/google.rpc.RetryInfo"},
        {"@type": client.ERROR_INFO, "reason": "MIND_NOT_FOUND", "domain": "myriad"},
    ],
}


def response(status: int, **content: Any) -> httpx.Response:
    return httpx.Response(status, **content)


def test_an_error_says_message_reason_and_what_to_do() -> None:
    with pytest.raises(Failure) as caught:
        connection.content(response(404, json=NOT_FOUND))
    text = str(caught.value)
    assert text.startswith("there is no mind 'x' for this key (MIND_NOT_FOUND); ")
    assert "--mind" in text


def test_a_key_that_may_too_little_is_told_what_it_lacks_and_no_method() -> None:
    info = {"@type": client.ERROR_INFO, "reason": "ROLE_TOO_LOW", "metadata": {"role": "teacher"}}
    with pytest.raises(Failure) as caught:
        connection.content(response(403, json={"message": "/a.B/C needs a key with role teacher", "details": [info]}))
    assert "may only read" in str(caught.value)
    assert "--role teacher" in str(caught.value)
    assert "/a.B/C" not in str(caught.value)


@pytest.mark.parametrize("content", [{"text": "<html>"}, {"json": [1]}, {"json": None}, {"content": b"\xff"}])
def test_an_error_that_is_not_ours_is_named_by_its_number(content: dict[str, Any]) -> None:
    with pytest.raises(Failure, match="HTTP 502"):
        connection.content(response(502, **content))


def test_success_that_is_no_object_is_a_failure() -> None:
    with pytest.raises(Failure, match="HTTP 200"):
        connection.content(response(200, text="hello"))


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:9", "http://", "http://a:b", "https://127.0.0.1:9", "http://no such"]
)
def test_where_nobody_can_be_nobody_is(url: str) -> None:
    with pytest.raises(Failure, match="no running Myriad answers"), Client(Endpoint(url, "k")) as nobody:
        nobody.get("/v1/models")


def test_nobody_there_says_how_to_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    with Client(Endpoint("http://127.0.0.1:9", "k")) as nobody, pytest.raises(Failure, match="myriad up"):
        nobody.get("/v1/models")


def test_a_mind_that_is_not_there_is_named_without_its_folder_and_says_when_it_was_taken_for_granted() -> None:
    for mind, taken in (("main", ", which is taken where --mind names none"), ("notes", "")):
        failure = client.refusal("there is no mind", "MIND_NOT_FOUND", {"mind": f"minds/{mind}"})
        assert failure.message == f"this key opens no mind '{mind}'{taken}"


def test_where_nobody_answers_others_of_this_user_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    state.leave(tmp_path / "a", Endpoint("http://127.0.0.1:9", "k", os.getpid()))
    assert "myriad up" in client.nobody("http://127.0.0.1:9").hint
    state.leave(tmp_path / "b", Endpoint("http://127.0.0.1:8081", "k", os.getpid()))
    assert client.nobody("http://127.0.0.1:9").hint.startswith("you run http://127.0.0.1:8081: ")


def transport(*answers: httpx.Response) -> tuple[httpx.AsyncClient, list[httpx.Request]]:
    requests: list[httpx.Request] = []

    def handle(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return answers[min(len(requests), len(answers)) - 1]

    return httpx.AsyncClient(base_url="http://m", transport=httpx.MockTransport(handle)), requests


@pytest.mark.parametrize("path", ["/v1/minds/a/documents/../../b", "/v1/minds/..", "/v1/./minds?x=1"])
def test_a_name_leads_to_nothing_that_it_does_not_name(path: str) -> None:
    with Client(Endpoint("http://127.0.0.1:9", "k")) as one, pytest.raises(Failure, match="no name has a part"):
        one.delete(path)


async def test_a_question_refused_for_its_rate_is_asked_again() -> None:
    http, requests = transport(
        response(429, headers={"retry-after": "0"}), response(200, json={"answer": {"shortAnswer": "x"}})
    )
    outcome = await ask(http, asyncio.Semaphore(1), "q", "myriad-base", "m")
    assert (outcome.answer, outcome.error, len(requests)) == ({"shortAnswer": "x"}, "", 2)


async def test_a_question_that_fails_is_an_outcome() -> None:
    http, _ = transport(response(404, json=NOT_FOUND))
    outcome = await ask(http, asyncio.Semaphore(1), "q", "myriad-base", "x")
    assert "MIND_NOT_FOUND" in outcome.error
    assert not outcome.answer
