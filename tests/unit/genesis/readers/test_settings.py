"""Settings in lines: INI, TOML, `.env`, properties and files of servers."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genesis.passages import cut
from genesis.readers import settings as reader
from genesis.units import units
from tests.unit.genesis.readers.shown import check, said


@pytest.mark.parametrize(
    ("source", "entries"),
    [
        ("[server]\nport = 80 ; open\n", ["server.port: 80"]),
        ("title = \"My app\"\n[a.b]\nx = '1.2'\n", ["title: My app", "a.b.x: 1.2"]),
        ('hosts = [\n  "a", # first\n  "b",\n]\nnext = 1\n', ["hosts: a, b", "next: 1"]),
        ('text = """\none\ntwo"""\n', ["text: one two"]),
        (
            '[[users]]\nname = "Ada"\nrole = "x"\n[[users]]\nname = "Bob"\nrole = "y"\n',
            ["name: Ada; role: x", "name: Bob; role: y"],
        ),
        ("export API_KEY=abc\nEMPTY=\n", ["API_KEY: abc", "EMPTY"]),
        ("a.b: hello \\\n   world\n", ["a.b: hello world"]),
        ("[options]\ninstall_requires =\n    foo\n    bar>=1\n", ["options.install_requires: foo, bar>=1"]),
        ("http {\n  server {\n    listen 443 ssl;\n  }\n}\n", ["http.server.listen: 443 ssl"]),
        (
            "<VirtualHost *:80>\n  ServerName x\n</VirtualHost>\nUser www\n",
            ["VirtualHost *:80.ServerName: x", "User: www"],
        ),
        ("url=jdbc:x://h:1/db?u=1\n", ["url: jdbc:x://h:1/db?u=1"]),
    ],
)
def test_each_key_is_an_entry_with_its_section(source: str, entries: list[str]) -> None:
    read = reader.read(source)
    check(read)
    assert said(read) == entries


def test_a_comment_belongs_to_the_key_below_or_beside_it() -> None:
    read = reader.read("# Of the shop.\n\n# seconds to wait\ntimeout = 30 # or more\n")
    assert said(read) == ["Of the shop.", "timeout: 30"]
    assert read.blocks[1].lead.text == "seconds to wait or more"


@pytest.mark.parametrize(
    ("source", "blocks"),
    [
        ("[s]\n;debug = true\nlevel = 3\n", [(";debug = true", ""), ("s.level: 3", "")]),
        ("# debug = true\nlevel = 3\n", [("# debug = true", ""), ("level: 3", "")]),
        (
            "#path = /a b/c # there\n# How loud.\nlevel = 3\n",
            [("#path = /a b/c # there", ""), ("level: 3", "How loud.")],
        ),
        ("# Only for support.\n#debug=1\nlevel = 3\n", [("Only for support. #debug=1", ""), ("level: 3", "")]),
        (";[mail]\n;host = x\nlevel = 3\n", [(";[mail]", ""), (";host = x", ""), ("level: 3", "")]),
        ("# 0 = off, 1 = on\nlevel = 1\n", [("level: 1", "0 = off, 1 = on")]),
        ("# level = how much is said\nlevel = 1\n", [("level: 1", "level = how much is said")]),
    ],
)
def test_a_setting_that_is_commented_out_is_no_comment_and_keeps_its_mark(
    source: str, blocks: list[tuple[str, str]]
) -> None:
    read = reader.read(source)
    check(read)
    assert [(block.text.text, block.lead.text) for block in read.blocks] == blocks


def test_what_comments_say_of_the_values_of_a_list_is_said_with_the_list() -> None:
    read = reader.read('# Who may ask.\nhosts = [\n  "a", # first\n  # for tests\n  "b",\n  # "c",\n]\nnext = 1\n')
    check(read)
    assert said(read) == ["hosts: a, b", "next: 1"]
    assert read.blocks[0].lead.text == 'Who may ask. a: first for tests # "c",'


def quoted(source: str) -> list[list[str]]:
    """By unit, the parts of it."""
    return [
        [passage.text.text[start:end] for start, end in zip(unit.parts[::2], unit.parts[1::2], strict=True)]
        for passage in cut(reader.read(source).blocks)
        for unit in units(passage)
    ]


def test_what_comments_say_is_learned_with_their_keys_however_many_there_are() -> None:
    keys = range(60)
    source = "".join(f"key_{number} = {number} # what {number} is for\n" for number in keys)
    assert quoted(source) == [[f"what {number} is for", f"key_{number}: {number}"] for number in keys]


def test_a_comment_that_is_too_long_to_stand_with_its_key_in_one_piece_is_quoted_in_several() -> None:
    said = " ".join(f"Reason {number} is given here." for number in range(15))
    found = quoted(f"wait = 4 # {said}\n")
    assert len(found) > 1
    assert {last for *_, last in found} == {"wait: 4"}
    assert " ".join(first for first, _ in found) == said


def test_a_comment_that_is_longer_than_what_opens_anything_is_prose_under_its_key() -> None:
    said = " ".join(f"Reason {number} is given here." for number in range(60))
    read = reader.read(f"[s]\nwait = 4 # {said}\n")
    assert [(block.path, block.text.text) for block in read.blocks] == [(("s.wait",), said), ((), "s.wait: 4")]


@settings(deadline=None, max_examples=200)
@given(
    st.lists(
        st.sampled_from(
            ["a = 1\n", "[s]\n", "# c\n", "#d=", '"', "'''", "[", "]", "{", "}\n", " ", "\\\n", "b: x\n", "<T>\n"]
        )
    ).map("".join)
)
def test_whatever_it_is_it_is_mapped(source: str) -> None:
    check(reader.read(source))


@pytest.mark.parametrize(
    "unit", ["a = [\n", 'a = """\n', "a = '''x\n", "a = \\\n", "a = 1\n b\n", " b\n", "# c\n", "a {\n}\n", "[[a]]\n"]
)
def test_hostile_settings_take_no_longer_than_others(unit: str) -> None:
    started = time.process_time()
    reader.read(unit * (100_000 // len(unit)))
    assert time.process_time() - started < 6
