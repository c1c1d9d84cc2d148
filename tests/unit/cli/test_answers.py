"""How answers and passages look."""

from __future__ import annotations

from typing import Any

import pytest
from rich.console import Console, RenderableType

from cli import answers, terminal

ANSWER: dict[str, Any] = {
    "name": "minds/m/answers/a1",
    "model": "myriad-base",
    "state": "ANSWER_STATE_ANSWERED",
    "text": "It closed in 1999.[1] It burned.[2] It was rebuilt.[1]",
    "shortAnswer": "1999",
    "confidence": 0.95,
    "citations": [
        {"number": 1, "title": "The mill", "uri": "notes/mill.md"},
        {"number": 2, "title": "Fires", "uri": "notes/fires.md"},
        {"number": 1, "title": "The mill", "uri": "notes/mill.md"},
    ],
    "usage": {"elapsedMs": 12.3, "agentsActivated": 4},
}


def text(what: RenderableType) -> str:
    console = Console(width=100, force_terminal=False, highlight=False)
    with console.capture() as captured:
        console.print(what)
    return captured.get()


def test_an_answer_shows_each_source_once_under_its_number() -> None:
    shown = text(answers.answer(ANSWER))
    assert shown.count("notes/mill.md") == 1
    assert "[1]" in shown.splitlines()[1]
    assert "sure (0.95)" in shown
    assert "12 ms" in shown
    assert "minds/m/answers/a1" in shown


def test_a_source_says_on_which_pages_it_is_quoted() -> None:
    page = {"kind": "PLACE_KIND_PAGE", "number": 3}
    sheet = {"kind": "PLACE_KIND_SHEET", "number": 2, "title": "Prices"}
    cited = [
        {"number": 1, "title": "The mill", "uri": "mill.pdf", "place": page},
        {"number": 2, "title": "Fires", "uri": "fires.xlsx", "place": sheet},
        {"number": 1, "title": "The mill", "uri": "mill.pdf", "place": page | {"number": 7}},
        {"number": 1, "title": "The mill", "uri": "mill.pdf", "place": page},
    ]
    shown = text(answers.answer({**ANSWER, "citations": cited}))
    assert "The mill, page 3; page 7  mill.pdf" in shown
    assert "Fires, sheet Prices  fires.xlsx" in shown


def test_both_sides_of_a_conflict_are_shown_with_their_dates_and_sources() -> None:
    claims = [{"value": "1998", "date": "2001-05-01", "citation": 1}, {"value": "1999", "citation": 9}]
    shown = text(answers.answer({**ANSWER, "conflicts": [{"about": "when it closed", "claims": claims}]}))
    assert "The sources disagree about when it closed:" in shown
    assert "1998 (2001-05-01)  [2] Fires" in shown
    assert "1999" in shown


def test_a_calculation_is_shown_once() -> None:
    sums = [{"text": "2001 − 1952 = 49 years"}, {"text": "It burned."}]
    shown = text(answers.answer({**ANSWER, "calculations": sums}))
    assert shown.count("2001 − 1952 = 49 years") == 1
    assert shown.count("It burned.") == 1


def test_rounds_and_related_topics_are_told_in_a_line_each() -> None:
    turn = {
        "trigger": "TRIGGER_KNOWLEDGE_GAP",
        "question": "Who closed it?",
        "change": "2 new quotes",
        "stop": "STOP_NO_DOUBT_LEFT",
    }
    shown = text(answers.answer({**ANSWER, "socraticRounds": [turn], "relatedTopics": ["Mills", "Fires"]}))
    assert "asked further, knowledge gap: Who closed it? → 2 new quotes, no doubt left" in shown
    assert "related: Mills · Fires" in shown


def test_an_abstention_claims_no_confidence() -> None:
    shown = text(answers.answer({"state": "ANSWER_STATE_ABSTAINED", "text": "The sources do not say."}))
    assert "abstained" in shown
    assert "(0.00)" not in shown


@pytest.mark.parametrize(("asked", "told"), [(0, "0 agents asked"), (1, "1 agent asked"), (12, "12 agents asked")])
def test_one_agent_is_no_plural(asked: int, told: str) -> None:
    given = {"state": "ANSWER_STATE_ANSWERED", "text": "Yes.", "usage": {"agentsActivated": asked}}
    assert told in text(answers.answer(given))


def test_confidence_has_three_words() -> None:
    assert [answers.wording(value) for value in (0.91, 0.9, 0.7, 0.69)] == ["sure", "likely", "likely", "unsure"]


def test_what_was_learned_cannot_steer_the_terminal() -> None:
    evil = {"text": "a\x1b[2Jb [bold]c[/bold]", "citations": [{"number": 1, "title": "\x9b31mred\r"}], "themes": []}
    shown = text(answers.answer(evil))
    assert not set("\x1b\x9b\r") & set(shown)
    assert terminal.printable({"a": ["x\x00\ny\t"]}) == {"a": ["x\ny\t"]}


def test_where_there_is_no_terminal_nothing_is_wrapped_cut_or_filled_up(capsys: pytest.CaptureFixture[str]) -> None:
    passage = {"title": "T", "uri": "u" * 200, "text": "word " * 100 + "x" * 300}
    terminal.show(answers.passages([passage]))
    lines = capsys.readouterr().out.splitlines()
    assert f"1. T  {'u' * 200}  0.000" in lines
    assert passage["text"] in lines
    assert not [line for line in lines if line.endswith(" ")]
