"""Resource names: what is accepted comes apart as it was put together; nothing else is accepted."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mesh import names
from mesh.errors import InvalidField

MINDS = st.from_regex(r"[a-z]([a-z0-9-]{0,61}[a-z0-9])?", fullmatch=True)
AGENTS = st.from_regex(r"[a-z][a-z0-9]{0,62}", fullmatch=True)
DOCUMENTS = st.from_regex(r"[a-z0-9]([a-z0-9._-]{0,126}[a-z0-9])?", fullmatch=True)
JOBS = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?", fullmatch=True)
Parse = Callable[[str], tuple[str, str]]
PARSERS = [names.parse_agent, names.parse_document, names.parse_job]


@given(MINDS)
def test_a_mind_is_named_by_its_id_or_its_name(bare: str) -> None:
    assert names.mind(bare) == names.mind(f"minds/{bare}") == f"minds/{bare}"


@given(MINDS, AGENTS, DOCUMENTS, JOBS)
def test_a_name_comes_apart_as_it_was_put_together(mind: str, agent: str, document: str, job: str) -> None:
    mind = names.mind(mind)
    for name, parse, bare in (
        (names.agent(mind, agent), names.parse_agent, agent),
        (names.document(mind, document), names.parse_document, document),
        (names.job(mind, job), names.parse_job, job),
    ):
        assert parse(name) == (mind, bare)
        assert names.parent(name) == mind
        assert names.leaf(name) == bare


@given(st.text())
def test_any_text_is_a_name_or_an_invalid_field(text: str) -> None:
    with suppress(InvalidField):
        assert names.mind(text) in (text, f"minds/{text}")


@pytest.mark.parametrize("parse", PARSERS)
@given(text=st.text())
def test_no_text_is_taken_for_a_name_below_a_mind(parse: Parse, text: str) -> None:
    for name in (text, f"minds/{text}", f"minds/m/agents/{text}/x", f"minds/m/x/{text}"):
        with pytest.raises(InvalidField):
            parse(name)


@pytest.mark.parametrize(
    "text",
    ["", "minds/", "A", "1a", "-a", "a-", "a_b", "a.b", "a/b", "..", "a\n", " a", "é", "a" * 64, "minds/minds/a", "*"],
)
def test_a_mind_of_the_wrong_form_is_refused(text: str) -> None:
    with pytest.raises(InvalidField, match="a mind's id is"):
        names.mind(text)


@pytest.mark.parametrize("text", ["", ".", "..", ".a", "a/", "a/b", "A", "a\n", "a b", "a" * 129, "\u0430"])
def test_a_document_of_the_wrong_form_is_refused(text: str) -> None:
    with pytest.raises(InvalidField):
        names.document("minds/m", text)
    with pytest.raises(InvalidField):
        names.parse_document(f"minds/m/documents/{text}")


def test_the_field_of_the_request_is_named() -> None:
    with pytest.raises(InvalidField, match=r"^parent: "):
        names.mind("A", "parent")
    with pytest.raises(InvalidField, match=r"^name: has the form minds/\{mind\}/agents/\{agent\}"):
        names.parse_agent("minds/m/documents/d")
