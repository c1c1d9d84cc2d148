"""`myriad certs`: certificates for components that are started by hand."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from cli import certificates, terminal
from cli.errors import Failure
from mesh.folders import OTHERS

app = typer.Typer(add_completion=False)


@app.command()
def certs(
    folder: Annotated[
        Path, typer.Argument(help="Where the authority is, or is made, with a folder for each component.")
    ],
    component: Annotated[list[str] | None, typer.Option(help="For whom; for all if left out.")] = None,
    name: Annotated[
        list[str] | None, typer.Option(help="A DNS name or IP address of theirs, for other clients.")
    ] = None,
) -> None:
    """Make an authority and certificates for development; what is there and lasts stays."""
    unknown = set(component or ()) - set(certificates.COMPONENTS)
    if unknown:
        known = ", ".join(certificates.COMPONENTS)
        raise Failure(f"{min(unknown)} is no component", hint=f"there are {known}", exit_code=2)
    os.umask(OTHERS)
    try:
        certificates.provide(folder.resolve(), component or certificates.COMPONENTS, name or ())
    except (OSError, ValueError) as error:
        raise Failure(f"cannot make certificates in {folder}: {error}") from None
    for one in component or certificates.COMPONENTS:
        terminal.show(f"MYRIAD_TLS={folder.resolve() / one}")
