"""OpenAI's own Python package against a running Myriad, through Envoy."""

from __future__ import annotations

import json
from typing import Any

import pytest

openai = pytest.importorskip("openai", reason="needs the group `interop`: make test installs it")

from tests.interop.conftest import MIND  # noqa: E402
from tests.system.harness import Up, needs_all  # noqa: E402

pytestmark = needs_all
DUNE = [{"role": "user", "content": "Who wrote Dune?"}]


@pytest.fixture
def client(running: Up, notes_key: str) -> Any:
    with openai.OpenAI(base_url=f"{running.url}/v1", api_key=notes_key, max_retries=0) as one:
        yield one


def test_an_answer_quotes_its_sources_as_annotations(client: Any) -> None:
    completion = client.chat.completions.create(model="myriad-base", messages=DUNE)
    (choice,) = completion.choices
    assert (completion.object, completion.model, choice.finish_reason) == ("chat.completion", "myriad-base", "stop")
    cited = choice.message.annotations[0].url_citation
    assert "written by Frank Herbert" in choice.message.content[cited.start_index : cited.end_index]
    assert (cited.url, cited.title) == ("https://example.org/dune", "Dune")
    assert completion.myriad["state"] == "ANSWER_STATE_ANSWERED"
    assert 0 < completion.myriad["confidence"] < 1
    assert completion.usage.prompt_tokens == 4
    assert completion.usage.total_tokens == completion.usage.completion_tokens + 4


@pytest.mark.parametrize("content", ["And when was he born?", [{"type": "text", "text": "And when was he born?"}]])
def test_the_last_message_is_read_by_those_before_it(client: Any, content: Any) -> None:
    said = [*DUNE, {"role": "assistant", "content": "Frank Herbert"}, {"role": "user", "content": content}]
    completion = client.chat.completions.create(model="base", messages=said)
    assert completion.myriad["question"] == "when was Frank Herbert born?"
    assert "1920" in completion.choices[0].message.content


def test_a_stream_has_the_role_the_text_why_it_ends_and_the_usage(client: Any) -> None:
    whole = client.chat.completions.create(model="base", messages=DUNE)
    chunks = list(
        client.chat.completions.create(model="base", messages=DUNE, stream=True, stream_options={"include_usage": True})
    )
    assert {(one.id, one.created, one.model) for one in chunks} == {(chunks[0].id, chunks[0].created, "myriad-base")}
    *said, usage = chunks
    assert said[0].choices[0].delta.role == "assistant"
    assert "".join(one.choices[0].delta.content or "" for one in said) == whole.choices[0].message.content
    assert [one.choices[0].finish_reason for one in said][-2:] == [None, "stop"]
    assert all(one.usage is None for one in said)
    assert (usage.choices, usage.usage) == ([], whole.usage)
    told = [note for one in said for note in getattr(one.choices[0].delta, "annotations", [])]
    assert told == [note.model_dump() for note in whole.choices[0].message.annotations]
    assert next(one.myriad["step"]["step"] for one in said if "step" in getattr(one, "myriad", {})) == "STEP_ACTIVATE"


def test_a_stream_ends_as_openai_s_does(client: Any) -> None:
    with client.chat.completions.with_streaming_response.create(model="base", messages=DUNE, stream=True) as raw:
        assert raw.headers["content-type"].startswith("text/event-stream")
        assert [line for line in raw.iter_lines() if line][-1] == "data: [DONE]"


