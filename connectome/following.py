"""
Following: answering from what another process writes.

The graph can be read as soon as it is committed. The lexical index is written right after it, so an answer that has
read of a new version of the graph first looks for the index of that version, and waits for it a little. Whoever was
told that something is learned or forgotten was told so after both: no answer given after that is older.
"""

from __future__ import annotations

import asyncio
import threading
import time
from contextlib import suppress
from typing import Protocol

import structlog

from connectome.ports import DamagedIndexError, GraphReader, LexicalIndex, MindAt
from connectome.projection import Projection
from connectome.remembering import Memories
from mesh.access import MindNotFound
from mesh.disk import StorageFull

log = structlog.get_logger()
PATIENCE_SECONDS = 0.25
"""How long an answer waits for the index; it goes on without the latest, which nobody was told to be learned yet."""
LOOK_AGAIN_SECONDS = 0.005
LET_GO_SECONDS = 1.0
MOST_MINDS = 1_000


class FollowedTexts(Protocol):
    """A graph that another process writes."""

    def text_version(self, mind: str) -> int:
        """See `connectome.ports.TextSource`."""


class FollowedIndex(Protocol):
    """A lexical index that another process writes."""

    def version(self, mind: str) -> int:
        """The version that can be searched; 0 if there is none. DamagedIndexError."""

    def look_again(self, mind: str) -> None:
        """Search from now on what is written by now."""


class KeptUp:
    """This replica's own index of a graph that other replicas write too: looking again brings it up to them."""

    def __init__(self, graph: FollowedTexts, lexical: LexicalIndex, projection: Projection) -> None:
        self._graph = graph
        self._lexical = lexical
        self._projection = projection

    def version(self, mind: str) -> int:
        return self._lexical.version(mind)

    def look_again(self, mind: str) -> None:
        with suppress(DamagedIndexError, MindNotFound):
            if self._lexical.version(mind) >= self._graph.text_version(mind):
                return
        with suppress(StorageFull):  # the index tells that it is behind
            self._projection.catch_up(mind)


class Following:
    """Sees to it that an answer's lexical index is as new as its graph."""

    def __init__(self, graph: FollowedTexts, lexical: FollowedIndex) -> None:
        self._graph = graph
        self._lexical = lexical
        self._seen: dict[str, MindAt] = {}
        """By mind: what it was when its index was last found to be new enough."""
        self._lock = threading.Lock()
        self.behind = 0
        """How many answers did not wait for the latest of the index."""

    def reach(self, mind: str, now: MindAt) -> None:
        """Bring the index to a version of a mind, or as near as it comes in a quarter of a second."""
        with self._lock:
            if self._seen.get(mind) == now:
                return
        end = time.monotonic() + PATIENCE_SECONDS
        while not self._is_there(mind):
            if time.monotonic() > end:
                self.behind += 1
                log.info("lexical.behind", mind=mind, version=now.version)
                return
            time.sleep(LOOK_AGAIN_SECONDS)
        with self._lock:
            if len(self._seen) >= MOST_MINDS:
                self._seen.clear()
            self._seen[mind] = now

    def _is_there(self, mind: str) -> bool:
        self._lexical.look_again(mind)
        try:
            return self._lexical.version(mind) >= self._graph.text_version(mind)
        except DamagedIndexError:  # it is being written anew
            return False
        except MindNotFound:  # gone meanwhile: nothing is to be found
            return True


async def let_go(graph: GraphReader, memories: Memories) -> None:
    """Forget within a second what is remembered of minds that another process has changed."""
    while True:
        await asyncio.sleep(LET_GO_SECONDS)
        await asyncio.to_thread(forget_changed, graph, memories)


def forget_changed(graph: GraphReader, memories: Memories) -> None:
    for mind, known in memories.kept().items():
        try:
            changed = graph.mind(mind) != known
        except MindNotFound:
            changed = True
        if changed:
            memories.forget(mind)
