"""What Markdown marks, and what its lines mean that stand below each other."""

from __future__ import annotations

import pytest

from genesis.readers import commonmark
from genesis.structure import Kind
from tests.unit.genesis.readers.shown import check, said


def test_a_definition_is_of_the_terms_right_above_it() -> None:
    source = (
        "Delta-v\n:   The change of velocity.\n\n    It is measured in m/s.\n\n"
        "LEO\nLow Earth orbit\n: An orbit below 2,000 km.\n\nStaging\n\n: Dropping parts.\n: Often twice.\n"
    )
    read = commonmark.read(source)
    check(read)
    assert said(read) == [
        "Delta-v: The change of velocity.",
        "Delta-v: It is measured in m/s.",
        "LEO, Low Earth orbit: An orbit below 2,000 km.",
        "Staging: Dropping parts.",
        "Staging: Often twice.",
    ]
    assert {block.kind for block in read.blocks} == {Kind.DEFINITION}


@pytest.mark.parametrize(
    "between", ["# Heading", "\nWords.", "- item", "```\ncode\n```", "\n| a |\n|---|\n| b |", "> quoted"]
)
def test_no_definition_is_of_a_term_above_another_block(between: str) -> None:
    read = commonmark.read(f"Term\n: What it is.\n{between}\n\n: Something else.\n")
    check(read)
    assert not any(one.startswith("Term: Something") for one in said(read))
    assert "Something else." in said(read)[-1]


def test_what_stands_in_a_definition_is_a_list_or_code_as_elsewhere() -> None:
    read = commonmark.read("Term\n: What it is:\n\n    - one\n\n    More.\n\n        code()\n\nWords.\n\n    code()\n")
    check(read)
    found = [(block.kind, block.text.text) for block in read.blocks]
    assert found == [
        (Kind.DEFINITION, "Term: What it is:"),
        (Kind.ITEM, "one"),
        (Kind.DEFINITION, "Term: More."),
        (Kind.CODE, "code()"),
        (Kind.PARAGRAPH, "Words."),
        (Kind.CODE, "code()"),
    ]


@pytest.mark.parametrize("bold", ["**2. Fees**", "**2. Fees**  ", "__2. Fees__", "***2. Fees***", "**2. Fees**\\"])
@pytest.mark.parametrize("between", ["\n", "\n\n", "\r\n"])
def test_a_line_that_is_bold_as_a_whole_heads_what_follows(bold: str, between: str) -> None:
    read = commonmark.read(f"# A\n\n**1. Start**\n\nAt once.\n\n{bold}{between}None are due.\n")
    check(read)
    assert [(block.path[-1], block.text.text) for block in read.blocks] == [
        ("1. Start", "At once."),
        ("2. Fees", "None are due."),
    ]


def test_lines_in_bold_head_the_lines_between_them() -> None:
    read = commonmark.read("**Start**\nAt once.\nToday.\n**Fees**\nNone are due.\n**Pets**\n- cats\n")
    check(read)
    assert [(block.path[-1], block.text.text) for block in read.blocks] == [
        ("Start", "At once. Today."),
        ("Fees", "None are due."),
        ("Pets", "cats"),
    ]


@pytest.mark.parametrize(
    "source",
    [
        "**Never do this**\nbecause it breaks.",
        "You must\n**Never Ever**\nDo this.",
        "**Do not do this.**\nIt breaks.",
        "**Fees** are due.\nAlways.",
    ],
)
def test_bold_words_of_a_sentence_are_no_heading(source: str) -> None:
    read = commonmark.read(source)
    check(read)
    assert [block.path for block in read.blocks] == [()]
    assert said(read) == [source.replace("*", "").replace("\n", " ")]


def test_lines_that_begin_with_numbers_of_clauses_in_order_are_items() -> None:
    clauses = "2.1. No dogs\nin the house.\n2.2. No cats.\n2.3. Fish are fine:\n"
    read = commonmark.read(f"## Pets\nThe rules are:\n{clauses}- goldfish\n- carps\n")
    check(read)
    assert [(block.mark, block.lead.text, block.text.text) for block in read.blocks] == [
        ("", "", "The rules are:"),
        ("2.1", "The rules are:", "No dogs in the house."),
        ("2.2", "The rules are:", "No cats."),
        ("2.3", "The rules are:", "Fish are fine:"),
        ("", "Fish are fine:", "goldfish"),
        ("", "Fish are fine:", "carps"),
    ]


def test_clauses_within_a_clause_are_below_it() -> None:
    read = commonmark.read("2.1 Pets\n2.1.1 No dogs.\n2.1.2 No cats.\n2.2 Fees\n3.1 Notice\n")
    check(read)
    assert [(block.mark, block.depth) for block in read.blocks] == [
        ("2.1", 0),
        ("2.1.1", 1),
        ("2.1.2", 1),
        ("2.2", 0),
        ("3.1", 0),
    ]


@pytest.mark.parametrize("source", ["It rose to\n2.1 million and\n5.3 percent.", "In version\n2.1 it is new."])
def test_a_figure_that_was_wrapped_is_no_clause(source: str) -> None:
    assert said(commonmark.read(source)) == [source.replace("\n", " ")]


