"""JSON: entries with whole paths, lists of records as tables, whatever is wrong with it kept."""

from __future__ import annotations

import json as library

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genesis.errors import DocumentTooLarge
from genesis.readers import json
from tests.unit.genesis.readers.shown import check, said
from tests.unit.genesis.readers.test_yaml import TREES, leaves


def test_keys_are_entries_and_comments_and_last_commas_are_let_pass() -> None:
    read = json.read('{\n // seconds\n "wait": 30,\n "tls": {"min": "1.2", "on": true, "none": null, "e": []},\n}')
    check(read)
    assert said(read) == ["wait: 30", "tls.min: 1.2", "tls.on: true", "tls.none: null", "tls.e: []"]
    assert read.blocks[0].lead.text == "seconds"


def test_escapes_are_shown_as_what_they_mean_and_point_to_where_they_stand() -> None:
    source = '{"a": "x \\u00e9\\ud83d\\ude00 \\"y\\" \\\\ z"}'
    (block,) = json.read(source).blocks
    assert block.text.text == 'a: x é😀 "y" \\ z'
    smile = next(run for run in block.text.runs if block.text.text[run.start : run.end] == "😀")
    assert source[smile.source_start : smile.source_end] == "\\ud83d\\ude00"


def test_a_list_of_records_is_a_table() -> None:
    read = json.read('[{"id": 1, "city": "Graz", "tags": ["a", "b"]}, {"id": 2, "city": "Linz"}]')
    assert said(read) == ["id: 1; city: Graz; tags: a, b", "id: 2; city: Linz"]


@settings(deadline=None, max_examples=60)
@given(TREES, st.booleans())
def test_every_value_survives(tree: object, ascii_only: bool) -> None:
    read = json.read(library.dumps({"root": tree}, ensure_ascii=ascii_only))
    check(read)
    whole = " ".join(said(read)).casefold()
    for value in leaves(tree):
        assert " ".join(str(value).split()).casefold() in whole


@settings(deadline=None, max_examples=200)
@given(
    st.lists(st.sampled_from(["{", "}", "[", "]", '"a"', ":", ",", "1", '"', "\\", "//x\n", "/*", "*/", " ", "é"])).map(
        "".join
    )
)
def test_whatever_it_is_it_is_mapped(source: str) -> None:
    check(json.read(source))


@pytest.mark.parametrize("hostile", ["[" * 200_000, '{"a":' * 100_000, '{"a":1,"b":[' * 50_000])
def test_keys_within_keys_have_an_end(hostile: str) -> None:
    with pytest.raises(DocumentTooLarge, match="nested deeper"):
        json.read(hostile)
