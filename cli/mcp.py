"""`myriad mcp`: a Myriad as an MCP server on standard input and output, for assistants that start programs."""

from __future__ import annotations

import importlib

import typer

from cli import state
from cli.client import Client
from cli.errors import Failure

app = typer.Typer(add_completion=False)


@app.command()
def mcp() -> None:
    """Speak the Model Context Protocol on standard input and output, for assistants that start programs."""
    endpoint = state.find()
    try:
        bridge = importlib.import_module("cli.bridge")  # a second, which no other command shall wait for
    except ModuleNotFoundError as missing:
        raise Failure(f"{missing.name} is not installed", hint="pip install '/path/to/myriad[mcp]'") from None
    with Client(endpoint) as client:
        client.get("/v1/minds", pageSize=1)  # what is wrong with the URL or the key is said now, and in words
    bridge.run(endpoint)
