"""`myriad_client` through Envoy with TLS and a key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import grpc
import pytest

from myriad_api.myriad.connectome.v1 import ListMindsRequest, MindServiceStub
from myriad_client import (
    Answer,
    AsyncMyriad,
    DeadlineExceeded,
    DocumentInput,
    InvalidRequest,
    Myriad,
    NotFound,
    StepFinished,
    Unauthenticated,
    Unavailable,
)
from tests.system.harness import Up, free_port, needs_all

pytestmark = needs_all
MIND = "clients"
QUESTION = "Into which sea does the Lena flow?"
RIVERS = {
    "lena": "The Lena is a river in Siberia. It flows into the Laptev Sea.",
    "ob": "The Ob is a river in Siberia. It flows into the Gulf of Ob.",
}


def rivers() -> Iterator[DocumentInput]:
    for river, text in RIVERS.items():
        yield DocumentInput(id=river, title=river.title(), text=text)


@pytest.fixture
def myriad(told: Mapping[str, str]) -> Iterator[Myriad]:
    with Myriad(told["MYRIAD_URL"], told["MYRIAD_API_KEY"], authority=told["MYRIAD_CA"]) as client:
        assert [result.document for result in client.learn(MIND, rivers())] == [
            f"minds/{MIND}/documents/{river}" for river in RIVERS
        ]
        yield client


def test_it_learns_asks_recalls_lists_and_forgets(myriad: Myriad) -> None:
    assert myriad.ask(QUESTION, mind=MIND).short_answer == "Laptev Sea"
    assert "Laptev Sea" in myriad.recall(QUESTION, mind=MIND, k=1)[0].text
    assert [document.title for document in myriad.documents(MIND)] == ["Lena", "Ob"]
    assert f"minds/{MIND}" in [mind.name for mind in myriad.stub(MindServiceStub).list_minds(ListMindsRequest()).minds]
    assert myriad.forget(MIND, "ob").document == f"minds/{MIND}/documents/ob"


def test_a_stream_tells_of_steps_and_ends_with_the_answer(myriad: Myriad) -> None:
    *steps, answer = myriad.stream(QUESTION, mind=MIND)
    assert steps
    assert all(isinstance(step, StepFinished) for step in steps)
    assert isinstance(answer, Answer)
    assert answer.short_answer == "Laptev Sea"


async def test_the_client_for_asyncio_does_the_same(myriad: Myriad, told: Mapping[str, str]) -> None:
    async with AsyncMyriad(told["MYRIAD_URL"], told["MYRIAD_API_KEY"], authority=told["MYRIAD_CA"]) as client:
        assert len([result async for result in client.learn(MIND, rivers())]) == len(RIVERS)
        assert (await client.ask(QUESTION, mind=MIND)).short_answer == "Laptev Sea"
        events = [event async for event in client.stream(QUESTION, mind=MIND)]
        assert isinstance(events[0], StepFinished)
        assert isinstance(events[-1], Answer)
        assert (await client.recall(QUESTION, mind=MIND))[0].document == f"minds/{MIND}/documents/lena"
        assert [document.title async for document in client.documents(MIND)] == ["Lena", "Ob"]
        assert (await client.call(MindServiceStub.list_minds, ListMindsRequest())).minds
        with pytest.raises(NotFound) as failed:
            await client.ask(QUESTION, mind="nowhere")
        assert failed.value.reason == "MIND_NOT_FOUND"
        with pytest.raises(NotFound):
            _ = [event async for event in client.stream(QUESTION, mind="nowhere")]
        assert (await client.forget(MIND, "ob")).document == f"minds/{MIND}/documents/ob"


def test_errors_have_the_reason_and_what_belongs_to_it(myriad: Myriad, secured: Up, told: Mapping[str, str]) -> None:
    with pytest.raises(NotFound) as unknown:
        myriad.ask(QUESTION, mind=MIND, model="gpt-4")
    assert unknown.value.reason == "MODEL_NOT_FOUND"
    assert "myriad-base" in unknown.value.metadata["models"]
    assert unknown.value.request_id
    with pytest.raises(InvalidRequest) as invalid:
        list(myriad.stream("", mind=MIND))
    assert invalid.value.violations == {"question": "has 1 to 4,000 characters"}
    with (
        Myriad(secured.url, "myr_wrong", authority=told["MYRIAD_CA"]) as stranger,
        pytest.raises(Unauthenticated, match="KEY_INVALID"),
    ):
        stranger.ask(QUESTION)


def test_a_deadline_ends_a_call(myriad: Myriad) -> None:
    with pytest.raises(DeadlineExceeded):
        myriad.ask(QUESTION, mind=MIND, timeout=0.0001)


def test_nobody_there_is_unavailable_after_the_retries() -> None:
    with Myriad(f"http://127.0.0.1:{free_port()}", "key", timeout=10) as client, pytest.raises(Unavailable) as failed:
        client.ask(QUESTION)
    assert failed.value.code == grpc.StatusCode.UNAVAILABLE


def test_a_certificate_of_another_authority_is_refused(secured: Up) -> None:
    with Myriad(secured.url, secured.key, timeout=10) as client, pytest.raises(Unavailable):
        client.ask(QUESTION)


@pytest.mark.parametrize(("url", "key"), [("", "k"), ("ftp://x", "k"), ("https://x/path", "k"), ("https://x", "a\nb")])
def test_what_is_no_url_or_key_is_refused_at_once(url: str, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MYRIAD_URL", raising=False)
    with pytest.raises(ValueError, match="MYRIAD_"):
        Myriad(url, key)


def test_the_command_line_speaks_tls_too(secured: Up, told: Mapping[str, str]) -> None:
    from tests.system.harness import myriad as command

    assert command("minds", **told).returncode == 0
