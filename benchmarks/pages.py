"""How the figures of a run look, on the terminal and on a page, and its answers for reading."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.datasets import Case
from cli import metrics
from cli.asking import Outcome
from cli.correctness import accepted

BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"
READ = 20
"""Answers of each set that are kept for reading."""
COMMAND = "make quality"
COLUMNS = {
    "finding": {
        **{f"recall@{k}": f"R@{k}" for k in metrics.DEPTHS},
        "perfect@8": "perfect@8",
        "answer_em": "EM",
        "answer_f1": "F1",
        "answer_in_evidence": "in evidence",
        "answer_in_evidence_but_verdicts": "same, not yes/no",
        "abstained": "abstained",
        "latency_p50_ms": "p50 ms",
    },
    "knowing": {
        "auroc": "AUROC",
        "wrong_of_given": "wrong of given",
        "abstained_when_answerable": "abstained, answerable",
        "abstained_when_unanswerable": "abstained, unanswerable",
    },
    "contradicted": {"conflict_precision": "precision", "conflict_recall": "recall", "conflict_f1": "F1"},
}
HEADINGS = {
    "finding": "Finding and answering",
    "knowing": "Half of the questions unanswerable: their gold passages forgotten",
    "contradicted": "Half of the questions contradicted: a gold passage learned twice with another value",
}


@dataclass(frozen=True, slots=True)
class Row:
    """What one system made of one set."""

    kind: str
    set: str
    system: str
    report: dict[str, Any]
    kinds: dict[str, tuple[int, int]]
    """By kind of question: how many came out well, of how many."""


def about() -> dict[str, Any]:
    """When and on what it was measured."""
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "cores": os.cpu_count(),
        "machine": platform.machine(),
        "python": platform.python_version(),
        "myriad": version("myriad"),
        "bm25s": version("bm25s"),
    }


def tables(rows: Sequence[Row]) -> str:
    """Markdown: a table for each kind of set."""
    return "\n".join(_section(kind, [row for row in rows if row.kind == kind]) for kind in COLUMNS)


def _section(kind: str, rows: Sequence[Row]) -> str:
    if not rows:
        return ""
    columns = {name: title for name, title in COLUMNS[kind].items() if any(_has(row, name) for row in rows)}
    lines = [f"### {HEADINGS[kind]}", "", _line(["set", "questions", "system", *columns.values()])]
    lines.append(_line(["---"] * (len(columns) + 3)))
    for row in sorted(rows, key=lambda row: row.set):
        figures = [_figure(row.report[name]) if _has(row, name) else "" for name in columns]
        lines.append(_line([row.set, str(row.report["questions"]), row.system, *figures]))
    return "\n".join([*lines, ""])


def _has(row: Row, name: str) -> bool:
    """Systems that only find have no answers: no figure is not a bad one."""
    only_finds = not row.system.startswith("myriad")
    return row.report.get(name) is not None and not (only_finds and name.startswith(("answer", "abstained")))


def _figure(value: float) -> str:
    return f"{value:.3f}" if value <= 1 else f"{value:.1f}"


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def renew(page: Path, measured: dict[str, Any], rows: Sequence[Row]) -> None:
    """Write the tables between the page's two marks. ValueError if it has none."""
    text = page.read_text(encoding="utf-8")
    if BEGIN not in text or END not in text:
        raise ValueError(f"{page} has no {BEGIN} … {END}")
    where = ", ".join(f"{name} {value}" for name, value in measured.items() if name != "date")
    head = f"Measured on {measured['date']} ({where}) with `{COMMAND}`."
    block = f"{BEGIN}\n{head}\n\n{tables(rows)}{END}"
    page.write_text(re.sub(f"{BEGIN}.*?{END}", lambda _: block, text, flags=re.DOTALL), encoding="utf-8")


def append_answers(file: Path, heading: str, pairs: Sequence[tuple[Case, Outcome]]) -> None:
    """The first answers of a set, unedited."""
    parts = [f"# {heading}\n"]
    for case, outcome in pairs[:READ]:
        answer = outcome.answer
        wanted = "; ".join(accepted(case)) or "?"
        state = answer.get("state", "").removeprefix("ANSWER_STATE_")
        said = f"{state} {answer.get('confidence', 0):.2f}, short: {answer.get('shortAnswer', '')}"
        parts.append(f"## {case['question']}\nwanted: {wanted} · {said}\n\n{answer.get('text', outcome.error)}\n")
    with file.open("a", encoding="utf-8") as out:
        out.write("\n".join(parts) + "\n")
