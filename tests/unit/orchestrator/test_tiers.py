"""The table of tiers and the file that changes it."""

from __future__ import annotations

from pathlib import Path

import pytest

from mesh.settings import SettingError
from orchestrator.errors import ModelNotFound
from orchestrator.tiers import Tiers, load


@pytest.mark.parametrize(
    ("name", "id"),
    [
        ("", "myriad-base"),
        ("nano", "myriad-swift"),
        ("myriad-nano", "myriad-swift"),
        ("pro", "myriad-base"),
        ("myriad-max", "myriad-max"),
        ("ultra", "myriad-max"),
    ],
)
def test_a_tier_is_named_by_its_id_or_an_alias(name: str, id: str) -> None:
    assert Tiers().named(name).id == id


def test_an_unknown_model_is_told_those_there_are() -> None:
    with pytest.raises(ModelNotFound, match="myriad-swift, myriad-base, myriad-max") as caught:
        Tiers().named("gpt-" + "x" * 100_000)
    assert caught.value.metadata == {"models": "myriad-swift,myriad-base,myriad-max"}
    assert len(caught.value.message) < 200


def test_no_tier_may_spend_less_than_the_one_below() -> None:
    swift, base, top = (tier.budget for tier in Tiers().all)
    assert swift.max_agents < base.max_agents <= top.max_agents
    assert swift.max_pushes < base.max_pushes <= top.max_pushes
    assert swift.budget_seconds < base.budget_seconds < top.budget_seconds
    assert all(budget.budget_seconds < budget.deadline_seconds for budget in (swift, base, top))


def test_a_file_changes_what_it_names_and_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "tiers.toml"
    file.write_text("[myriad-base]\nmax_agents = 20\nbudget_seconds = 2\n")
    changed, built_in = load(str(file)), Tiers()
    assert changed.named("base").budget.max_agents == 20
    assert changed.named("base").budget.budget_seconds == 2
    assert changed.named("base").budget.max_hops == built_in.named("base").budget.max_hops
    assert changed.named("swift") == built_in.named("swift")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[myriad-huge]", "there is no tier myriad-huge; there are myriad-swift"),
        ("[myriad-base]\nagents = 1", "myriad-base has no agents"),
        ("[myriad-base]\nmax_agents = 0", "max_agents is a whole number above 0, 100 at most"),
        ("[myriad-base]\nmax_agents = 101", "max_agents is a whole number above 0, 100 at most"),
        ("[myriad-base]\nmax_agents = 2.5", "max_agents is a whole number"),
        ("[myriad-base]\nmax_agents = true", "max_agents is a whole number"),
        ("[myriad-base]\nmax_agents = 'many'", "max_agents is a whole number"),
        ("[myriad-base]\nbudget_seconds = nan", "budget_seconds is a number above 0"),
        ("[myriad-base]\nbudget_seconds = -1", "budget_seconds is a number above 0"),
        ("[myriad-base]\nbudget_seconds = 11", "deadline_seconds is not below budget_seconds"),
        ("myriad-base = 3", "myriad-base is a table"),
        ("[", "is not TOML"),
        (b"\xff", "is not TOML"),
    ],
)
def test_a_file_that_breaks_a_rule_is_refused_at_the_start(tmp_path: Path, text: str | bytes, message: str) -> None:
    file = tmp_path / "tiers.toml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(SettingError, match=message):
        load(str(file))


def test_a_file_that_is_not_there_is_refused_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="cannot be read"):
        load(str(tmp_path / "none.toml"))
