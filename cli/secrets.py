"""`myriad secrets`: what a Helm release keeps in Secrets and nobody shall make up by hand."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from cli import terminal
from cli.errors import Failure
from cli.release import filled
from mesh.adapters.kubernetes import open_cluster
from mesh.errors import MyriadError
from mesh.settings import SettingError

app = typer.Typer(add_completion=False)


@app.command()
def secrets(
    release: Annotated[str, typer.Argument(help="What the names of the release's Secrets begin with.")],
    namespace: Annotated[str, typer.Option(envvar="MYRIAD_NAMESPACE", help="Where it is in Kubernetes.")],
) -> None:
    """Fill the Secrets that the chart made: certificates, renewed in time, the first key, passwords of stores."""
    try:
        changed = asyncio.run(_fill(release, namespace))
    except (MyriadError, SettingError) as error:
        raise Failure(f"cannot fill the Secrets of {release} in {namespace}: {error}") from None
    if changed is None:
        raise Failure(f"there are no Secrets of {release} in {namespace}", hint="the chart makes them")
    for name in changed:
        terminal.show(f"{name} filled")


async def _fill(release: str, namespace: str) -> list[str] | None:
    async with open_cluster(namespace, "myriad-secrets") as cluster:
        return await filled(cluster, release)
