"""`myriad repair`: packets that are lost are found, and brought back from the files that their documents came from."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

import typer

from cli import places, render, sources, terminal
from cli.client import Client
from cli.documents import full_name
from cli.learn import teach
from cli.options import Json

app = typer.Typer(add_completion=False)


@dataclass(slots=True)
class Checked:
    """What looking at every packet of a mind brought to light."""

    documents: int = 0
    packets: int = 0
    lost: list[dict[str, Any]] = field(default_factory=list)


@app.command()
def repair(
    mind: Annotated[str, typer.Argument(metavar="MIND", help="The mind to look through.")],
    as_json: Json = False,
) -> None:
    """Look at every packet of a mind, and learn again, from the files that are still there, what has lost some."""
    with Client() as client:
        checked = check(client, mind)
        before = {str(one["document"]): one for one in checked.lost}
        if files := _files(checked.lost):
            teach(client.endpoint, mind, sources.find(files), quiet=as_json)
            checked = check(client, mind)
        lost = {str(one["document"]) for one in checked.lost}
        report = {
            "documents": checked.documents,
            "packets": checked.packets,
            "broughtBack": [one for name, one in before.items() if name not in lost],
            "lost": checked.lost,
            "url": client.endpoint.url,
        }
    if as_json:
        terminal.as_json(report)
    else:
        terminal.show(render.repaired(report))
    if checked.lost:
        raise typer.Exit(1)


def check(client: Client, mind: str) -> Checked:
    """Look through a mind, page by page."""
    checked, token = Checked(), ""
    while True:
        page = client.post(f"/v1/{quote(full_name(mind))}/documents:repair", {"pageToken": token})
        checked.documents += int(page.get("documentCount", 0))
        checked.packets += int(page.get("packetCount", 0))
        checked.lost += page.get("lostDocuments", [])
        token = page.get("nextPageToken", "")
        if not token:
            return checked


def _files(lost: list[dict[str, Any]]) -> list[Path]:
    """The files, on this machine, that these documents came from."""
    found = (places.path_of(str(one.get("uri", ""))) for one in lost)
    return [path for path in found if path and not places.is_gone(path)]
