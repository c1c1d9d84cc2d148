"""The formatter: spans exact for whatever documents say, and Markdown that shows it as it stands."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from myriad.agent.v1.evidence_pb2 import Edit, Evidence
from myriad.agent.v1.text_pb2 import UnitKind
from myriad.synth.v1.synthesis_pb2 import Citation, Format
from synth.formatter import Formatted, Line, Section, as_json, paragraph, render
from synth.words import fold_space
from tests.unit.synth.offering import candidates, reply, unit

MARKUP = st.text(alphabet="ab`*_[]()<>#-+.!|~\\&;:=1$\"' \n\r\t\x0b\u2028é漢😀", max_size=40)
LISTS = st.lists(st.text("ab1 .`*<", max_size=8), max_size=4).map(lambda items: "So:\n- " + "\n- ".join(items))
QUOTES = st.one_of(st.text(st.characters(codec="utf-8"), max_size=60), MARKUP, LISTS)
UNITS = st.builds(
    lambda quote, kind, cut: unit(quote, kind, lead_end=min(cut, len(quote))),
    QUOTES,
    st.sampled_from(list(UnitKind.values())),
    st.integers(0, 10),
)
SECTIONS = st.lists(st.tuples(MARKUP, st.lists(UNITS, max_size=4)), max_size=4)
FENCE = re.compile(r"`{3,}")


def section(number: int, heading: str, *units: Evidence | str) -> Section:
    return Section(heading, [Line(one) for one in candidates(reply(heading, *units, document=f"d{number}"))])


def sections(given: Sequence[tuple[str, list[Evidence]]]) -> list[Section]:
    return [section(number, heading, *units) for number, (heading, units) in enumerate(given)]


def edited(citation: Citation) -> str:
    words = citation.quote
    for edit in reversed(citation.edits):
        words = words[: edit.start] + edit.text + words[edit.end :]
    return fold_space(words)


def cited(formatted: Formatted, citation: Citation) -> str:
    """What stands between a citation's ends, without fences."""
    said = formatted.text[citation.text_start : citation.text_end]
    fence = said.rpartition("\n")[2]
    return "\n".join(line for line in said.split("\n") if line != fence) if FENCE.fullmatch(fence) else said


@given(SECTIONS, st.sampled_from([Format.FORMAT_MARKDOWN, Format.FORMAT_TEXT]))
def test_every_span_is_its_quote_with_white_space_folded_and_its_number_follows(
    given: list[tuple[str, list[Evidence]]], style: Format.ValueType
) -> None:
    formatted = render("Perhaps: ", sections(given), style)
    end = 0
    for citation in formatted.citations:
        assert fold_space(cited(formatted, citation)) == edited(citation)
        assert re.match(rf"[\s`\u2069]*\[{citation.number}\]", formatted.text[citation.text_end :])
        assert citation.text_start >= end
        end = citation.text_end
    assert len(formatted.citations) == sum(bool(fold_space(one.quote)) for _, many in given for one in many)


@given(SECTIONS)
def test_nothing_is_said_beside_quotes_numbers_and_headings(given: list[tuple[str, list[Evidence]]]) -> None:
    formatted = render("", [Section("", one.lines) for one in sections(given)])
    rest, end = "", 0
    for citation in formatted.citations:
        rest += formatted.text[end : citation.text_start]
        end = citation.text_end
    assert re.fullmatch(r"(?:[\s`\u2068\u2069]|\[\d+\])*", rest + formatted.text[end:])


@given(SECTIONS)
@example([("a", [unit("| a | b |"), unit("|---|---|")])])
@example([("a", [unit("```python\nx = 1\n```", UnitKind.UNIT_KIND_CODE)])])
@example([("[a](b)", [unit("[1]: http://example.org"), unit("<!-- "), unit("- item"), unit("# head"), unit("***")])])
@example([("`a", [unit("a ` b"), unit("``"), unit("`a`"), unit("a\\")])])
def test_no_quote_and_no_title_changes_the_markdown_around_it(given: list[tuple[str, list[Evidence]]]) -> None:
    formatted = render("", sections(given))
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(formatted.text)
    blocks = {"paragraph", "bullet_list", "ordered_list", "list_item"}
    assert {token.type.removesuffix("_open").removesuffix("_close") for token in tokens} <= {*blocks, "inline", "fence"}
    assert all(token.level == 0 for token in tokens if token.type == "fence")
    inline = [child for token in tokens for child in token.children or []]
    markup = {"text", "code_inline", "strong_open", "strong_close", "text_special", "softbreak", "hardbreak"}
    assert {child.type for child in inline} <= markup


def test_quotes_of_one_document_share_a_number_and_numbers_follow_the_text() -> None:
    formatted = render("", [section(7, "B", "One.", "Two."), section(3, "A", "Three.")])
    assert formatted.text == "**B**\n\nOne. [1] Two. [1]\n\n**A**\n\nThree. [2]"
    assert [(theme.heading, list(theme.citations)) for theme in formatted.themes] == [("B", [0, 1]), ("A", [2])]


