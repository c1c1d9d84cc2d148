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


def test_a_change_of_a_mind_is_a_version_and_no_change_is_none(minds: Minds) -> None:
    made = minds.store.create_mind(MIND, "name", "")
    changed = minds.store.update_mind(MIND, None, ["myriad-base", "myriad-swift"])
    assert (changed.display_name, list(changed.allowed_models)) == ("name", ["myriad-base", "myriad-swift"])
    assert changed.version == made.version + 1
    assert minds.store.update_mind(MIND, "name", ["myriad-base", "myriad-swift"]) == changed
    assert minds.store.update_mind(MIND, None, None) == changed
    renamed = minds.store.update_mind(MIND, "other", None)
    assert (renamed.display_name, renamed.allowed_models) == ("other", changed.allowed_models)
    assert minds.store.list_minds("", 1) == [renamed]
    assert not minds.store.update_mind(MIND, None, []).allowed_models


def test_a_mind_that_is_not_there_is_changed_only_when_it_may_be_made(minds: Minds) -> None:
    with pytest.raises(MindNotFound):
        minds.store.update_mind(MIND, "name", None)
    made = minds.store.update_mind(MIND, None, ["myriad-base"], create=True)
    assert (made.name, list(made.allowed_models)) == (MIND, ["myriad-base"])


def test_who_reads_for_an_activation_reads_which_models_may_ask_too(minds: Minds) -> None:
    minds.learn(SONG)
    before = minds.store.as_of(0).mind(MIND)
    assert before.allowed_models == ()
    minds.store.update_mind(MIND, None, ["myriad-base"])
    assert minds.store.as_of(0).mind(MIND) == (before.id, before.version + 1, ("myriad-base",))
    minds.learn(RODGERS)
    assert minds.store.get_mind(MIND).allowed_models == ["myriad-base"]
