"""Regions are found in the background, and numbered so that they last."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectome import regions
from connectome.regions import Belonging, Tie, find, keep_finding
from myriad.connectome.v1.mind_pb2 import Region
from tests.unit.connectome.test_turn import taken


class Regions:
    """Keeps belongings in memory; its minds are always to be divided."""

    def __init__(self, *minds: str) -> None:
        self.minds = list(minds)
        self.found: list[str] = []
        self.kept: dict[int, Belonging] = {}

    def minds_to_divide(self) -> list[str]:
        return self.minds

    def version(self, mind: str) -> int:
        return 1

    def ties(self, mind: str, most: int) -> Iterator[Tie]:
        if mind == "minds/broken":
            raise OSError("no answer")
        return iter(())

    def belongings(self, mind: str) -> Sequence[Belonging]:
        return list(self.kept.values())

    def put_belongings(self, mind: str, version: int, belongings: Sequence[Belonging], none: Collection[int]) -> None:
        self.found.append(mind)
        self.kept |= {one.concept: one for one in belongings}
        for concept in none:
            del self.kept[concept]

    def regions_version(self, mind: str) -> int:
        raise AssertionError

    def list_regions(self, mind: str, after: int, limit: int) -> list[Region]:
        raise AssertionError


def into(communities: Mapping[int, int]) -> Callable[[Iterable[Tie]], Mapping[int, tuple[int, float]]]:
    """Divides so, whatever the ties."""
    return lambda _ties: {concept: (community, 1.0) for concept, community in communities.items()}


PARTITIONS = st.dictionaries(st.integers(0, 9), st.integers(0, 4))


@given(st.lists(PARTITIONS, max_size=4))
def test_what_is_kept_is_the_last_division_whatever_was_before(partitions: list[dict[int, int]]) -> None:
    store = Regions()
    for communities in partitions:
        find(store, into(communities), "minds/m")
        of = {concept: one.region for concept, one in store.kept.items()}
        assert of.keys() == communities.keys()
        assert len(set(of.values())) == len(set(communities.values()))
        assert len({(of[concept], community) for concept, community in communities.items()}) == len(set(of.values()))
        assert all(region > 0 for region in of.values())


def test_a_region_keeps_its_number_by_what_it_shares_most_with() -> None:
    store = Regions()
    find(store, into({1: 0, 2: 0, 3: 0, 7: 1, 8: 1}), "minds/m")
    first, second = store.kept[1].region, store.kept[7].region
    find(store, into({7: 0, 8: 0, 3: 0, 1: 1, 2: 1, 9: 2}), "minds/m")
    assert (store.kept[7].region, store.kept[3].region, store.kept[1].region) == (second, second, first)
    assert store.kept[9].region not in {first, second}


async def test_a_mind_whose_regions_cannot_be_found_keeps_no_other_from_being_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(regions, "LOOK_AGAIN_SECONDS", 0.01)
    store = Regions("minds/broken", "minds/m")
    with ThreadPoolExecutor(1) as thread:
        finding = asyncio.create_task(keep_finding(store, into({}), thread, await taken()))
        while len(store.found) < 3 and not finding.done():  # noqa: ASYNC110  # a thread finds
            await asyncio.sleep(0.01)
        finding.cancel()
    assert set(store.found) == {"minds/m"}
