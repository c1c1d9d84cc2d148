"""The driver: transactions with their access mode, deadline and bookmarks, and what failures mean."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any, LiteralString, TypeVar

import structlog
from neo4j import (
    READ_ACCESS,
    WRITE_ACCESS,
    Driver,
    ManagedTransaction,
    Query,
    Session,
    unit_of_work,
)
from neo4j.exceptions import AuthError, DriverError, Neo4jError

from connectome.adapters.neo4j.bookmarks import Reading, Writing
from connectome.errors import GraphUnavailable
from connectome.ports import Bookmarks
from mesh.dependencies import Dependency

log = structlog.get_logger()
READ_SECONDS = 10.0
_WAITS = (0.05, 0.2, 0.8, 1.6)
"""Seconds before a read is tried again, less a random part: it may be that a leader changes, or a server restarts."""
ASK_SECONDS = 2.0
WRITE_SECONDS = 60.0
BATCH = 1_000
"""Rows of one statement at most."""

T = TypeVar("T")
Work = Callable[[ManagedTransaction], T]


class Database:
    """
    One Neo4j server or cluster. GraphUnavailable when it does not answer, or not in time.

    While it is known not to answer, nobody waits for it: a call to one that hangs holds its thread for minutes.
    """

    def __init__(self, driver: Driver, bookmarks: Bookmarks, dependency: Dependency) -> None:
        self._driver = driver
        self._bookmarks = bookmarks
        self._asking = threading.Lock()
        self.dependency = dependency

    def known(self, mind: str) -> Collection[str]:
        """The bookmarks of what was written to a mind last."""
        return self._bookmarks.of(mind)

    def rows(self, query: LiteralString, mind: str = "", /, **values: Any) -> list[list[Any]]:
        """Read, of a cluster from any member that has what was written to the mind last."""
        return self.rows_after(self.known(mind), query, **values)

    def rows_after(self, bookmarks: Collection[str], query: LiteralString, /, **values: Any) -> list[list[Any]]:
        """
        Read, of a cluster from any member that has reached the bookmarks; again what failed for a moment.

        A statement that is a transaction by itself is one round trip: what the driver manages begins and commits, and
        takes half as long again.
        """
        with self._failures():
            for wait in (*_WAITS, None):
                try:
                    return self._read(bookmarks, query, values)
                except (DriverError, Neo4jError) as error:
                    if wait is None or not error.is_retryable():
                        raise
                    time.sleep(random.uniform(wait / 2, wait))
        raise AssertionError  # the last time raised

    def _read(self, bookmarks: Collection[str], query: LiteralString, values: dict[str, Any]) -> list[list[Any]]:
        manager = Reading(bookmarks)
        with self._driver.session(default_access_mode=READ_ACCESS, bookmark_manager=manager, fetch_size=-1) as session:
            return session.run(Query(query, timeout=READ_SECONDS), values).values()

    def row(self, query: LiteralString, mind: str = "", /, **values: Any) -> list[Any] | None:
        """The first row."""
        return next(iter(self.rows(query, mind, **values)), None)

    def write(self, mind: str, work: Work[T], seconds: float = WRITE_SECONDS) -> T:
        """Run `work` in a transaction, again if it failed for a moment; who reads the mind after sees what it wrote."""
        with self._failures(), self._session(mind) as session:
            return session.execute_write(unit_of_work(timeout=seconds)(work))

    def command(self, query: LiteralString, mind: str = "", /, **values: Any) -> list[list[Any]]:
        """Run what must be a transaction of its own."""
        with self._failures(), self._session(mind) as session:
            return session.run(Query(query, timeout=WRITE_SECONDS), values).values()

    def ask(self) -> None:
        """See whether it answers. OSError, which says why not; at once while another still waits to see."""
        if not self._asking.acquire(blocking=False):
            raise OSError("it does not answer in time")
        try:
            with self._driver.session(default_access_mode=READ_ACCESS) as session:  # which tries once, and no more
                session.run(Query("RETURN 1", timeout=ASK_SECONDS)).consume()
        except AuthError:
            raise OSError("it refuses who we are") from None
        except (DriverError, Neo4jError) as error:
            raise OSError(f"it does not answer ({type(error).__name__})") from None
        finally:
            self._asking.release()

    def close(self) -> None:
        self._driver.close()

    @contextmanager
    def _failures(self) -> Iterator[None]:
        if not self.dependency.available:
            raise GraphUnavailable
        try:
            with self.dependency.called():
                yield
        except (DriverError, Neo4jError) as error:
            code = getattr(error, "code", "")
            log.warning("graph.failed", kind=type(error).__name__, code=code, error=str(error)[:300])
            raise GraphUnavailable from None

    def _session(self, mind: str) -> Session:
        manager = Writing(self._bookmarks, mind)
        return self._driver.session(default_access_mode=WRITE_ACCESS, bookmark_manager=manager, fetch_size=-1)


def batches(values: Iterable[T]) -> Iterator[list[T]]:
    remaining = iter(values)
    while piece := list(islice(remaining, BATCH)):
        yield piece
