"""What every store of regions must do, see `connectome.regions.RegionStore`."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from connectome.adapters.leiden import divide
from connectome.regions import MOST_BEARERS, Belonging, find
from mesh.access import MindNotFound
from tests.contract.minds import MIND, Minds, document

SINGERS = [
    document("moon", "Elvis sang Blue Moon in Memphis.", title="Blue Moon", mentions=("Elvis", "Memphis")),
    document("elvis", "He lived in Memphis and sang Blue Moon.", title="Elvis", mentions=("Memphis", "Blue Moon")),
    document("memphis", "Elvis lived there.", title="Memphis", mentions=("Elvis",)),
]
PLANTS = [
    document("rose", "A Rose wants Clay and Dung.", title="Rose", mentions=("Clay", "Dung")),
    document("clay", "Clay holds water for the Rose.", title="Clay", mentions=("Rose",)),
    document("dung", "Dung feeds a Rose on Clay.", title="Dung", mentions=("Rose", "Clay")),
]


def regions(minds: Minds, mind: str = MIND) -> dict[str, set[str]]:
    """By name: the concepts of each region."""
    find(minds.store, divide, mind)
    return {one.name: set(one.concepts) for one in minds.store.list_regions(mind, 0, 100)}


def test_concepts_that_agents_name_together_are_a_region(minds: Minds) -> None:
    minds.learn(*SINGERS, *PLANTS)
    found = minds.store.list_regions(MIND, 0, 10)
    assert not found
    assert sorted(map(sorted, regions(minds).values())) == [["Blue Moon", "Elvis", "Memphis"], ["Clay", "Dung", "Rose"]]
    first, second = minds.store.list_regions(MIND, 0, 10)
    assert (first.name, second.name, first.concept_count) == (f"{MIND}/regions/1", f"{MIND}/regions/2", 3)
    assert minds.store.list_regions(MIND, 1, 10) == [second]
    assert minds.store.list_regions(MIND, 0, 1) == [first]


def test_a_region_is_named_by_its_strongest_concepts(minds: Minds) -> None:
    more = [document(f"more{number}", "Of a Rose.", title="Rose", mentions=("Clay",)) for number in range(3)]
    minds.learn(*PLANTS, *more)
    regions(minds)
    [found] = minds.store.list_regions(MIND, 0, 10)
    assert list(found.concepts) == ["Rose", "Clay", "Dung"]


def test_the_same_mind_has_the_same_regions_whenever_they_are_found(minds: Minds) -> None:
    minds.learn(*SINGERS, *PLANTS)
    assert regions(minds) == regions(minds)
    belongings = list(minds.store.belongings(MIND))
    find(minds.store, divide, MIND)
    assert list(minds.store.belongings(MIND)) == belongings


def test_a_region_keeps_its_number_when_more_is_learned(minds: Minds) -> None:
    minds.learn(*PLANTS)
    [plants] = regions(minds)
    minds.learn(*SINGERS, document("pot", "A Rose in a Pot.", title="Pot", mentions=("Rose",)))
    assert "Rose" in regions(minds)[plants]


def test_what_is_forgotten_is_named_by_no_region_at_once(minds: Minds) -> None:
    minds.learn(*SINGERS, *PLANTS)
    regions(minds)
    minds.forget("rose", "clay", "dung")
    assert [set(one.concepts) for one in minds.store.list_regions(MIND, 0, 10)] == [{"Blue Moon", "Elvis", "Memphis"}]
    concepts = minds.concepts("blue moon", "elvis", "memphis")
    assert {one.concept for one in minds.store.belongings(MIND)} == {one.id for one in concepts.values()}
    minds.forget_all()
    minds.store.create_mind(MIND, "", "")
    assert (minds.store.list_regions(MIND, 0, 10), list(minds.store.belongings(MIND))) == ([], [])


def test_a_concept_that_went_while_regions_were_found_is_passed_over(minds: Minds) -> None:
    minds.learn(*SINGERS)
    concepts = minds.concepts("elvis", "memphis")
    elvis, memphis = (concepts[key].id for key in ("elvis", "memphis"))
    gone = max(elvis, memphis) + 2**40
    minds.store.put_belongings(MIND, 1, [Belonging(one, 7, 1.0) for one in (elvis, memphis, gone)], [])
    minds.store.put_belongings(MIND, 1, [], [memphis, gone])
    assert list(minds.store.belongings(MIND)) == [Belonging(elvis, 7, 1.0)]


def test_what_everybody_names_ties_nothing_together(minds: Minds) -> None:
    crowd = [document(f"d{number}", "Text.", title="Everybody") for number in range(MOST_BEARERS + 1)]
    minds.learn(*crowd, *PLANTS)
    everybody = minds.concepts("everybody")["everybody"].id
    ties = list(minds.store.ties(MIND, MOST_BEARERS))
    assert everybody not in {tie.concept for tie in ties}
    assert {tie.strength for tie in ties} == {1.0, 2.0}
    assert all(set(concepts) == {"Rose", "Clay", "Dung"} for concepts in regions(minds).values())


def test_a_mind_is_to_be_divided_once_it_has_changed(minds: Minds) -> None:
    minds.learn(*PLANTS)
    assert (minds.store.minds_to_divide(), minds.store.regions_version(MIND)) == ([MIND], 0)
    regions(minds)
    assert (minds.store.minds_to_divide(), minds.store.regions_version(MIND)) == ([], 1)
    minds.learn(*SINGERS)
    assert minds.store.minds_to_divide() == [MIND]


def test_minds_share_no_region(minds: Minds) -> None:
    minds.learn(*PLANTS)
    other = document("rose", "A Rose.", title="Rose", mentions=("Clay", "Dung"), mind="minds/other")
    minds.learn(other, mind="minds/other")
    regions(minds)
    regions(minds, "minds/other")
    assert len(minds.store.list_regions(MIND, 0, 10)) == 1
    assert minds.store.list_regions("minds/other", 0, 10) == []


def test_regions_of_a_mind_that_is_not_there_are_not_found(minds: Minds) -> None:
    for asking in (minds.store.version, minds.store.regions_version, minds.store.belongings):
        with pytest.raises(MindNotFound):
            asking("minds/none")
    with pytest.raises(MindNotFound):
        minds.store.list_regions("minds/none", 0, 1)
    with pytest.raises(MindNotFound):
        list(minds.store.ties("minds/none", 9))


def test_a_concept_belongs_to_one_region_when_two_write_at_once(minds: Minds) -> None:
    minds.learn(*SINGERS, *PLANTS)
    find(minds.store, divide, MIND)
    concepts, version = [one.concept for one in minds.store.belongings(MIND)], minds.store.regions_version(MIND)

    def put(region: int) -> None:
        minds.store.put_belongings(MIND, version, [Belonging(one, region, 1.0) for one in concepts], ())

    with ThreadPoolExecutor(4) as writers:
        for _ in range(10):
            list(writers.map(put, range(1, 5)))
    found = [one.concept for one in minds.store.belongings(MIND)]
    assert sorted(found) == sorted(concepts)
