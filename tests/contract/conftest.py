"""The stores that each contract suite runs on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from connectome.adapters.sqlite import SqliteGraphStore
from connectome.adapters.tantivy_index import TantivyLexicalIndex
from tests.contract.minds import Minds, Store

GRAPHS = ("sqlite",)


@pytest.fixture(params=GRAPHS)
def graph(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A graph store that holds nothing yet; no test takes two."""
    store = SqliteGraphStore(tmp_path / "graph.db")
    yield store
    store.close()


@pytest.fixture
def minds(graph: Store, tmp_path: Path) -> Minds:
    return Minds(graph, TantivyLexicalIndex(tmp_path / "lexical"))
