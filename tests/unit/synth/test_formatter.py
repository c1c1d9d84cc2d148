"""The formatter: spans exact for whatever documents say, and Markdown that shows it as it stands."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from myriad.agent.v1.evidence_pb2 import AgentReply, Evidence
from myriad.synth.v1.synthesis_pb2 import Citation
from synth.formatter import Formatted, Line, Quote, Section, render, wording
from synth.words import fold_space

MARKUP = st.text(alphabet="ab`*_[]()<>#-+.!|~\\&;:=1$\"' \n\r\t\x0b\u2028é漢😀", max_size=40)
SENTENCES = st.one_of(st.text(st.characters(codec="utf-8"), max_size=60), MARKUP)
SECTIONS = st.lists(st.tuples(SENTENCES, st.lists(SENTENCES, max_size=4)), max_size=4)


def section(number: int, heading: str, sentences: list[str]) -> Section:
    reply = AgentReply(agent=f"minds/m/agents/a{number}", document=f"minds/m/documents/d{number}", title=heading)
    return Section(heading, [Line(Quote(reply, Evidence(quote=one))) for one in sentences])


def rendered(given: Sequence[Section], confidence: float) -> Formatted:
    return render(wording(confidence), given)


def edited(citation: Citation) -> str:
    words = citation.quote
    for edit in reversed(citation.edits):
        words = words[: edit.start] + edit.text + words[edit.end :]
    return fold_space(words)


def sections(given: list[tuple[str, list[str]]]) -> list[Section]:
    return [section(number, heading, sentences) for number, (heading, sentences) in enumerate(given)]


@given(SECTIONS, st.floats(0, 1))
def test_every_span_is_its_quote_with_white_space_folded_and_its_number_follows(
    given: list[tuple[str, list[str]]], confidence: float
) -> None:
    formatted = rendered(sections(given), confidence)
    end = 0
    for citation in formatted.citations:
        assert formatted.text[citation.text_start : citation.text_end] == edited(citation)
        assert re.match(rf" ?`* \[{citation.number}\]", formatted.text[citation.text_end :])
        assert citation.text_start >= end
        end = citation.text_end
    assert len(formatted.citations) == sum(bool(fold_space(one)) for _, many in given for one in many)


@given(SECTIONS)
def test_nothing_is_said_beside_quotes_numbers_and_headings(given: list[tuple[str, list[str]]]) -> None:
    formatted = rendered([Section("", one.lines) for one in sections(given)], 1.0)
    rest, end = "", 0
    for citation in formatted.citations:
        rest += formatted.text[end : citation.text_start]
        end = citation.text_end
    isolates = "\u2068\u2069"
    assert re.fullmatch(rf"(?:[\s`{isolates}]|\[\d+\])*", rest + formatted.text[end:])


@given(SECTIONS)
@example([("a", ["| a | b |", "|---|---|"])])
@example([("a", ["```python", "x = 1", "```"])])
@example([("[a](b)", ["[1]: http://example.org", "<!-- ", "a -->", "- item", "1. item", "# head", "***"])])
@example([("`a", ["a ` b", "``", "`a`", "a\\"])])
def test_no_quote_and_no_title_changes_the_markdown_around_it(given: list[tuple[str, list[str]]]) -> None:
    formatted = rendered(sections(given), 0.5)
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(formatted.text)
    assert {token.type for token in tokens} <= {"paragraph_open", "paragraph_close", "inline"}
    inline = [child for token in tokens for child in token.children or []]
    assert {child.type for child in inline} <= {"text", "code_inline", "strong_open", "strong_close", "text_special"}
    shown = "".join(child.content for child in inline)
    for citation in formatted.citations:
        # NUL cannot be shown; CommonMark puts U+FFFD in its place.
        assert f"{edited(citation)} [{citation.number}]".replace("\0", "\ufffd") in shown


def test_quotes_of_one_document_share_a_number_and_numbers_follow_the_text() -> None:
    formatted = rendered([section(7, "B", ["One.", "Two."]), section(3, "A", ["Three."])], 1.0)
    assert formatted.text == "**B**\n\nOne. [1] Two. [1]\n\n**A**\n\nThree. [2]"
    assert [(theme.heading, list(theme.citations)) for theme in formatted.themes] == [("B", [0, 1]), ("A", [2])]


def test_the_wording_says_how_unsure_the_answer_is() -> None:
    assert wording(0.7) == ""
    assert len({wording(0.7), wording(0.69), wording(0.49)}) == 3
    assert rendered([section(1, "", ["It is so."])], 0.5).text == "The sources suggest: It is so. [1]"


def test_a_line_may_stand_after_its_heading_which_is_said_once() -> None:
    (plain,) = [Section("", [Line(line.quote, label="A") for line in section(1, "A", ["One.", "Two."]).lines])]
    formatted = rendered([plain], 1.0)
    assert formatted.text == "**A:** One. [1] Two. [1]"
    assert [(theme.heading, list(theme.citations)) for theme in formatted.themes] == [("A", [0, 1])]


def test_brackets_in_prose_are_prose() -> None:
    assert (
        rendered([section(1, "", ["[00:04] Ann: Yes [sic] (aside)."])], 1.0).text
        == "[00:04] Ann: Yes [sic] (aside). [1]"
    )


def test_an_answer_without_quotes_is_empty() -> None:
    assert rendered([section(1, "A", [" \n"])], 0.1).text == ""


@pytest.mark.parametrize(
    ("quote", "shown"),
    [
        ("Ann is Bob's mother- in- law.", "Ann is Bob's mother-in-law."),
        ("a pre- and post-war film", "a pre- and post-war film"),
        ("Lilu () was a state.", "Lilu was a state."),
        ("Nolan ( ; born 1970) directs.", "Nolan (born 1970) directs."),
        ("* Fixed a bug.", "Fixed a bug."),
        ("-5 degrees, f() and x - y", "-5 degrees, f() and x - y"),
    ],
)
def test_what_extraction_left_behind_is_edited_and_the_quote_stays_exact(quote: str, shown: str) -> None:
    (citation,) = rendered([section(1, "", [quote])], 1.0).citations
    assert (edited(citation), citation.quote) == (shown, quote)
