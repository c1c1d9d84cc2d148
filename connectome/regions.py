"""
Regions: communities of concepts that the same agents handle and mention, found in the background.

A mind that has changed is divided anew, from what it holds alone and the same way each time, so that no region outlives
what it is made of. A region keeps its number while most of it stays together. All of this takes one fiftieth of a
processor at most: the regions of a small mind follow it within seconds, those of a large one within minutes.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from typing import NamedTuple, Protocol, TypeAlias

import structlog

from connectome.ports import Kind
from connectome.turn import Turn
from mesh.access import MindNotFound
from myriad.connectome.v1.mind_pb2 import Region

log = structlog.get_logger()
MOST_BEARERS = 100
"""A concept of more agents belongs nowhere: it would tie together what has nothing else in common."""
LOOK_AGAIN_SECONDS = 5.0
REST = 50
"""For each second of a processor so many of rest."""


class Tie(NamedTuple):
    """An agent names a concept."""

    agent: int
    concept: int
    strength: float


def strength(kind: Kind) -> float:
    """How strong the tie of an agent to a concept is."""
    return 2.0 if kind == Kind.HANDLES else 1.0


class Belonging(NamedTuple):
    """A concept belongs to a region."""

    concept: int
    region: int
    weight: float
    """The strength of its ties within the region: the strongest name it."""


Divide: TypeAlias = Callable[[Iterable[Tie]], Mapping[int, tuple[int, float]]]
"""Divides what is tied into communities: of each concept that belongs to one, which, and with what weight."""


class RegionStore(Protocol):
    """Regions, kept with the concepts they consist of: a concept that goes leaves its region with it."""

    def minds_to_divide(self) -> list[str]:
        """The minds that have changed since their regions were found."""

    def version(self, mind: str) -> int:
        """A mind's version. MindNotFound."""

    def ties(self, mind: str, most: int) -> Iterator[Tie]:
        """All ties to concepts of 2 to `most` agents, each as strong as its kind is."""

    def belongings(self, mind: str) -> Sequence[Belonging]:
        """All concepts that belong to a region."""

    def put_belongings(self, mind: str, version: int, belongings: Sequence[Belonging], none: Collection[int]) -> None:
        """
        Let concepts belong elsewhere, or nowhere; with this the regions are those of a version.

        A concept that is gone by now is passed over. Others may see some of it before all.
        """

    def regions_version(self, mind: str) -> int:
        """The version that the regions are of, 0 if none. MindNotFound."""

    def list_regions(self, mind: str, after: int, limit: int) -> list[Region]:
        """Regions whose numbers come after `after`, by number, each with its five strongest concepts. MindNotFound."""


def find(store: RegionStore, divide: Divide, mind: str) -> None:
    """Find the regions of a mind. MindNotFound."""
    version = store.version(mind)
    before = {one.concept: one for one in store.belongings(mind)}
    divided = divide(store.ties(mind, MOST_BEARERS))
    numbers = _numbers(before, divided)
    now = {concept: Belonging(concept, numbers[one], weight) for concept, (one, weight) in divided.items()}
    changed = [one for concept, one in now.items() if before.get(concept) != one]
    store.put_belongings(mind, version, changed, before.keys() - now.keys())
    log.info("regions.found", mind=mind, version=version, regions=len(numbers), changed=len(changed))


def _numbers(before: Mapping[int, Belonging], divided: Mapping[int, tuple[int, float]]) -> dict[int, int]:
    """The number of each community: that of the region with which it has most concepts in common, or a new one."""
    shared = Counter((one, before[concept].region) for concept, (one, _) in divided.items() if concept in before)
    numbers: dict[int, int] = {}
    taken = set[int]()
    for (one, region), _ in sorted(shared.items(), key=lambda pair: (-pair[1], pair[0])):
        if one not in numbers and region not in taken:
            numbers[one] = region
            taken.add(region)
    new = max((belonging.region for belonging in before.values()), default=0)
    for one in sorted({one for one, _ in divided.values()} - numbers.keys()):
        new += 1
        numbers[one] = new
    return numbers


async def keep_finding(store: RegionStore, divide: Divide, thread: Executor, turn: Turn) -> None:
    """Find regions for ever where it is this process's turn, and rest in between."""
    while True:
        await turn.come()
        worked = await asyncio.get_running_loop().run_in_executor(thread, _find_all, store, divide)
        await asyncio.sleep(max(LOOK_AGAIN_SECONDS, REST * worked))


def _find_all(store: RegionStore, divide: Divide) -> float:
    """How many seconds of a processor it took: where others need those, it takes longer, and rests no longer."""
    began = time.thread_time()
    for mind in store.minds_to_divide():
        try:
            find(store, divide, mind)
        except MindNotFound:
            pass  # gone meanwhile
        except Exception as error:  # the other minds are found, and what failed is not tried again without rest
            log.warning("regions.failed", mind=mind, error=f"{type(error).__name__}: {error}"[:300])
    return time.thread_time() - began