@pytest.mark.parametrize(
    "source",
    [
        "Mon: 9-5  \nTue: 9-5",
        "Mon: 9-5\\\nTue: 9-5",
        "Mon: 9-5<br>\nTue: 9-5",
        "Mon: 9-5  \r\nTue: 9-5",
        "**Mon:** 9-5\n**Tue:** 9-5",
        "__Mon__: 9-5\n__Tue__: 9-5",
        "Mon: 9-5\nTue: 9-5",
        "> Mon: 9-5  \n> Tue: 9-5",
    ],
)
def test_names_with_values_below_each_other_are_entries(source: str) -> None:
    read = commonmark.read(f"# A\n\n{source}\n")
    check(read)
    found = [(block.kind, block.mark, block.text.text) for block in read.blocks]
    assert found == [(Kind.ENTRY, "Mon", "Mon: 9-5"), (Kind.ENTRY, "Tue", "Tue: 9-5")]


@pytest.mark.parametrize(
    "source",
    [
        "It is so: that is\nthe rule: it holds.",
        "**Note:** it is so.\nAlways.",
        "Words that go on.\nNote: it is so.\nSee: below.",
        "One line \r\nand one more.",
        "A sentence that was wrapped by an editor which leaves spaces at  \nthe ends of its lines.",
    ],
)
def test_lines_that_are_wrapped_are_one_text(source: str) -> None:
    read = commonmark.read(source)
    check(read)
    assert said(read) == [" ".join(source.replace("*", "").split())]


def test_a_line_that_its_author_broke_is_not_of_the_next_sentence() -> None:
    read = commonmark.read("Our office:\n\nAcme Inc  \nMain Street 12\\\nSpringfield\n\nWe moved  \nPlease call.\n")
    check(read)
    assert [(block.kind, block.lead.text, block.text.text) for block in read.blocks] == [
        (Kind.PARAGRAPH, "", "Our office:"),
        (Kind.ITEM, "Our office:", "Acme Inc"),
        (Kind.ITEM, "Our office:", "Main Street 12"),
        (Kind.ITEM, "Our office:", "Springfield"),
        (Kind.PARAGRAPH, "", "We moved"),
        (Kind.PARAGRAPH, "", "Please call."),
    ]


def test_lines_that_are_broken_in_an_item_are_texts_of_it() -> None:
    read = commonmark.read("- **Name:** Ann  \n  **Age:** 5\n\n  Likes fish  \n  Hates dogs\n- Bob\n  and Carl\n")
    check(read)
    assert len({block.group for block in read.blocks}) == 1
    assert [(block.kind, block.depth, block.text.text) for block in read.blocks] == [
        (Kind.ITEM, 0, "Name: Ann"),
        (Kind.PARAGRAPH, 1, "Age: 5"),
        (Kind.PARAGRAPH, 1, "Likes fish"),
        (Kind.PARAGRAPH, 1, "Hates dogs"),
        (Kind.ITEM, 0, "Bob and Carl"),
    ]


@pytest.mark.parametrize("above", ["Words[^1] go on[^2].\n\n", "Words.\n", "- Words.\n", "> Words.\n\n"])
def test_each_footnote_is_a_text_of_its_own(above: str) -> None:
    read = commonmark.read(f"{above}[^1]: First note.\n[^2]: Second note\ngoes on.\n")
    check(read)
    assert said(read)[1:] == ["First note.", "Second note goes on."]


@pytest.mark.parametrize(
    "source",
    [
        "<details><summary>May I?</summary>\n\nYes.\n\n</details>\n\nEnd.",
        "<details open>\n<summary><b>May I?</b></summary>\n\nYes.\n</details>\n\nEnd.",
        "<details>\n<summary>\nMay I?\n</summary>\nYes.</details>\nEnd.",
        "<details><summary>May I?</summary>Yes.</details>\nEnd.",
    ],
)
def test_a_summary_heads_what_it_unfolds(source: str) -> None:
    read = commonmark.read(f"# A\n\n## B\n\n{source}\n")
    check(read)
    assert [(block.path, block.text.text) for block in read.blocks] == [(("B", "May I?"), "Yes."), (("B",), "End.")]


def test_a_summary_may_stand_within_another_and_above_nothing() -> None:
    inner = "<details><summary>Inner</summary>\n\n**Bold**\n\nYes.\n\n</details>"
    read = commonmark.read(f"# A\n\n<details><summary>Outer</summary>\n\n{inner}\n\nNo.\n\n</details>\n\nEnd.\n")
    check(read)
    assert [(block.path, block.text.text) for block in read.blocks] == [
        (("Outer", "Inner", "Bold"), "Yes."),
        (("Outer",), "No."),
        ((), "End."),
    ]
    assert said(commonmark.read("Words.\n\n<details><summary>Alone</summary>\n</details>\n\nEnd.")) == [
        "Words.",
        "Alone",
        "End.",
    ]


def test_a_bar_that_is_escaped_in_a_cell_is_shown_as_one_in_code_too() -> None:
    read = commonmark.read("| Mark | Is |\n|---|---|\n| `a\\|b` | x\\|y |\n\n`a\\|b`\n")
    check(read)
    assert said(read) == ["Mark: a|b; Is: x|y", "a\\|b"]


@pytest.mark.parametrize(
    "hidden", ["%% private %%", "%%private%%", "\n\n%%\nprivate\n\n- private\n%%\n\n", "%% a\nb %%"]
)
def test_comments_of_obsidian_are_not_shown(hidden: str) -> None:
    read = commonmark.read(f"Before {hidden} after.\n")
    check(read)
    assert " ".join(said(read)).split() == ["Before", "after."]


@pytest.mark.parametrize(
    "source", ["Use %%time or %%timeit here.", "From 50%% to 60%% it rose.", "%%time gives 100%% more.", "One %% sign."]
)
def test_percent_signs_that_hide_nothing_are_shown(source: str) -> None:
    assert said(commonmark.read(source)) == [source]
