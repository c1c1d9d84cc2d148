"""`myriad jobs`: what is being learned, and was lately; and how to end it."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import quote

import typer

from cli import render, terminal
from cli.client import Client
from cli.documents import full_name
from cli.options import DEFAULT_MIND, Json, Mind

SHOWN = 20

app = typer.Typer(add_completion=False)


@app.command()
def jobs(
    mind: Mind = DEFAULT_MIND,
    cancel: Annotated[
        str, typer.Option(metavar="JOB", help="End this job, by its id or name; what it has learned stays.")
    ] = "",
    as_json: Json = False,
) -> None:
    """List what a mind is learning, and learned in the last week; or end one of it."""
    with Client() as client:
        if cancel:
            name = cancel if cancel.startswith("minds/") else f"{full_name(mind)}/jobs/{cancel}"
            found: list[dict[str, Any]] = [client.post(f"/v1/{quote(name)}:cancel", {})["job"]]
        else:
            found = list(client.pages(f"/v1/{quote(full_name(mind))}/jobs", "jobs"))
    found.sort(key=lambda job: str(job.get("updateTime", "")), reverse=True)
    if as_json:
        terminal.as_json({"jobs": found})
    else:
        terminal.show(render.jobs(found[:SHOWN], more=len(found) - SHOWN))
        if cancel and found[0].get("state") != "STATE_CANCELLED":
            terminal.warn("the job had ended: there was nothing to cancel")
