"""How answers look."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from rich.console import Console, RenderableType

from cli import render
from cli.state import Endpoint
from cli.supervisor.fleet import Running
from cli.supervisor.folder import DataFolder


def text(what: RenderableType) -> str:
    console = Console(width=100, force_terminal=False, highlight=False)
    with console.capture() as captured:
        console.print(what)
    return captured.get()


def test_ten_failures_are_shown_and_how_to_see_the_rest() -> None:
    failures = [{"uri": "a.jsonl", "line": n, "reason": "LINE_INVALID", "message": "no JSON"} for n in range(1, 24)]
    summary = {
        **dict.fromkeys(("learned", "unchanged", "agents_added", "agents_removed"), 0),
        "mind": "m",
        "url": "http://here",
        "failed": 23,
        "seconds": 0.0,
        "skipped": {"hidden": 2},
        "skipped_files": {"hidden": ["/a/.git", "/a/.env"]},
        "failures": failures,
    }
    shown = text(render.learned(summary))
    assert shown.count("LINE_INVALID") == 10
    assert "13 more" in shown
    assert "2 hidden (.git, .env)" in shown
    assert "--json" in shown


def test_documents_that_are_gone_are_told_with_what_forgets_them() -> None:
    counts = dict.fromkeys(("learned", "unchanged", "failed", "agents_added", "agents_removed"), 0)
    summary = {**counts, "mind": "m", "url": "http://here", "seconds": 0.0, "skipped": {}, "failures": []}
    missing = [{"uri": f"file:///notes/{number}.md"} for number in range(7)]
    shown = text(render.learned({**summary, "gone": missing, "pruned": False}))
    assert "7 documents learned from here are no longer here: /notes/0.md," in shown
    assert "2 more" in shown
    assert "--prune" in shown
    assert "forgot 7 documents" in text(render.learned({**summary, "gone": missing, "pruned": True}))


def test_a_region_is_shown_by_its_strongest_concepts() -> None:
    shown = text(render.regions([{"name": "minds/m/regions/4", "concepts": ["Rose", "Clay"], "conceptCount": "12"}]))
    assert "12" in shown
    assert "Rose, Clay" in shown


@pytest.mark.parametrize("show", [render.documents, render.minds, render.weights, render.regions])
def test_a_list_of_nothing_is_a_sentence_and_no_empty_table(show: Callable[[list[Any]], RenderableType]) -> None:
    assert re.fullmatch(r"[a-z :]+\n", text(show([])))


def test_an_archive_of_any_size_has_one() -> None:
    report = {"mind": "minds/m", "url": "http://here", "bytes": 759, "file": "m.myriad", "seconds": 1.0}
    shown = text(render.archived({**report, "documents": 1, "agents": 2_000}, "imported"))
    assert "imported minds/m at http://here: 1 document, 2,000 agents; 759 bytes in m.myriad" in shown


def up(data: Path, authority: str = "") -> Running:
    ports = {f"component{number}": f"127.0.0.1:{20_000 + number}" for number in range(20)}
    program = SimpleNamespace(name="mind", address="", serves=ports)
    return Running(Endpoint("http://127.0.0.1:8081", "k", 1, authority), DataFolder(data), cast("Any", [program]))


def test_a_myriad_that_runs_is_shown_in_100_columns_where_it_is_no_terminal() -> None:
    console = Console(width=10_000, force_terminal=False, highlight=False)
    with console.capture() as captured:
        console.print(render.running(up(Path(".myriad"))))
    assert all(len(line.rstrip()) <= 100 for line in captured.get().splitlines())
    assert "export" not in captured.get(), "commands here find it"


def test_a_myriad_elsewhere_says_what_to_export_without_a_box() -> None:
    lines = text(render.running(up(Path("/d/my data"), "/d/ca.crt"))).splitlines()
    assert lines[-3:] == [
        "export MYRIAD_URL=http://127.0.0.1:8081",
        "export MYRIAD_API_KEY=\"$(cat '/d/my data/admin.key')\"",
        "export MYRIAD_CA=/d/ca.crt",
    ]


def test_jobs_show_how_far_each_is_and_how_many_are_not_shown() -> None:
    job = {
        "name": "minds/m/jobs/j1",
        "state": "STATE_RUNNING",
        "learnedCount": "7",
        "createTime": "2026-11-28T05:42:51Z",
    }
    shown = text(render.jobs([job], more=3))
    assert all(part in shown for part in ("j1", "running", "7", "2026-11-28 05:42", "3 before"))
    assert "nothing" in text(render.jobs([]))
