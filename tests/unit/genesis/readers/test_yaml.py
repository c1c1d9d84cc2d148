"""YAML: entries with whole paths, comments with the key that they explain, lists of records as tables."""

from __future__ import annotations

import time

import pytest
import yaml as library
from hypothesis import given, settings
from hypothesis import strategies as st

from genesis.errors import DocumentTooLarge
from genesis.readers import entries, yaml
from genesis.structure import Kind
from tests.unit.genesis.readers.shown import check, said

SCALARS = (
    st.integers() | st.booleans() | st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1)
)
KEYS = st.from_regex(r"[a-z]{1,8}", fullmatch=True)
TREES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=20
)


def test_a_key_is_an_entry_with_its_whole_path_and_the_comment_above_or_beside_it() -> None:
    source = "# Of the shop.\n\nserver:\n  # which port to listen on\n  port: 8443  # not 8080\n  hosts: [a, 'b''s']\n"
    read = yaml.read(source)
    check(read)
    assert said(read) == ["Of the shop.", "server.port: 8443", "server.hosts: a, b's"]
    port = read.blocks[1]
    assert (port.kind, port.mark, port.lead.text) == (Kind.ENTRY, "server.port", "which port to listen on not 8080")
    assert [source[run.source_start : run.source_end] for run in port.text.runs] == ["server", "port", "8443"]


def test_a_list_of_records_is_a_table_and_other_items_are_called_by_their_names() -> None:
    source = "users:\n- name: Ada\n  role: admin\n- name: Bob\n  role: reader\njobs:\n- name: build\n  env: {A: 1}\n"
    read = yaml.read(source)
    assert said(read) == [
        "name: Ada; role: admin",
        "name: Bob; role: reader",
        "jobs.build.name: build",
        "jobs.build.env.A: 1",
    ]
    assert (read.blocks[0].kind, read.blocks[0].path) == (Kind.ROW, ("users",))


def test_documents_of_one_file_are_told_apart_by_what_they_are() -> None:
    source = "kind: Service\nmetadata: {name: web}\nport: 80\n---\nkind: Service\nmetadata: {name: db}\nport: 81\n"
    ports = [block for block in yaml.read(source).blocks if block.mark == "port"]
    assert [block.path for block in ports] == [("Service web",), ("Service db",)]


def test_what_is_taken_from_elsewhere_is_said_unless_it_is_said_anew() -> None:
    source = "base: &b\n  retries: 3\n  wait: 5\nlive:\n  <<: *b\n  wait: 9\n"
    assert said(yaml.read(source))[2:] == ["live.retries: 3", "live.wait: 9"]


def test_what_cannot_be_parsed_is_kept_as_it_stands() -> None:
    read = yaml.read("a: 1\n{{- if .x }}\nb: 2\n\nc: 3\n")
    check(read)
    assert said(read) == ["a: 1", "{{- if .x }}\nb: 2", "c: 3"]


def test_what_a_comment_says_of_a_record_that_is_too_long_for_a_row_is_kept() -> None:
    read = yaml.read(f"hosts:\n  - name: a\n    port: 1\n  # the second\n  - name: b\n    text: {'x ' * 600}\n")
    assert ("hosts.b", "the second") in [(".".join(block.path), block.text.text) for block in read.blocks]


def test_what_comments_say_of_the_values_of_a_list_is_said_with_each() -> None:
    read = yaml.read("# All of them.\nports:\n  - 8080  # public\n  # only inside the office\n  - 8443\n")
    check(read)
    assert [(block.text.text, block.lead.text) for block in read.blocks] == [
        ("All of them.", ""),
        ("ports: 8080", "public"),
        ("ports: 8443", "only inside the office"),
    ]


def test_what_comments_say_of_the_values_of_a_list_in_a_record_opens_its_row() -> None:
    read = yaml.read("users:\n- name: Ada\n  roles:\n  - admin  # until May\n  - reader\n- name: Bob\n  roles: []\n")
    check(read)
    assert said(read) == ["name: Ada; roles: admin, reader", "name: Bob; roles: []"]
    assert read.blocks[0].lead.text == "admin: until May"


