"""The stores and servers that contract suites run on."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import AbstractAsyncContextManager, contextmanager
from pathlib import Path
from typing import TypeVar

import pytest

from connectome.adapters.bookmarks import LocalBookmarks
from connectome.adapters.neo4j import Neo4jGraphStore
from connectome.adapters.neo4j.opening import open_graph
from connectome.adapters.sqlite import SqliteGraphStore
from connectome.adapters.tantivy_index import TantivyLexicalIndex
from connectome.stores import GraphStore
from mesh.settings import Secret
from tests import redis_servers
from tests.contract.minds import Minds
from tests.redis_servers import Server
from tests.servers import Neo4j

T = TypeVar("T")
GRAPHS = ("sqlite", "neo4j")


@pytest.fixture(params=GRAPHS)
def graph(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[GraphStore]:
    """A graph store that holds nothing yet; no test takes two."""
    if request.param == "sqlite":
        store: GraphStore = SqliteGraphStore(tmp_path / "graph.db")
    else:
        store = _emptied(request.getfixturevalue("neo4j_process"))
    yield store
    store.close()


@pytest.fixture
def minds(graph: GraphStore, tmp_path: Path) -> Minds:
    return Minds(graph, TantivyLexicalIndex(tmp_path / "lexical"))


@pytest.fixture(scope="session")
def redis_alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sequence[Server]]:
    with _running(redis_servers.server(tmp_path_factory.mktemp("redis"))) as one:
        yield [one]


@pytest.fixture(scope="session")
def redis_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sequence[Server]]:
    with _running(redis_servers.cluster(tmp_path_factory.mktemp("redis"))) as several:
        yield several


def _emptied(server: Neo4j) -> Neo4jGraphStore:
    """All is gone but the schema, which takes a second to make."""
    store = open_graph(server.uri, server.user, Secret(server.password), LocalBookmarks())
    store._database.command("MATCH (n) WHERE NOT n:Schema CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 5000 ROWS")
    return store


@contextmanager
def _running(servers: AbstractAsyncContextManager[T]) -> Iterator[T]:
    with asyncio.Runner() as runner:
        yield runner.run(servers.__aenter__())
        runner.run(servers.__aexit__(None, None, None))
