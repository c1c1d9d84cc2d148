"""Ids of requests that may come again."""

from __future__ import annotations

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mesh.errors import InvalidField
from mesh.repeats import request_id

GIVEN = "7d3f5c1e-0b5a-4c53-9d0e-2f6a8b1c4d7e"


@given(st.uuids(version=4))
def test_a_random_uuid_is_one_id_however_it_is_written(one: uuid.UUID) -> None:
    assert request_id(str(one)) == request_id(str(one).upper()) == str(one)


def test_a_request_may_have_none() -> None:
    assert request_id("") == ""


@pytest.mark.parametrize(
    "given", [f"{{{GIVEN}}}", f"urn:uuid:{GIVEN}", GIVEN.replace("-", ""), f"{GIVEN}\n", GIVEN.replace("-4", "-1"), "*"]
)
def test_another_form_is_refused(given: str) -> None:
    with pytest.raises(InvalidField, match="request_id"):
        request_id(given)


@given(st.text(min_size=1))
def test_any_other_text_is_refused_and_breaks_nothing(text: str) -> None:
    with pytest.raises(InvalidField):
        request_id(text)
