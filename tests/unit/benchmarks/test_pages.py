"""How the figures of a run look."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from benchmarks import pages
from benchmarks.datasets import Case, Dataset
from benchmarks.pages import BEGIN, END, Row
from benchmarks.quality import tasks
from cli import metrics
from cli.asking import Outcome

MEASURED: dict[str, Any] = {"date": "2026-01-02", "cores": 2}


def row(system: str, kind: str = "finding") -> Row:
    case = {"question": "?", "gold": ["A"], "answer": "x"}
    outcome = Outcome({"agents": [{"title": "A"}], "shortAnswer": "x", "state": "ANSWER_STATE_ANSWERED"}, 12.34)
    return Row(kind, "films", system, metrics.report([case], [outcome]), {})


def test_a_system_that_only_finds_has_no_figures_for_answers() -> None:
    lines = pages.tables([row("myriad-base"), row("bm25s")]).splitlines()
    ours, other = (next(line for line in lines if name in line) for name in ("myriad-base", "bm25s"))
    assert ours.count("1.000") == 7
    assert other.count("1.000") == 5
    assert "12.3" in ours


def test_a_kind_of_set_that_was_not_measured_has_no_table() -> None:
    assert "contradicted" not in pages.tables([row("myriad-base")])


def test_a_page_keeps_what_is_outside_the_marks(tmp_path: Path) -> None:
    page = tmp_path / "quality.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n")
    for _ in range(2):
        pages.renew(page, MEASURED, [row("myriad-base")])
    text = page.read_text()
    assert text.startswith(f"before\n{BEGIN}\nMeasured on 2026-01-02 (cores 2)")
    assert text.endswith(f"{END}\nafter\n")
    assert text.count("myriad-base") == 1
    assert "old" not in text


def test_a_page_without_marks_is_not_touched(tmp_path: Path) -> None:
    page = tmp_path / "quality.md"
    page.write_text("by hand")
    with pytest.raises(ValueError, match="has no"):
        pages.renew(page, MEASURED, [])
    assert page.read_text() == "by hand"


def test_answers_are_kept_as_they_came(tmp_path: Path) -> None:
    file, case = tmp_path / "answers.md", {"question": "Who?", "answer": "Ada"}
    given = Outcome(
        {"state": "ANSWER_STATE_ANSWERED", "confidence": 0.5, "shortAnswer": "Bo", "text": "**Bo** did.[1]"}
    )
    pages.append_answers(file, "films", [(case, given)] * (pages.READ + 1))
    assert file.read_text().count("wanted: Ada · ANSWERED 0.50, short: Bo\n\n**Bo** did.[1]\n") == pages.READ


def test_sets_of_the_same_passages_share_a_mind() -> None:
    cases: list[Case] = [{"question": "Who directed Salt?", "gold": ["Salt"], "answer": "Bo Krag"}]
    passages = [{"title": "Salt", "text": "Salt is a 1950 film directed by Bo Krag."}]
    minds = {task.set: task.minds[0].passages for task in tasks(Dataset("films", passages, cases))[:4]}
    assert minds["films, no titles"] == minds["films, no titles, paraphrased"] == minds["films, chains, no titles"]
    assert minds["films"] != minds["films, no titles"]
