"""The stores and servers that contract suites run on."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from connectome.adapters.local_bookmarks import LocalBookmarks
from connectome.adapters.neo4j import Neo4jGraphStore
from connectome.adapters.neo4j.opening import open_graph
from connectome.adapters.sqlite import SqliteGraphStore
from connectome.adapters.tantivy_index import TantivyLexicalIndex
from connectome.stores import GraphStore
from mesh.adapters.redis import Redis
from mesh.settings import Secret, load
from substrate.adapters.folder import FolderPacketStore
from substrate.ports import PacketStore
from substrate.settings import PacketSettings
from substrate.stores import open_store
from tests import redis_servers
from tests.contract.minds import Minds
from tests.servers import S3, Cluster, Neo4j

GRAPHS = ("sqlite", "neo4j")


@pytest.fixture(params=GRAPHS)
def graph(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[GraphStore]:
    """A graph store that holds nothing yet; no test takes two."""
    if request.param == "sqlite":
        store: GraphStore = SqliteGraphStore(tmp_path / "graph.db")
    else:
        store = emptied(request.getfixturevalue("neo4j_process"))
    yield store
    store.close()


@pytest.fixture
def minds(graph: GraphStore, tmp_path: Path) -> Minds:
    return Minds(graph, TantivyLexicalIndex(tmp_path / "lexical"))


@pytest.fixture
def redis_cluster_url(redis_cluster: Cluster) -> str:
    return redis_cluster.url


@pytest.fixture(params=["redis_server", "redis_cluster_url"])
def redis_url(request: pytest.FixtureRequest) -> str:
    url: str = request.getfixturevalue(request.param)
    return url


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    """An empty Redis, opened: one server, and a Cluster."""
    async with redis_servers.opened(redis_url) as one:
        yield one


@pytest.fixture(params=["folder", "s3"])
def server(request: pytest.FixtureRequest) -> S3 | None:
    return request.getfixturevalue("s3") if request.param == "s3" else None


@pytest.fixture
async def store(server: S3 | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[PacketStore]:
    """An empty packet store: a folder, and a bucket."""
    if server is None:
        yield FolderPacketStore(tmp_path)
        return
    signed_in(monkeypatch, server)
    async with open_store(s3_settings(server)) as one:
        yield one


def emptied(server: Neo4j) -> Neo4jGraphStore:
    """All is gone but the schema, which takes a second to make."""
    store = open_graph(server.uri, server.user, Secret(server.password), LocalBookmarks())
    store._database.command("MATCH (n) WHERE NOT n:Schema CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 5000 ROWS")
    return store


def signed_in(monkeypatch: pytest.MonkeyPatch, server: S3) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", server.access_key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", server.secret_key)
    monkeypatch.setenv("AWS_REGION", server.region)


def s3_settings(server: S3, **other: str) -> PacketSettings:
    told = {"packets": f"s3://{server.bucket}/some/prefix", "s3_endpoint": server.endpoint, **other}
    return load(PacketSettings, {f"MYRIAD_{name.upper()}": value for name, value in told.items()})
