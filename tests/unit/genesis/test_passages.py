"""Passages: whole sentences of one section, of a good size, with what opens them, and nothing lost."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from genesis import passages
from genesis.passages import LARGEST_RECORD_WORDS, LARGEST_WHOLE_WORDS, LARGEST_WORDS, Passage, cut, words
from genesis.structure import Block, Kind, verbatim
from tests.unit.genesis.structures import Page

SENTENCE = "The quick brown fox jumps over the lazy dog again. "
WORD = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=12)
TEXT = st.lists(st.sampled_from(["word ", "Word. ", "a: ", "x" * 90, "\t", "—"]) | WORD).map("".join)
BLOCKS = st.lists(st.tuples(st.sampled_from(Kind), TEXT, st.integers(0, 2), st.integers(0, 3)), max_size=30)


def texts(found: list[Passage]) -> list[str]:
    return [one.text.text for one in found]


def prose(*paragraphs: str) -> list[Block]:
    page = Page()
    for one in paragraphs:
        page.paragraph(one.strip())
    return page.blocks


@settings(deadline=None)
@given(BLOCKS)
def test_nothing_that_says_something_is_lost_and_all_is_in_order(made: list[tuple[Kind, str, int, int]]) -> None:
    blocks, source = [], ""
    for kind, text, group, depth in made:
        shown = verbatim(source + text, len(source)).folded()
        source += text
        blocks.append(Block(kind=kind, text=shown, group=group, depth=depth, lead=shown[:20]))
    said = [one.text.text for one in blocks if any(map(str.isalnum, one.text.text))]
    found = [passage.text.text[piece.start : piece.end] for passage in cut(blocks) for piece in passage.pieces]
    assert "".join("".join(found).split()) in "".join("".join(said).split()) or any("\n" in one for one in said)
    for passage in cut(blocks):
        at = 0
        for piece in passage.pieces:
            assert at <= piece.line <= piece.start < piece.end <= len(passage.text)
            assert all(0 <= first < last <= piece.line for first, last in piece.lead)
            at = piece.end


@pytest.mark.parametrize(
    "blocks",
    [
        prose(SENTENCE * 500),
        prose("word " * 5_000),
        prose(*[SENTENCE * 5] * 100),
        prose("中文没有空格" * 2_000),
        prose("x" * 60_000),
    ],
    ids=["one paragraph", "no punctuation", "paragraphs", "no spaces", "one word"],
)
def test_passages_of_prose_have_a_good_size(blocks: list[Block]) -> None:
    sizes = [words(one) for one in texts(cut(blocks))]
    assert max(sizes) <= 1.3 * LARGEST_WORDS
    assert min(sizes) >= 30
    assert "".join("".join(texts(cut(blocks))).split()) == "".join("".join(one.text.text for one in blocks).split())


def test_a_passage_ends_with_its_paragraph_once_it_is_long_enough() -> None:
    assert texts(cut(prose(*[SENTENCE * 7] * 3))) == [(SENTENCE * 7).strip()] * 3


def test_a_small_rest_is_no_passage_of_its_own() -> None:
    assert len(cut(prose(SENTENCE * 6, SENTENCE * 2))) == 1


def test_sections_are_never_mixed() -> None:
    page = Page()
    page.path = ("A",)
    page.paragraph("First part.")
    page.path = ("A", "B")
    page.paragraph("Second part.")
    assert [(one.path, one.text.text) for one in cut(page.blocks)] == [
        (("A",), "First part."),
        (("A", "B"), "Second part."),
    ]


def test_a_list_stays_whole_with_the_sentence_that_opens_it() -> None:
    page = Page()
    page.paragraph((SENTENCE * 9).strip())
    lead = page.paragraph("You need these things:")
    page.items((0, "", "a hammer"), (1, "", "of steel"), (0, "", "a saw"), lead=lead)
    assert texts(cut(page.blocks))[-1].endswith("You need these things:\n- a hammer\n  - of steel\n- a saw")


def test_what_opens_a_list_stands_never_between_its_items() -> None:
    page = Page()
    lead = page.paragraph("Descale the kettle once a month.")
    items = ("Fill it half with water and add some citric acid.", "Boil it once.", "Rinse it.")
    page.items(*((0, str(number), said) for number, said in enumerate(items, 1)), lead=lead)
    (passage,) = cut(page.blocks)
    assert passage.text.text.splitlines() == [lead.text, *(f"{n}. {said}" for n, said in enumerate(items, 1))]


def test_a_passage_inside_a_list_has_the_sentence_that_opens_it_at_its_front_at_its_one_place_in_the_source() -> None:
    page = Page()
    lead = page.paragraph("When a code is shown:")
    page.items(*((0, "", f"code {number}: call the service and tell it the number") for number in range(60)), lead=lead)
    found = cut(page.blocks)
    assert len(found) > 2
    for passage in found:
        first, last = passage.pieces[-1].lead[0]
        assert passage.text.text[first:last] == lead.text
        assert (passage.text.runs[0].source_start, passage.text.runs[0].source_end) == (0, len(lead))


def test_a_passage_inside_an_item_has_the_items_above_at_its_front() -> None:
    page = Page()
    page.items((0, "1", "Build it:"), *((1, "", f"part {number} of all the things to do") for number in range(60)))
    assert all(one.startswith("1. Build it:\n") for one in texts(cut(page.blocks)))


def test_each_row_says_its_headers_and_a_table_its_lead() -> None:
    page = Page()
    lead = page.paragraph("Prices of parts.")
    page.table(["Part", "Price"], *([f"screw {number}", f"{number} EUR"] for number in range(99)), lead=lead)
    found = texts(cut(page.blocks))
    assert len(found) > 2
    assert all(one.startswith("Prices of parts.\nPart: screw ") for one in found)


def test_a_long_turn_is_cut_at_sentences_and_keeps_its_speaker() -> None:
    page = Page()
    for speaker, number in (("Ann", 5), ("Bob", 30), ("Ann", 6)):
        page.turn(speaker, (SENTENCE * number).strip())
    lines = [line for one in texts(cut(page.blocks)) for line in one.split("\n")]
    assert [line.partition(":")[0] for line in lines] == ["Ann", "Bob", "Bob", "Ann"]
    assert all(words(one) <= 1.2 * LARGEST_WHOLE_WORDS for one in texts(cut(page.blocks)))


def test_a_question_and_its_answer_stay_together() -> None:
    page = Page()
    for number in range(12):
        page.turn("Q", f"{SENTENCE * 3}Is that so, number {number}?")
        page.turn("A", (SENTENCE * 4).strip())
    assert all(not one.endswith("?") for one in texts(cut(page.blocks)))


def test_code_stays_with_the_sentence_that_announces_it() -> None:
    page = Page()
    page.paragraph((SENTENCE * 9).strip())
    lead = page.paragraph("Type this:")
    page.code("call(one, two)\n\n    go()", lead)
    page.paragraph((SENTENCE * 9).strip())
    assert any("Type this:\ncall(one, two)\n\n    go()" in one for one in texts(cut(page.blocks)))


def test_a_record_up_to_the_limit_stays_whole() -> None:
    size = LARGEST_RECORD_WORDS // 10
    assert len(cut(prose(SENTENCE * (size - 1)), largest=LARGEST_RECORD_WORDS)) == 1
    assert len(cut(prose(SENTENCE * (size + 20)), largest=LARGEST_RECORD_WORDS)) > 1


@pytest.mark.parametrize("text", ["***", "…"])
def test_what_says_nothing_is_no_passage(text: str) -> None:
    assert cut(prose(text)) == []
    assert not passages.says_something(text)


CLAUSE = "The Recipient shall return all of the information that it was given on demand of the Discloser. "


@pytest.mark.parametrize(
    ("opening", "item", "is_led"),
    [
        ("The parties agree as follows:", CLAUSE * 3, False),
        ("The parties have met.", CLAUSE.strip(), False),
        ("The parties agree as follows:", CLAUSE.strip(), True),
        ("The parties have met.", "return of papers", True),
        ("The parties agree", "that is known to the public by then;", True),
    ],
)
def test_an_item_has_what_opens_its_list_unless_it_is_whole_sentences_that_stand_alone(
    opening: str, item: str, is_led: bool
) -> None:
    source = f"{opening} {item}".strip()
    lead, text = verbatim(source, 0, len(opening)), verbatim(source, len(opening) + 1)
    [passage] = cut([Block(kind=Kind.ITEM, text=text, group=1, lead=lead, mark="1")])
    assert bool(passage.pieces[0].lead) is is_led
