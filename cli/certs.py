"""`myriad certs`: certificates for components that are started by hand."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from cli import certificates, terminal
from cli.errors import Failure
from cli.state import write_private
from cli.supervisor import envoy
from mesh.folders import OTHERS
from mesh.identity import ENVOY

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
    dlm: Annotated[
        str, typer.Option(help="Where Envoy finds the DLM, address:port; its bootstrap is put beside its certificate.")
    ] = "",
) -> None:
    """Make an authority and certificates for development; what is there and lasts stays."""
    unknown = set(component or ()) - set(certificates.COMPONENTS)
    if unknown:
        known = ", ".join(certificates.COMPONENTS)
        raise Failure(f"{min(unknown)} is no component", hint=f"there are {known}", exit_code=2)
    os.umask(OTHERS)
    try:
        certificates.provide(folder.resolve(), component or certificates.COMPONENTS, name or ())
        if dlm:
            write_private(folder / ENVOY / "bootstrap.yaml", _bootstrap(dlm, folder.resolve() / ENVOY))
    except (OSError, ValueError) as error:
        raise Failure(f"cannot make certificates in {folder}: {error}") from None
    for one in component or certificates.COMPONENTS:
        terminal.show(f"MYRIAD_TLS={folder.resolve() / one}")


def _bootstrap(dlm: str, own: Path) -> str:
    try:
        return envoy.bootstrap(dlm, own)
    except ValueError:
        raise Failure(f"--dlm is address:port, not {dlm!r}", exit_code=2) from None