def test_a_comment_that_stands_deeper_than_the_next_key_belongs_to_the_block_above() -> None:
    source = "a:\n  size: 4\n  # Never above 8.\nb:\n- 2\n# Of c.\nc: 3\n"
    source += "d:\n  # Of e.\n  e:\n    - 5\n    # At most two.\n  # Of f.\n  f: 1\n"
    read = yaml.read(source)
    check(read)
    assert [(block.path, block.text.text, block.lead.text) for block in read.blocks] == [
        ((), "a.size: 4", ""),
        (("a",), "Never above 8.", ""),
        ((), "b: 2", ""),
        ((), "c: 3", "Of c."),
        ((), "d.e: 5", "Of e. At most two."),
        ((), "d.f: 1", "Of f."),
    ]


@pytest.mark.parametrize(
    ("source", "blocks"),
    [
        ("a: 1\n# ports:\n#   - 5432\nb: 2\n", [("a: 1", ""), ("# ports: # - 5432", ""), ("b: 2", "")]),
        ("ports:\n  - 80\n  # - 443\n  - 8080\n", [("# - 443", ""), ("ports: 80, 8080", "")]),
        ("a:\n  b: 1\n  # debug: true\nc: 2\n", [("a.b: 1", ""), ("# debug: true", ""), ("c: 2", "")]),
        ("# debug: true\n# How loud it is.\nlevel: 2\n", [("# debug: true", ""), ("level: 2", "How loud it is.")]),
        ("a: 1\n# b: 2\n", [("a: 1", ""), ("# b: 2", "")]),
        (
            "users:\n- name: Ada\n  role: x\n# - name: Bob\n#   role: y\n- name: Cy\n  role: z\n",
            [("# - name: Bob # role: y", ""), ("name: Ada; role: x", ""), ("name: Cy; role: z", "")],
        ),
        ("# Note: it is slow.\na: 1\n", [("a: 1", "Note: it is slow.")]),
        ("# default: 30\nwait: 60\n", [("wait: 60", "default: 30")]),
        ("# One of:\n#  - fast\n#  - slow\nmode: fast\n", [("mode: fast", "One of: - fast - slow")]),
        ("# see also: the manual\nmode: fast\n", [("mode: fast", "see also: the manual")]),
    ],
)
def test_a_setting_that_is_commented_out_is_no_comment_and_keeps_its_mark(
    source: str, blocks: list[tuple[str, str]]
) -> None:
    read = yaml.read(source)
    check(read)
    assert [(block.text.text, block.lead.text) for block in read.blocks] == blocks


@settings(deadline=None, max_examples=60)
@given(TREES)
def test_every_value_survives(tree: object) -> None:
    read = yaml.read(library.safe_dump({"root": tree}, allow_unicode=True))
    check(read)
    whole = " ".join(said(read))
    for value in leaves(tree):
        assert " ".join(str(value).split()).casefold() in whole.casefold()


def leaves(tree: object) -> list[object]:
    if isinstance(tree, dict):
        return [leaf for value in tree.values() for leaf in leaves(value)]
    if isinstance(tree, list):
        return [leaf for value in tree for leaf in leaves(value)]
    return [tree]


@settings(deadline=None, max_examples=100)
@given(
    st.lists(
        st.sampled_from(
            [
                "a: 1\n",
                "- x\n",
                "  b: 2\n",
                "# c\n",
                "  # d: 1\n",
                "#- e\n",
                "&a ",
                "*a",
                "{",
                "}",
                "|\n",
                " ",
                "'",
                "é",
                "---\n",
            ]
        )
    ).map("".join)
)
def test_whatever_it_is_it_is_mapped(source: str) -> None:
    check(yaml.read(source))


@pytest.mark.parametrize("hostile", ["[" * 200_000, "{a: " * 100_000, "- " * 100_000, "? " * 100_000])
def test_keys_within_keys_have_an_end(hostile: str) -> None:
    started = time.process_time()
    with pytest.raises(DocumentTooLarge, match="nested deeper"):
        yaml.read(hostile)
    assert time.process_time() - started < 2


def test_values_have_an_end() -> None:
    with pytest.raises(DocumentTooLarge, match="more than 200,000"):
        yaml.read("[" + "1, " * (entries.MOST + 1) + "]")


def test_each_setting_that_is_commented_out_is_said_with_what_stands_above_it_and_no_other() -> None:
    lost, watts, ports = "After so long it is lost.\n  #timeout: 30", "In watts.\n  #unit: auto", "ports:\n  #   - 5432"
    made = yaml.read(f"a:\n  # {lost}\n  # {watts}\n  # {ports}\n  run: 1\n")
    check(made)
    assert [one.text.text for one in made.blocks[:-1]] == [
        "After so long it is lost. #timeout: 30",
        "In watts. #unit: auto",
        "# ports: # - 5432",
    ]
