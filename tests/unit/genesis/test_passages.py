"""Passages: whole sentences of one section, of a good size, and nothing lost."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genesis import passages
from genesis.passages import LARGEST_RECORD_WORDS, Passage
from genesis.reading import Section

SENTENCE = "The quick brown fox jumps over the lazy dog again. "
WORD = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=12)
TEXT = st.lists(
    st.sampled_from(["word ", "Word. ", "\n\n", "- item\n", "x" * 90, "| a |\n", "\t", "—", "```\n"]) | WORD
)


def cut(text: str, largest: int = passages.LARGEST_WORDS) -> list[Passage]:
    return passages.cut(text, [Section((), 0, len(text))], largest)


@settings(deadline=None)
@given(TEXT.map("".join))
def test_nothing_but_white_space_is_lost(text: str) -> None:
    found = cut(text)
    if any(one.isalnum() for one in text):
        assert "".join("".join(text[one.start : one.end].split()) for one in found) == "".join(text.split())
    for passage in found:
        assert passages.words(text, (passage.start, passage.end)) <= 330


@pytest.mark.parametrize(
    "text",
    [
        SENTENCE * 500,
        "word " * 5000,
        "\n\n".join([SENTENCE * 5] * 100),
        "\n".join(f"- item {number} of a list" for number in range(900)),
        "\n".join(f"| {number} | some cell | another |" for number in range(900)),
        "```\n" + "x = f(y)\n" * 2000 + "```",
        "中文没有空格" * 2000,
        "x" * 60_000,
    ],
    ids=["prose", "no punctuation", "paragraphs", "list", "table", "code", "no spaces", "one word"],
)
def test_passages_of_any_text_have_a_good_size(text: str) -> None:
    found = cut(text)
    sizes = [passages.words(text, (one.start, one.end)) for one in found]
    assert max(sizes) <= 280
    assert min(sizes) >= 40
    assert "".join("".join(text[one.start : one.end].split()) for one in found) == "".join(text.split())


def test_a_passage_ends_with_its_paragraph_once_it_is_long_enough() -> None:
    text = "\n\n".join([SENTENCE * 13] * 3)
    assert [text[one.start : one.end] for one in cut(text)] == [(SENTENCE * 13).strip()] * 3


def test_a_small_rest_is_no_passage_of_its_own() -> None:
    assert len(cut(SENTENCE * 21)) == 1


def test_sections_are_never_mixed() -> None:
    text = "First part.Second part."
    found = passages.cut(text, [Section(("A",), 0, 11), Section(("A", "B"), 11, len(text))])
    assert [(one.heading_path, text[one.start : one.end]) for one in found] == [
        (("A",), "First part."),
        (("A", "B"), "Second part."),
    ]


def leads(text: str) -> list[str]:
    return [one.lead for one in cut(text)]


def test_a_passage_inside_a_list_has_the_line_that_announces_it_above() -> None:
    items = "\n".join(f"- code {number}: call the service and tell it the serial number" for number in range(60))
    found = leads(f"{SENTENCE}When a code is shown:\n\n{items}")
    assert found == ["", *["When a code is shown"] * (len(found) - 1)]
    assert len(found) > 2


def test_a_passage_inside_a_table_has_its_header_above() -> None:
    rows = "\n".join(f"| screw {number} | {number} EUR |" for number in range(99))
    found = leads(f"| Part | Price |\n|---|---|\n{rows}")
    assert found == ["", *["Part | Price"] * (len(found) - 1)]
    assert len(found) > 2


def test_a_passage_inside_lines_of_values_has_the_first_line_above() -> None:
    lines = "\n".join(f"Town{number},Norland,{number},Ann" for number in range(150))
    assert set(leads(f"city,country,people,mayor\n{lines}")[1:]) == {"city,country,people,mayor"}


def test_a_long_turn_is_a_passage_of_its_own_under_its_speaker() -> None:
    text = f"ANN: {SENTENCE * 5}\n\nBOB: {SENTENCE * 30}\n\nANN: {SENTENCE * 6}\n\nBOB: Yes."
    found = [(one.lead, text[one.start :][:4], text[one.start : one.end].count(":")) for one in cut(text)]
    assert found == [("", "ANN:", 1), ("", "BOB:", 1), ("BOB", "The ", 0), ("", "ANN:", 2)]


def test_a_question_and_its_answer_stay_together() -> None:
    pairs = [f"Q: {SENTENCE * 4}Is that so, number {number}?\n\nA: {SENTENCE * 4}" for number in range(12)]
    text = "\n\n".join(pairs)
    assert all(not text[one.start : one.end].endswith("?") for one in cut(text))


def test_a_table_is_apart_from_the_prose_around_it() -> None:
    rows = "\n".join(f"| screw {number} | {number} EUR |" for number in range(10))
    text = f"{SENTENCE * 12}\n\n| Part | Price |\n|---|---|\n{rows}\n\n{SENTENCE * 12}"
    assert [text[one.start : one.end].count("|") > 0 for one in cut(text)] == [False, True, False]


def test_code_stays_whole_with_the_sentence_that_announces_it() -> None:
    code = "```\n" + "call(one, two)  # and more words\n\n" * 30 + "```"
    text = f"{SENTENCE * 17}\n\nType this:\n\n{code}\n\n{SENTENCE * 17}"
    assert [text[one.start : one.end] for one in cut(text)][1].startswith(f"Type this:\n\n{code}")


def test_comments_are_not_what_a_document_says() -> None:
    text = "<!-- YAML\nadded: 1\n-->\n\nIt copies.\n\n<!-- eslint: off -->\n\nIt is fast."
    (passage,) = cut(text)
    assert [text[slice(*span)] for span in passage.sentences] == ["It copies.", "It is fast."]


def test_a_section_up_to_the_limit_stays_whole() -> None:
    text = SENTENCE * 110
    assert len(cut(text, LARGEST_RECORD_WORDS)) == 1
    assert len(cut(SENTENCE * 130, LARGEST_RECORD_WORDS)) > 5


@pytest.mark.parametrize("text", ["", "  \n", "***\n\n---", "…"])
def test_what_says_nothing_is_no_passage(text: str) -> None:
    assert cut(text) == []
