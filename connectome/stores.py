"""Which graph store the settings mean."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from functools import partial
from pathlib import Path
from typing import Protocol

from connectome.adapters.sqlite import SqliteFollowedGraph, SqliteGraphStore
from connectome.dense import VectorIndex, VectorReader, VectorStore
from connectome.ports import (
    AgentStore,
    Bookmarks,
    Graph,
    GraphReader,
    JobLedger,
    MindStore,
    Registry,
    TextSource,
    WeightStore,
)
from connectome.regions import RegionStore
from connectome.settings import Settings
from connectome.turn import LeaseStore
from mesh.dependencies import watched
from mesh.listening import StartError
from mesh.settings import Secret


class GraphStore(
    Graph,
    GraphReader,
    Registry,
    MindStore,
    AgentStore,
    WeightStore,
    JobLedger,
    TextSource,
    VectorStore,
    RegionStore,
    LeaseStore,
    Protocol,
):
    """All that is asked of a graph, in one."""

    def vector_index(self, dimensions: int) -> VectorIndex:
        """Where vectors of so many dimensions are searched for."""

    def close(self) -> None:
        """No more is asked of it."""


class FollowedGraph(Graph, GraphReader, VectorReader, Protocol):
    """What can be read of a graph that another process writes."""

    def text_version(self, mind: str) -> int:
        """See `TextSource`."""

    def vector_index(self, dimensions: int) -> VectorIndex:
        """See `GraphStore`."""

    def close(self) -> None:
        """No more is asked of it."""


@asynccontextmanager
async def followed(settings: Settings, folder: Path, bookmarks: Bookmarks) -> AsyncIterator[FollowedGraph]:
    """What another process of this machine writes, see `opened`. StartError."""
    if settings.graph:
        async with opened(settings, folder, bookmarks) as served:
            yield served
        return
    with closing(SqliteFollowedGraph(folder / "graph.db")) as embedded:
        yield embedded


@asynccontextmanager
async def opened(settings: Settings, folder: Path, bookmarks: Bookmarks) -> AsyncIterator[GraphStore]:
    """SQLite in the folder, unless `MYRIAD_GRAPH` means a server, which is watched. StartError."""
    if not settings.graph:
        with closing(await asyncio.to_thread(SqliteGraphStore, folder / "graph.db")) as embedded:
            yield embedded
        return
    from connectome.adapters.neo4j.opening import open_graph  # noqa: PLC0415  # the driver takes long to load

    who = settings.graph_user, _password(settings)
    with closing(await asyncio.to_thread(open_graph, settings.graph, *who, bookmarks)) as store:
        async with watched(store.dependency, partial(asyncio.to_thread, store.ask)):
            yield store


def _password(settings: Settings) -> Secret:
    if not settings.graph_password_file:
        return settings.graph_password
    if settings.graph_password.reveal():
        raise StartError("MYRIAD_GRAPH_PASSWORD and MYRIAD_GRAPH_PASSWORD_FILE are both set: one of them is enough")
    try:
        return Secret(Path(settings.graph_password_file).read_text().strip())
    except (OSError, UnicodeDecodeError) as error:
        raise StartError(f"MYRIAD_GRAPH_PASSWORD_FILE cannot be read ({type(error).__name__})") from None
