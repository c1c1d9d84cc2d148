"""Headings of plain text: recognised by their form, nested as a reader would nest them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genesis.headings import LONGEST, headings

BODY = "This is a paragraph that is wide enough to be one, and it ends with a full stop.\nIt goes on."
LINES = st.sampled_from(
    [
        "CHAPTER I", "PART ONE", "1. Title", "2.1  More", "ALL CAPITALS", "Why?", "A few words", "# Hash", "= x =",
        "Title\n=====", "***\nOver\n***", "Version 1.2.3 (2024-05-01)", "5 May 2024", "From: a\nSubject: b\n", BODY,
        "", "- item", "    code", "\r", "THE\n\nEND", "I", "_AX._ IV.", "\f", "é", "A: b", "…", "Part",
    ]
)  # fmt: skip
TEXT = st.lists(LINES).map("\n\n".join) | st.lists(LINES).map("\n".join)


def outline(text: str) -> list[tuple[int, str]]:
    return [(one.level, one.title) for one in headings(text)]


def below(*lines: str) -> str:
    return "\n\n".join(f"{line}\n\n{BODY}" for line in lines)


@settings(deadline=None)
@given(TEXT)
def test_headings_are_in_order_and_apart(text: str) -> None:
    at = 0
    for one in headings(text):
        assert at <= one.start <= one.end <= len(text)
        assert 0 < len(one.title) <= 2 * LONGEST
        assert one.level > 0
        at = one.end


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (below("CHAPTER I", "CHAPTER II"), [(1, "CHAPTER I"), (1, "CHAPTER II")]),
        (below("PART ONE") + "\n\n" + below("Chapter 3. The Duel"), [(1, "PART ONE"), (2, "Chapter 3. The Duel")]),
        (below("1.  Lamps", "2.  Frames", "2.1.  Head"), [(1, "1.  Lamps"), (1, "2.  Frames"), (2, "2.1.  Head")]),
        (below("THE LAMP", "AX. I.", "AX. II."), [(1, "THE LAMP"), (2, "AX. I"), (2, "AX. II")]),
        (below("_PREFACE._", "BOOK I", "_Chapter_ IV"), [(2, "PREFACE"), (1, "BOOK I"), (2, "Chapter IV")]),
        (below("Version 1.2.3 - 2024-05-01", "v1.2.2"), [(1, "Version 1.2.3 - 2024-05-01"), (1, "v1.2.2")]),
        ("1.4.0 (2024-05-01)\n- mended the lamp\n", [(1, "1.4.0 (2024-05-01)")]),
        (below("CHANGES WITH 252:"), [(1, "CHANGES WITH 252")]),
        (below("Minutes of 14 March 2023"), [(1, "Minutes of 14 March 2023")]),
        (below("== History ==", "=== Youth ==="), [(1, "History"), (2, "Youth")]),
        (below("How loud is it?", "Do I need a permit?"), [(1, "How loud is it?"), (1, "Do I need a permit?")]),
        (below("Getting started"), [(1, "Getting started")]),
        (below("Section 4 Fees"), [(1, "Section 4 Fees")]),
        ("LOCKERS - TERMS\nFrom 1 May 2024.", [(1, "LOCKERS - TERMS")]),
    ],
)  # fmt: skip
def test_a_line_of_its_own_is_a_heading_by_its_form(text: str, expected: list[tuple[int, str]]) -> None:
    assert outline(text) == expected


@pytest.mark.parametrize(
    "line",
    [
        "We open at nine.", "and so on", "- an item", "“Why?”", "x = f(y)", "| a | b |", "Section 4 describes it.",
        "1. Introduction .......... 3", "6. The suite is executed.", "1987 was a good year", "Name: Alice", "Dear Sir,",
        "2024-05-01 10:32 <carol> morning", "12 men in a boat and one of them was drunk, they say, of his wine",
    ],
)  # fmt: skip
def test_other_lines_of_their_own_are_text(line: str) -> None:
    assert outline(below("", line)) == []


def test_a_line_within_a_paragraph_is_no_heading() -> None:
    assert outline(f"{BODY}\nCHAPTER IV\n{BODY}") == []


def test_a_chapter_takes_its_name_from_the_next_line() -> None:
    assert outline(f"CHAPTER I\n\nChildhood\n\n{BODY}") == [(1, "CHAPTER I: Childhood")]
    assert outline(f"CHAPTER I.\nDown the Rabbit-Hole\n\n{BODY}") == [(1, "CHAPTER I: Down the Rabbit-Hole")]


def test_a_title_over_several_lines_is_one() -> None:
    assert outline(f"THE\n\nSECOND BOOK\n\nOF\n\nOPTICKS\n\n{BODY}") == [(1, "THE SECOND BOOK OF OPTICKS")]


def test_the_items_of_a_list_are_no_headings() -> None:
    assert outline("1. Install it\n\n2. Run it\n\n3. Stop it\n\n") == []


def test_a_question_in_a_story_is_no_heading() -> None:
    assert outline("\n\n".join([BODY] * 9 + ["What was he to do?"] + [BODY] * 9)) == []


def test_a_numbered_line_above_its_first_clause_is_a_heading_and_with_it_those_above_what_is_further_in() -> None:
    clauses = "1. Who can use it\n1.1 You must be at least 16 years old.\n1.2 One person may hold one account."
    forbidden = "2. What must not be placed in it\n    (a) explosives;\n    (b) live animals."
    disputes = "3. Disputes\n    Write to us first."
    fees = "4 Fees\n  4.1 EUR 2.20 per parcel."
    assert outline(f"{clauses}\n\n{forbidden}\n\n{disputes}\n\n{fees}") == [
        (1, "1. Who can use it"),
        (1, "2. What must not be placed in it"),
        (1, "3. Disputes"),
        (1, "4 Fees"),
    ]


def test_steps_with_what_is_further_in_below_them_are_none() -> None:
    steps = "1. Preheat the oven\n   Use the middle rack.\n\n2. Mix the flour\n   - with salt\n   - with water"
    assert outline(steps) == []


def test_numbered_lines_between_those_with_clauses_are_headings_whether_or_not_they_have_some() -> None:
    text = "1. Repairs\nThe roof is the owner's.\n\n2. Access\n2.1 After a day's notice.\n\n3. Other\nThe code changes."
    assert outline(text) == [(1, "1. Repairs"), (1, "2. Access"), (1, "3. Other")]
    assert outline("1. Buy milk\nGet the big one.\n\n2. Post it\nUse the red box.") == []


def test_clauses_articles_and_paragraphs_that_are_called_so_are_headings_also_right_above_their_text() -> None:
    text = "Clause 4: Rent\nThe rent is due on the first.\n\n§ 7 Repairs\n\nOurs.\n\nArticle 9 - Keys\nTwo sets."
    assert outline(text) == [(1, "Clause 4: Rent"), (1, "§ 7 Repairs"), (1, "Article 9 - Keys")]
    assert outline("Rule 3 is the one\nThat counts.\n\nMore.") == []


def test_what_stands_further_in_below_capitals_of_a_manual_page_stands_below_their_heading() -> None:
    text = "NAME\n    ls - list\n\nSYNOPSIS\n    ls [-l]\n\nEXIT STATUS\n    0 if all is well"
    assert outline(text) == [(1, "NAME"), (1, "SYNOPSIS"), (1, "EXIT STATUS")]
    assert outline("API\n    A way in.\n\nCLI\n    Another way in.") == []


def test_capitals_that_open_a_text_are_above_what_is_underlined() -> None:
    text = f"MINUTES OF THE CLUB\n14 May\n\n{BODY}\n\nActions\n-------\n\n{BODY}"
    assert outline(text) == [(1, "MINUTES OF THE CLUB"), (2, "Actions")]
