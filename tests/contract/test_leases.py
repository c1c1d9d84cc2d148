"""Who does what is to be done once, see `connectome.turn.LeaseStore`."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from connectome.adapters.neo4j import Neo4jGraphStore
from connectome.stores import GraphStore
from connectome.turn import LEASE_SECONDS
from tests.contract.conftest import emptied
from tests.servers import Neo4j

HOUR = 3_600_000


@pytest.fixture
def store(neo4j_process: Neo4j) -> Iterator[Neo4jGraphStore]:
    store = emptied(neo4j_process)
    yield store
    store.close()


def move_clock(store: Neo4jGraphStore, milliseconds: int) -> None:
    """Forward: what is kept is of so much earlier then."""
    query = "MATCH (l:Lease) SET l.until = l.until - $milliseconds"
    store._database.write("", lambda transaction: transaction.run(query, milliseconds=milliseconds).consume())


def test_who_has_a_lease_keeps_it(graph: GraphStore) -> None:
    assert graph.hold("work", "one", LEASE_SECONDS)
    assert graph.hold("work", "one", LEASE_SECONDS)


def test_a_lease_is_one_holders_until_it_is_over(store: Neo4jGraphStore) -> None:
    assert store.hold("work", "one", LEASE_SECONDS)
    assert not store.hold("work", "other", LEASE_SECONDS)
    assert store.hold("more", "other", LEASE_SECONDS)
    move_clock(store, int(LEASE_SECONDS * 1000))
    assert store.hold("work", "other", LEASE_SECONDS)
    assert not store.hold("work", "one", LEASE_SECONDS)


@pytest.mark.parametrize("jump", [HOUR, -HOUR])
def test_a_clock_that_jumps_leaves_no_lease_with_a_holder_that_died(store: Neo4jGraphStore, jump: int) -> None:
    assert store.hold("work", "one", LEASE_SECONDS)
    move_clock(store, jump)
    assert store.hold("work", "other", LEASE_SECONDS)
    assert not store.hold("work", "one", LEASE_SECONDS)


def test_of_many_that_ask_at_once_one_gets_it(store: Neo4jGraphStore) -> None:
    with ThreadPoolExecutor(8) as threads:
        holding = list(threads.map(lambda number: store.hold("work", f"h{number}", LEASE_SECONDS), range(16)))
    assert holding.count(True) == 1
