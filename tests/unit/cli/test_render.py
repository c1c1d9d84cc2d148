"""How answers look."""

from __future__ import annotations

from typing import Any

import pytest
from rich.console import Console, RenderableType

from cli import render, terminal

ANSWER: dict[str, Any] = {
    "answerId": "a1",
    "model": "myriad-base",
    "state": "ANSWERED",
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
    shown = text(render.answer(ANSWER))
    assert shown.count("notes/mill.md") == 1
    assert "[1]" in shown.splitlines()[1]
    assert "sure (0.95)" in shown
    assert "12 ms" in shown


def test_an_abstention_claims_no_confidence() -> None:
    shown = text(render.answer({"state": "ABSTAINED", "text": "The sources do not say."}))
    assert "abstained" in shown
    assert "(0.00)" not in shown


def test_confidence_has_three_words() -> None:
    assert [render.wording(value) for value in (0.91, 0.9, 0.7, 0.69)] == ["sure", "likely", "likely", "unsure"]


def test_what_was_learned_cannot_steer_the_terminal() -> None:
    evil = {"text": "a\x1b[2Jb [bold]c[/bold]", "citations": [{"number": 1, "title": "\x9b31mred\r"}], "themes": []}
    shown = text(render.answer(evil))
    assert not set("\x1b\x9b\r") & set(shown)
    assert terminal.printable({"a": ["x\x00\ny\t"]}) == {"a": ["x\ny\t"]}


def test_an_id_is_whole_however_narrow_the_terminal_is() -> None:
    key = {"name": "keys/0123456789abcdef", "displayName": "a name of some length", "role": "ROLE_READER"}
    console = Console(width=40, force_terminal=False)
    with console.capture() as captured:
        console.print(render.keys([key]))
    assert "0123456789abcdef" in captured.get()
    assert "…" not in captured.get()


def test_where_there_is_no_terminal_nothing_is_wrapped_cut_or_filled_up(capsys: pytest.CaptureFixture[str]) -> None:
    passage = {"title": "T", "uri": "u" * 200, "text": "word " * 100 + "x" * 300}
    terminal.show(render.passages([passage]))
    lines = capsys.readouterr().out.splitlines()
    assert f"1. T  {'u' * 200}  0.000" in lines
    assert passage["text"] in lines
    assert not [line for line in lines if line.endswith(" ")]


def test_ten_failures_are_shown_and_how_to_see_the_rest() -> None:
    failures = [{"uri": "a.jsonl", "line": n, "reason": "LINE_INVALID", "message": "no JSON"} for n in range(1, 24)]
    summary = {
        **dict.fromkeys(("learned", "unchanged", "agents_added", "agents_removed"), 0),
        "mind": "m",
        "url": "http://here",
        "failed": 23,
        "seconds": 0.0,
        "skipped": {"hidden": 2},
        "failures": failures,
    }
    shown = text(render.learned(summary))
    assert shown.count("LINE_INVALID") == 10
    assert "13 more" in shown
    assert "--json" in shown


def test_an_empty_fleet_is_shown_too() -> None:
    assert "hydration" in text(render.fleet({}, "http://x"))
    host = {"id": "host-1", "asked": "4", "missed": "1", "bytes": "1048576", "capacityBytes": "2097152"}
    shown = text(render.fleet({"hosts": [host]}, "http://x"))
    assert "75.0%" in shown
    assert "1.0 of 2" in shown


def test_documents_that_are_gone_are_told_with_what_forgets_them() -> None:
    counts = dict.fromkeys(("learned", "unchanged", "failed", "agents_added", "agents_removed"), 0)
    summary = {**counts, "mind": "m", "url": "http://here", "seconds": 0.0, "skipped": {}, "failures": []}
    missing = [{"uri": f"file:///notes/{number}.md"} for number in range(7)]
    shown = text(render.learned({**summary, "gone": missing, "pruned": False}))
    assert "7 documents learned from here are no longer here: /notes/0.md," in shown
    assert "2 more" in shown
    assert "--prune" in shown
    assert "forgot 7 documents" in text(render.learned({**summary, "gone": missing, "pruned": True}))
