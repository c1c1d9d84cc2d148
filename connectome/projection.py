"""The lexical index as a projection of the graph: kept at its version, by what the graph holds."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress

import structlog
from google.protobuf.duration_pb2 import Duration

from connectome.due import ERASE_SECONDS
from connectome.ports import DamagedIndexError, Indexed, LexicalIndex, MindStore, TextSource
from mesh.access import MindNotFound
from mesh.disk import StorageFull
from myriad.type.v1.retention_pb2 import Retained

log = structlog.get_logger()
MINDS_A_PAGE = 100
REBUILT_AGENTS = 10_000
"""Up to here the index is written anew when documents are forgotten, about a second; in a larger mind the forgotten
words, which no search finds, leave its files within `connectome.due.ERASE_SECONDS`."""


class Projection:
    """A lexical index with what it is a projection of."""

    retained: Sequence[Retained] = (
        Retained(
            store="lexical_index",
            what=f"words of it, which no search finds, in the index of a mind of more than {REBUILT_AGENTS:,} agents",
            longest=Duration(seconds=int(ERASE_SECONDS)),
        ),
    )

    def __init__(self, source: TextSource, lexical: LexicalIndex) -> None:
        self._source = source
        self._lexical = lexical
        self._writing = threading.RLock()
        """Answers bring it up to what others wrote (`connectome.following`) while this process writes itself."""

    def catch_up(self, mind: str) -> None:
        """
        Bring the index of a mind to the graph's version.

        Every trace of what was removed goes: out of a small index now, out of a large one in time.
        """
        with self._writing:
            self._catch_up(mind)

    def apply(self, mind: str, version: int, added: Iterable[Indexed], removed: Collection[int]) -> None:
        """Tell an index that has caught up what the graph's new version has changed; a damaged one is written anew."""
        with self._writing:
            try:
                self._lexical.update(mind, version, added, removed)
            except DamagedIndexError as error:
                log.warning("lexical.rebuilding", mind=mind, version=version, why=str(error)[:300])
                self._rebuild(mind, version)

    def catch_up_all(self, minds: MindStore) -> None:
        """At the start: what a crash left behind is not found until it is caught up."""
        last = ""
        while page := minds.list_minds(last, MINDS_A_PAGE):
            for mind in page:
                with suppress(StorageFull):  # the index tells that it is behind
                    self.catch_up(mind.name)
            last = page[-1].name
        for name in self._lexical.minds():
            with suppress(StorageFull):
                self.catch_up(name)

    def erase(self) -> None:
        """Write anew what holds words that were forgotten long enough ago."""
        for mind in self._lexical.to_erase():
            with suppress(MindNotFound), self._writing:
                self._rebuild(mind, self._source.version(mind))

    def catch_up_behind(self) -> None:
        """Once there is room again: what could not be written for want of it."""
        for mind in self._lexical.behind():
            self.catch_up(mind)

    def _catch_up(self, mind: str) -> None:
        try:
            version = self._source.version(mind)
        except MindNotFound:
            self._lexical.drop(mind)
            return
        try:
            reached = self._lexical.version(mind)
        except DamagedIndexError:
            reached = version + 1
        if reached == version:
            return
        removed = self._source.removed_since(mind, reached) if reached < version else None
        if removed is None:  # damaged, an index of another graph, or too far behind
            log.warning("lexical.rebuilding", mind=mind, reached=reached, version=version)
            self._rebuild(mind, version)
        elif removed and self._source.agent_count(mind) <= REBUILT_AGENTS:
            self._rebuild(mind, version)
        else:
            if removed:
                self._lexical.will_erase(mind)
            self.apply(mind, version, self._source.texts_since(mind, reached), removed)

    def _rebuild(self, mind: str, version: int) -> None:
        self._lexical.rebuild(mind, version, self._source.texts_since(mind, 0))