def test_a_response_can_be_read_again_and_one_that_is_not_kept_is_not_found(client: Any) -> None:
    first = client.responses.create(model="base", input="Who wrote Dune?")
    again = client.responses.retrieve(first.id)
    assert (again.id, again.output, again.status) == (first.id, first.output, "completed")
    assert (again.model, again.myriad["question"]) == (first.model, "Who wrote Dune?")
    assert abs(again.created_at - first.created_at) <= 60
    assert again.usage.output_tokens == first.usage.output_tokens
    assert client.responses.retrieve(first.id, extra_query={"mind": MIND}).id == first.id
    for unknown in ("resp_" + "a" * 20, "resp_nothing", "nothing"):
        with pytest.raises(openai.NotFoundError) as caught:
            client.responses.retrieve(unknown)
        assert caught.value.type == "invalid_request_error"
    with pytest.raises(openai.NotFoundError):
        client.responses.retrieve(first.id, extra_query={"mind": "elsewhere"})
    with pytest.raises(openai.BadRequestError, match="stream"):
        list(client.responses.retrieve(first.id, stream=True))


def test_a_response_is_a_message_and_the_next_can_refer_to_it(client: Any) -> None:
    first = client.responses.create(model="base", input="Who wrote Dune?")
    assert (first.status, first.output[0].content[0].annotations[0].url) == ("completed", "https://example.org/dune")
    assert "Frank Herbert" in first.output_text
    second = client.responses.create(model="base", input="When was he born?", previous_response_id=first.id)
    assert second.myriad["question"] == "When was Frank Herbert born?"
    assert "1920" in second.output_text
    said = [{"role": "user", "content": [{"type": "input_text", "text": "Who wrote Dune?"}]}]
    assert client.responses.create(model="base", input=said).output_text == first.output_text


def test_a_response_streams_its_events_in_order(client: Any) -> None:
    with client.responses.stream(model="base", input="Who wrote Dune?") as stream:
        events = list(stream)
        whole = stream.get_final_response()
    assert [one.sequence_number for one in events] == list(range(len(events)))
    assert (events[0].type, events[-1].type) == ("response.created", "response.completed")
    deltas = "".join(one.delta for one in events if one.type == "response.output_text.delta")
    assert deltas == whole.output_text == client.responses.create(model="base", input="Who wrote Dune?").output_text


def test_as_few_tokens_as_are_wanted(client: Any) -> None:
    completion = client.chat.completions.create(model="base", messages=DUNE, max_completion_tokens=4)
    assert (completion.choices[0].finish_reason, completion.usage.completion_tokens) == ("length", 4)
    assert completion.choices[0].message.annotations == []
    response = client.responses.create(model="base", input="Who wrote Dune?", max_output_tokens=4)
    assert (response.status, response.incomplete_details.reason) == ("incomplete", "max_output_tokens")


def test_json_is_written_when_it_is_wanted(client: Any) -> None:
    completion = client.chat.completions.create(model="base", messages=DUNE, response_format={"type": "json_object"})
    assert "Frank Herbert" in json.loads(completion.choices[0].message.content)["summary"]


def test_what_only_a_language_model_would_mind_is_passed_over(client: Any) -> None:
    tool = {"type": "function", "function": {"name": "f", "parameters": {}}}
    wanted = {"temperature": 0.7, "seed": 1, "user": "me", "tools": [tool], "top_p": 1.0, "stop": ["x"]}
    completion = client.chat.completions.create(model="base", messages=DUNE, extra_body={"unheard_of": [1]}, **wanted)
    assert completion.choices[0].finish_reason == "stop"


