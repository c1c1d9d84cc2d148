"""What every store of minds must do, see `connectome.ports.MindStore`."""

from __future__ import annotations

import pytest

from connectome.errors import MindExists
from mesh.access import MindNotFound
from tests.contract.minds import MIND, RODGERS, SONG, Minds


def test_counts_of_a_mind_are_what_it_holds(minds: Minds) -> None:
    minds.learn(SONG, RODGERS)
    found = minds.store.get_mind(MIND)
    assert (found.document_count, found.agent_count, found.concept_count) == (2, 2, 2)


def test_a_request_makes_one_mind_however_often_it_comes(minds: Minds) -> None:
    made = minds.store.create_mind(MIND, "name", "request")
    assert minds.store.create_mind(MIND, "name", "request") == made
    for display_name, request in (("name", "another"), ("name", ""), ("other name", "request")):
        with pytest.raises(MindExists):
            minds.store.create_mind(MIND, display_name, request)
    minds.store.create_mind("minds/n", "", "")
    with pytest.raises(MindExists):
        minds.store.create_mind("minds/n", "", "")
    minds.store.delete_mind(MIND)
    assert minds.store.create_mind(MIND, "", "another").display_name == ""


def test_minds_are_listed_by_name_page_by_page(minds: Minds) -> None:
    for name in ("minds/b", "minds/c", "minds/a"):
        minds.store.create_mind(name, "", "")
    assert [one.name for one in minds.store.list_minds("", 2)] == ["minds/a", "minds/b"]
    assert [one.name for one in minds.store.list_minds("minds/b", 2)] == ["minds/c"]


def test_a_mind_that_is_not_there_is_not_found_and_one_that_is_cannot_be_made_again(minds: Minds) -> None:
    with pytest.raises(MindNotFound):
        minds.store.get_mind(MIND)
    minds.store.create_mind(MIND, "", "")
    with pytest.raises(MindExists):
        minds.store.create_mind(MIND, "", "")
