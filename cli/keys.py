"""`myriad keys`: API keys made, listed and revoked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any
from urllib.parse import quote

import typer

from cli import render, terminal
from cli.client import Client
from cli.options import Json

app = typer.Typer(add_completion=False, help="Make, list and revoke API keys.", no_args_is_help=True)


class RoleName(StrEnum):
    """What a key may do; each may do all that the ones before it may."""

    READER = "reader"
    TEACHER = "teacher"
    ADMIN = "admin"


@app.command()
def create(
    role: Annotated[RoleName, typer.Option(help="What the key may do.")] = RoleName.READER,
    minds: Annotated[list[str] | None, typer.Option("--mind", "-m", help="A mind it opens; again for more.")] = None,
    all_minds: Annotated[bool, typer.Option("--all-minds", help="It opens every mind, now and later.")] = False,
    name: Annotated[str, typer.Option(help="What people call it.")] = "",
    days: Annotated[float | None, typer.Option(min=0, help="It stops working after so many days.")] = None,
    as_json: Json = False,
) -> None:
    """Make a key and show its secret, once."""
    if bool(minds) is all_minds:
        raise typer.BadParameter("say which minds it opens: --mind MIND, or --all-minds")
    body: dict[str, Any] = {"displayName": name, "role": f"ROLE_{role.value.upper()}"}
    body |= {"allMinds": True} if all_minds else {"minds": minds}
    if days is not None:
        body["expireTime"] = (datetime.now(UTC) + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")
    with Client() as client:
        made = client.post("/v1/keys", body)
    if as_json:
        terminal.as_json(made)
    else:
        terminal.show(render.new_key(made))


@app.command("list")
def list_keys(as_json: Json = False) -> None:
    """List the keys, without their secrets."""
    with Client() as client:
        found = list(client.pages("/v1/keys", "keys"))
    if as_json:
        terminal.as_json({"keys": found})
    else:
        terminal.show(render.keys(found))


@app.command()
def delete(
    key: Annotated[str, typer.Argument(help="Its id, or keys/… name.")],
    as_json: Json = False,
) -> None:
    """Revoke a key, from now on."""
    name = f"keys/{key.removeprefix('keys/')}"
    with Client() as client:
        client.delete(f"/v1/{quote(name)}")
    if as_json:
        terminal.as_json({"deleted": name})
    else:
        terminal.show(f"{name} opens nothing any more")