@pytest.mark.parametrize(
    ("changed", "error", "param", "code"),
    [
        ({"model": "gpt-9"}, "NotFoundError", "model", "model_not_found"),
        ({"metadata": {"mind": "other"}}, "NotFoundError", "metadata.mind", "mind_not_found"),
        ({"metadata": {"mind": 7}}, "BadRequestError", "metadata.mind", "invalid_field"),
        ({"messages": []}, "BadRequestError", "messages", "invalid_field"),
        ({"messages": "x"}, "BadRequestError", "messages", "invalid_field"),
        ({"messages": [{"role": "system", "content": "x"}]}, "BadRequestError", "messages", "invalid_field"),
        ({"messages": [{"role": "who", "content": "x"}]}, "BadRequestError", "messages[0].role", "invalid_field"),
        ({"messages": [{"role": "user", "content": "x" * 4001}]}, "BadRequestError", "messages", "invalid_field"),
        (
            {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "x"}}]}]},
            "BadRequestError",
            "messages[0].content[0].type",
            "invalid_field",
        ),
        ({"n": 2}, "BadRequestError", "n", "invalid_field"),
        ({"max_tokens": 0}, "BadRequestError", "max_tokens", "invalid_field"),
        ({"stream": "yes"}, "BadRequestError", "stream", "invalid_field"),
        ({"response_format": {"type": "json_schema"}}, "BadRequestError", "response_format.type", "invalid_field"),
    ],
)
@pytest.mark.parametrize("stream", [False, True])
def test_an_error_is_of_openai_s_class_and_says_which_field(
    client: Any, changed: dict[str, Any], error: str, param: str, code: str, stream: bool
) -> None:
    body = {"model": "base", "messages": DUNE, "stream": stream, **changed}
    with pytest.raises(openai.APIStatusError) as caught:
        client.post("/chat/completions", body=body, cast_to=object)
    assert (type(caught.value).__name__, caught.value.param, caught.value.code) == (error, param, code)
    assert sorted(caught.value.body) == ["code", "message", "param", "type"]
    assert caught.value.request_id


def test_a_request_that_comes_again_gets_the_same_answer(client: Any) -> None:
    def ask(key: str, question: str) -> str:
        said = [{"role": "user", "content": question}]
        headers = {"idempotency-key": key}
        return str(client.chat.completions.create(model="base", messages=said, extra_headers=headers).id)

    first = ask("one", "Who wrote Dune?")
    assert ask("one", "Who wrote Dune?") == first
    assert ask("one", "Who wrote  Dune?") != first
    assert ask("two", "Who wrote Dune?") != first


def test_every_answer_says_which_request_it_was_and_how_long_it_took(client: Any) -> None:
    raw = client.chat.completions.with_raw_response.create(model="base", messages=DUNE)
    assert raw.headers["x-request-id"]
    assert int(raw.headers["openai-processing-ms"]) >= 0


def test_the_models_are_the_tiers(client: Any) -> None:
    assert [one.id for one in client.models.list()] == ["myriad-swift", "myriad-base", "myriad-max"]
    assert client.models.retrieve("swift").id == "myriad-swift"
    with pytest.raises(openai.NotFoundError):
        client.models.retrieve("gpt-9")


def test_a_mind_is_named_by_metadata(running: Up) -> None:
    with openai.OpenAI(base_url=f"{running.url}/v1", api_key=running.key, max_retries=0) as admin:
        with pytest.raises(openai.BadRequestError) as caught:
            admin.chat.completions.create(model="base", messages=DUNE)
        assert (caught.value.code, caught.value.param) == ("mind_required", "metadata.mind")
        assert "metadata.mind: name one" in caught.value.message
        completion = admin.chat.completions.create(model="base", messages=DUNE, metadata={"mind": MIND})
        assert completion.myriad["mind"] == f"minds/{MIND}"


def test_a_client_that_waits_no_longer_says_so(running: Up, notes_key: str) -> None:
    with openai.OpenAI(base_url=f"{running.url}/v1", api_key=notes_key, max_retries=0, timeout=1e-4) as hasty:
        with pytest.raises(openai.APITimeoutError):
            hasty.chat.completions.create(model="base", messages=DUNE)


def test_a_key_that_is_unknown_is_refused_in_openai_s_form(running: Up) -> None:
    with openai.OpenAI(base_url=f"{running.url}/v1", api_key="wrong", max_retries=0) as stranger:
        with pytest.raises(openai.AuthenticationError) as caught:
            stranger.chat.completions.create(model="base", messages=DUNE)
    assert (caught.value.code, caught.value.type) == ("invalid_api_key", "invalid_request_error")
    assert sorted(caught.value.body) == ["code", "message", "param", "type"]
