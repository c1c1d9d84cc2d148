"""`myriad demo`: a whole Myriad learns what every Python knows about itself, and answers questions about it."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import threading
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Annotated, Any

import typer

from cli import answers, corpus, render, terminal
from cli.client import Client
from cli.learn import teach
from cli.options import Kept, Stores, Tier
from cli.sources import find
from cli.state import Endpoint
from cli.supervisor.fleet import running
from cli.up import until_stopped

MIND = "python"
QUESTIONS = (
    "What does the with statement guarantee?",
    "Are tuples immutable?",
    "What does functools.lru_cache do when maxsize is None?",
)

app = typer.Typer(add_completion=False)


@app.command()
def demo(
    leave: Annotated[bool, typer.Option("--exit", help="Stop at the end instead of running on until Ctrl-C.")] = False,
    stores: Kept = Stores.EMBEDDED,
) -> None:
    """Start Myriad, teach it Python's own documentation, ask it questions in all three tiers."""
    leave = leave or not sys.stdout.isatty() or "CI" in os.environ
    until_stopped(_demo(Path(tempfile.mkdtemp(prefix="myriad-demo-")), stores, leave))


async def _demo(data: Path, stores: Stores, leave: bool) -> None:
    async with AsyncExitStack() as stack:
        with terminal.waiting("starting Myriad"):
            myriad = await stack.enter_async_context(running(data, None, 2, terminal.warn, stores))
        terminal.show(f"Myriad runs at {myriad.endpoint.url}; it learns Python's own documentation now.")
        file = data / "python.jsonl"
        with terminal.waiting("reading Python's documentation"):
            await asyncio.to_thread(corpus.write, file)
        given_up = threading.Event()
        stack.callback(given_up.set)
        tally = await asyncio.to_thread(teach, myriad.endpoint, MIND, find([file]), given_up=given_up)
        documents, agents = render.counted(tally.documents, "document"), render.counted(tally.agents_added, "agent")
        terminal.show(f"{documents} became {agents}.")
        for question in QUESTIONS:
            for tier in Tier:
                terminal.show(f"\n[bold cyan]{question}[/] [dim]{tier}[/]")
                terminal.show(answers.answer(await asyncio.to_thread(_ask, myriad.endpoint, question, tier)))
        if leave:
            terminal.show(
                f"\nStopping. `myriad up --data {data}{_same(stores)}` starts it again with all that it has learned."
            )
            return
        terminal.show(render.running(myriad))
        terminal.show(f"Try: myriad ask --mind {MIND} 'What does functools.partial return?'")
        await asyncio.Event().wait()


def _same(stores: Stores) -> str:
    return "" if stores is Stores.EMBEDDED else f" --stores {stores}"


def _ask(endpoint: Endpoint, question: str, tier: Tier) -> dict[str, Any]:
    with Client(endpoint) as client:
        answer: dict[str, Any] = client.post("/v1/query", {"question": question, "model": tier.value, "mind": MIND})[
            "answer"
        ]
    return answer
