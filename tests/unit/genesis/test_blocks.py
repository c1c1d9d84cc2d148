"""Blocks: every line in exactly one, of the right kind."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genesis.blocks import Block, Kind, blocks

PIECES = st.lists(
    st.sampled_from(
        [
            "word ", "Word. ", "\n", "\n\n", "- item\n", "| a | b |\n", "|---|---|\n", "```\n", "~~~~\n",
            "   code = 1\n", "ANN: hello\n", "BOB: hello\n", "Q: so?\n", "A: yes\n", "[00:12] x\n",
            "2024-05-01 10:32 <c> x\n",
            "a,b,c\n", "1,2,3\n", "+---+\n", ">>> x\n", "\r\n", " \t\n", "1. one\n", "(a) two\n", "For example:\n",
            "\f", "é", "\u2029", "<!-- x\n", "-->\n",
        ]
    ),
    max_size=60,
).map("".join)  # fmt: skip


def cut(text: str) -> list[Block]:
    return list(blocks(text, 0, len(text)))


def kinds(text: str) -> list[tuple[Kind, str]]:
    return [(one.kind, text[one.start : one.end]) for one in cut(text)]


@settings(deadline=None)
@given(PIECES, st.integers(0, 40), st.integers(0, 40))
def test_every_character_but_white_space_is_in_exactly_one_block(text: str, before: int, after: int) -> None:
    start, end = min(before, len(text)), max(len(text) - after, min(before, len(text)))
    at = start
    for one in blocks(text, start, end):
        assert at <= one.start < one.end <= end
        assert not text[at : one.start].strip()
        assert one.lead is None or 0 <= one.lead[0] < one.lead[1] <= len(text)
        at = one.end
    assert not text[at:end].strip()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("one\ntwo\n\nthree", ["prose:one\ntwo", "prose:three"]),
        ("Bring:\n- a\n  towel\n- tea\n1) more", ["prose:Bring:", "item:- a\n  towel", "item:- tea", "item:1) more"]),
        ("- one\n\n  more of it\n\nprose", ["item:- one\n\n  more of it", "prose:prose"]),
        ("| a | b |\n|---|---|\n| 1 | 2 |", ["row:| a | b |", "row:|---|---|", "row:| 1 | 2 |"]),
        ("```py\na. B\n\nc. D\n```\nText.", ["code:```py\na. B\n\nc. D\n```", "prose:Text."]),
        ("A.\n\n<!-- b\n\nc -->\nD\n<!-- -->", ["prose:A.", "comment:<!-- b\n\nc -->", "prose:D", "comment:<!-- -->"]),
        ("````\n```\nx\n```\n````", ["code:````\n```\nx\n```\n````"]),
        ("```\nnever closed\n\n- x", ["code:```\nnever closed\n\n- x"]),
        ("Example:\n\n   a = B(1)\n   C = d. E\n\nSo.", ["prose:Example:", "code:a = B(1)\n   C = d. E", "prose:So."]),
        ("Do this:\n\n   a = 1\n\n   b = 2\n\nSo.", ["prose:Do this:", "code:a = 1\n\n   b = 2", "prose:So."]),
        ("A quote:\n\n   It is said that\n   it ends.", ["prose:A quote:", "prose:It is said that\n   it ends."]),
        (">>> 1 + 1\n2\n\nSo.", ["code:>>> 1 + 1\n2", "prose:So."]),
        ("+---+\n| a |\n+---+\n\nSo.", ["code:+---+\n| a |\n+---+", "prose:So."]),
        ("a,b,c\n1,2,3\n4,5,6\n\nx", ["row:a,b,c", "row:1,2,3", "row:4,5,6", "prose:x"]),
        ("one, two, three\nmore of it", ["prose:one, two, three\nmore of it"]),
        ("ANN: Hi.\nBOB: Yes,\nand no.\n\nANN: Oh.", ["turn:ANN: Hi.", "turn:BOB: Yes,\nand no.", "turn:ANN: Oh."]),
        ("ANN: Hi.\n\nBOB: So.\n\nOn.\n\nANN: Oh.", ["turn:ANN: Hi.", "turn:BOB: So.\n\nOn.", "turn:ANN: Oh."]),
        ("Q: Why?\n\nA: So.", ["turn:Q: Why?", "turn:A: So."]),
        ("**Ann:** A.\n\n**Bob:** B.\n\n**Ann:** C.", ["turn:**Ann:** A.", "turn:**Bob:** B.", "turn:**Ann:** C."]),
        ("Note: a b.\n\nName: Ann\n\nNote: c.", ["prose:Note: a b.", "prose:Name: Ann", "prose:Note: c."]),
        ("[00:12:03] Bob: a\n[00:12:09] b", ["turn:[00:12:03] Bob: a", "turn:[00:12:09] b"]),
        ("2024-05-01 INFO up\n2024-05-02 down\n  trace", ["turn:2024-05-01 INFO up", "turn:2024-05-02 down\n  trace"]),
    ],
)  # fmt: skip
def test_blocks_are_what_they_look_like(text: str, expected: list[str]) -> None:
    assert [f"{kind.value}:{said}" for kind, said in kinds(text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("| a | b |\n|---|---|\n| 1 | 2 |", ["| a | b |"] * 3),
        ("a;b;c\n1;2;3\n4;5;6", ["a;b;c"] * 3),
        ("ANN: Hi.\nBOB (loud): Yes.\nANN: No.\nBOB: So.", ["ANN:", "BOB (loud):", "ANN:", "BOB:"]),
        ("[00:12] Bob: a\n[00:13] <eve> b\n[00:14] c", ["[00:12] Bob:", "[00:13] <eve>", "[00:14]"]),
    ],
)
def test_a_row_knows_its_header_and_a_turn_its_speaker(text: str, expected: list[str]) -> None:
    assert [text[slice(*one.lead)] for one in cut(text) if one.lead] == expected


@pytest.mark.parametrize(
    "text",
    [
        "\n" * 200_000, " " * 500_000, "a\n" * 50_000, "a\n\n   b\n\n" * 20_000, "```\n" * 40_000,
        "| a | b |\n" * 40_000,
        "a:\n\n" + "   b\n\n" * 40_000, "A: b\n" * 50_000, "A b c d: e\n" * 40_000, "1:2 " * 100_000,
        "a,b,c\n" * 50_000,
        "Aa" * 200_000, "- " * 200_000, "\n \r" * 100_000, "a,b,c\nx\n" * 30_000, "   x\n\n" * 50_000, "x" * 3_000_000,
        "A" + " a" * 200_000, "[00:00] <" * 50_000, ("a" * 3_000 + "\n\n   ") * 300, "**" * 200_000 + ":",
    ],
    ids=range(21),
)  # fmt: skip
def test_hostile_text_takes_no_longer_than_any_other(text: str) -> None:
    started = time.process_time()
    assert sum(1 for _ in blocks(text, 0, len(text))) <= len(text)
    assert time.process_time() - started < 2
