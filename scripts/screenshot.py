"""Renders a real answer as docs/answer.svg: `python scripts/screenshot.py MIND QUESTION`, with a Myriad running."""

from __future__ import annotations

import io
import sys
from pathlib import Path

from rich.console import Console

from cli import answers, terminal
from cli.client import Client

FILE = Path(__file__).parents[1] / "docs" / "answer.svg"


def main() -> None:
    mind, question = sys.argv[1:]
    with Client() as client:
        answer = client.post("/v1/query", {"question": question, "model": "myriad-base", "mind": mind})["answer"]
    console = Console(record=True, width=104, file=io.StringIO(), force_terminal=True, highlight=False)
    terminal.out = console  # answers are laid out for a terminal only
    console.print(f"[bold green]$[/] myriad ask --mind {mind} [cyan]'{question}'[/]")
    console.print(answers.answer(answer))
    FILE.write_text(console.export_svg(title="myriad"), encoding="utf-8")


if __name__ == "__main__":
    main()
