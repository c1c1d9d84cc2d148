"""LangChain and LlamaIndex: Myriad as chat model, and as retriever over `/v1/recall`."""

from __future__ import annotations

import pytest

pytest.importorskip("openai", reason="needs the group `interop`: make test installs it")

from tests.system.harness import Up, needs_all

pytestmark = [
    *needs_all,
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning"),
    pytest.mark.filterwarnings("ignore::pydantic.warnings.PydanticDeprecatedSince20"),
]


def test_langchain_asks(running: Up, notes_key: str) -> None:
    from langchain_openai import ChatOpenAI
    from pydantic import SecretStr

    model = ChatOpenAI(model="myriad-base", base_url=f"{running.url}/v1", api_key=SecretStr(notes_key))
    answer = model.invoke("Who wrote Dune?")
    assert "Frank Herbert" in str(answer.content)
    assert answer.usage_metadata
    assert answer.usage_metadata["input_tokens"] == 4
    assert "".join(str(one.content) for one in model.stream("Who wrote Dune?")) == answer.content


def test_llama_index_asks(running: Up, notes_key: str) -> None:
    from llama_index.core.llms import ChatMessage
    from llama_index.llms.openai_like import OpenAILike

    model = OpenAILike(
        model="myriad-base", api_base=f"{running.url}/v1", api_key=notes_key, is_chat_model=True, context_window=4000
    )
    said = [ChatMessage(role="user", content="Who wrote Dune?")]
    answer = str(model.chat(said).message.content)
    assert "Frank Herbert" in answer
    assert "".join(one.delta or "" for one in model.stream_chat(said)) == answer