def test_steps_are_a_list_in_order_below_what_opens_it() -> None:
    steps = unit("To deploy:\n1. Build it.\n  - Twice.\n2. Push it.", UnitKind.UNIT_KIND_STEPS)
    formatted = render("", [section(1, "", steps, "Then rest.")])
    assert formatted.text == "To deploy:\n\n1. Build it.\n    - Twice.\n2. Push it. [1]\n\nThen rest. [1]"


@pytest.mark.parametrize("style", [Format.FORMAT_MARKDOWN, Format.FORMAT_TEXT])
def test_of_steps_that_are_cut_it_is_said_how_many_more_there_are(style: Format.ValueType) -> None:
    steps = unit("1. Build it.\n2. Push it.", UnitKind.UNIT_KIND_STEPS, left_out=3)
    (made,) = [section(1, "", steps)]
    formatted = render("", [made], style)
    assert formatted.text == "1. Build it.\n2. Push it. [1] (and 3 more)"
    assert paragraph(made.lines, formatted) == "1. Build it. 2. Push it. [1] (and 3 more)"


def test_code_is_fenced_below_what_announces_it_and_keeps_its_columns() -> None:
    code = unit("Install it:\npip install x\nx  --now", UnitKind.UNIT_KIND_CODE, lead_end=11)
    formatted = render("", [section(1, "", code, "Then rest.")])
    assert formatted.text == "Install it:\n\n```\npip install x\nx  --now\n```\n[1]\n\nThen rest. [1]"


def test_a_list_that_may_hold_markup_is_fenced_as_it_stands() -> None:
    formatted = render("", [section(1, "", unit("Types:\n- <T>\n- b", UnitKind.UNIT_KIND_LIST))])
    assert formatted.text == "```\nTypes:\n- <T>\n- b\n```\n[1]"


@pytest.mark.parametrize("said", ["--now restarts it.", "Yours go in ~/profiles.", r"It is in C:\Users.", "~5 kg"])
def test_flags_and_paths_in_a_sentence_are_prose(said: str) -> None:
    assert render("", [section(1, "", said)]).text == f"{said} [1]"


@pytest.mark.parametrize("said", ["---", "a ~~b~~", r"\*", "a~", "== ==", "~~~"])
def test_what_is_markup_stands_in_a_code_span(said: str) -> None:
    assert render("", [section(1, "", said)]).text == f"`{said}` [1]"


@pytest.mark.parametrize("said", ["12. You may object.", "- by post", "# one", "> he said", "1) first", "|0"])
def test_what_would_begin_a_block_begins_none_within_an_isolate(said: str) -> None:
    formatted = render("", [section(1, "", said)])
    assert formatted.text == f"\u2068{said}\u2069 [1]"
    (cited,) = formatted.citations
    assert formatted.text[cited.text_start : cited.text_end] == said


def test_an_item_is_said_on_one_line_with_what_opens_it() -> None:
    item = unit("To deploy:\nBuild it.", UnitKind.UNIT_KIND_ITEM, lead_end=10)
    assert render("", [section(1, "", item)]).text == "To deploy: Build it. [1]"


def test_a_line_may_stand_after_its_heading() -> None:
    (one,) = candidates(reply("A", "One.", document="d"))
    assert render("", [Section("", [Line(one, label="A")])]).text == "**A:** One. [1]"


def test_plain_text_has_no_marks_of_markdown() -> None:
    code = unit("So:\nx = *y", UnitKind.UNIT_KIND_CODE, lead_end=3)
    formatted = render("", [section(1, "A_b", code)], Format.FORMAT_TEXT)
    assert formatted.text == "A_b\n\nSo:\nx = *y [1]"


def test_brackets_in_prose_are_prose() -> None:
    assert render("", [section(1, "", "[00:04] Ann: Yes [sic].")]).text == "[00:04] Ann: Yes [sic]. [1]"


def test_an_answer_without_quotes_is_its_opening() -> None:
    assert render("Nothing.", [section(1, "A", " \n")]).text == "Nothing."


@given(SECTIONS)
def test_in_json_a_citation_is_its_quote_as_it_is_written_there(given: list[tuple[str, list[Evidence]]]) -> None:
    formatted = render("", sections(given), Format.FORMAT_JSON)
    text = as_json(formatted, {"summary": ""})
    quotes = [one["quote"] for theme in json.loads(text)["themes"] for one in theme["quotes"]]
    assert [json.loads(f'"{text[one.text_start : one.text_end]}"') for one in formatted.citations] == quotes
    assert [fold_space(one) for one in quotes] == [edited(one) for one in formatted.citations]


@pytest.mark.parametrize(
    ("edits", "said", "made"),
    [
        ([Edit(start=0, end=2, text="Ann")], "Ann left.", 1),
        (
            [Edit(start=0, end=2, text="Ann"), Edit(start=1, end=3, text="B"), Edit(start=9, end=99, text="C")],
            "Ann left.",
            1,
        ),
        ([Edit(start=0, end=2, text=" ")], "He left.", 0),
    ],
)
def test_edits_that_overlap_lie_outside_or_say_nothing_are_not_made(edits: list[Edit], said: str, made: int) -> None:
    formatted = render("", [section(1, "", unit("He left.", edits=edits))])
    assert formatted.text == f"{said} [1]"
    assert len(formatted.citations[0].edits) == made
