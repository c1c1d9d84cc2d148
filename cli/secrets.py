"""`myriad secrets`: what a Helm release keeps in Secrets and nobody shall make up by hand."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Annotated

import typer

from cli import terminal
from cli.errors import Failure
from cli.release import SUFFIXES, filled
from mesh.adapters.kubernetes import open_cluster
from mesh.errors import MyriadError
from mesh.settings import SettingError

app = typer.Typer(add_completion=False)


@app.command()
def secrets(
    release: Annotated[str, typer.Argument(help="What the names of the release's Secrets begin with.")],
    which: Annotated[list[str], typer.Argument(help="How they end: first-key, stores, authority, dlm-tls and so on.")],
    namespace: Annotated[str, typer.Option(envvar="MYRIAD_NAMESPACE", help="Where it is in Kubernetes.")],
) -> None:
    """Fill Secrets that the chart made: certificates, renewed in time, the first key, passwords of stores."""
    if unknown := set(which) - SUFFIXES:
        raise Failure(f"no Secret ends in {min(unknown)}", hint=f"there are {', '.join(sorted(SUFFIXES))}", exit_code=2)
    try:
        changed = asyncio.run(_fill(release, which, namespace))
    except (MyriadError, SettingError) as error:
        raise Failure(f"cannot fill the Secrets of {release} in {namespace}: {error}") from None
    for name in changed:
        terminal.show(f"{name} filled")


async def _fill(release: str, which: Sequence[str], namespace: str) -> Sequence[str]:
    async with open_cluster(namespace, "myriad-secrets") as cluster:
        return await filled(cluster, release, which)
