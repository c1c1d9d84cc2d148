"""The tiers: how hard to think, by the name of the model."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

from mesh.settings import SettingError
from myriad.synth.v1.synthesizer_service_pb2 import Detail, Judging
from orchestrator.errors import ModelNotFound


@dataclass(frozen=True, kw_only=True, slots=True)
class Budget:
    """What a query may spend."""

    max_agents: int
    """Agents to ask."""
    max_hops: int
    """Links from the seeds to the farthest agent."""
    max_pushes: int
    """Pushes of the forward-push PageRank."""
    max_evidence: int
    """Sentences an agent may offer."""
    socratic_rounds: int
    """Rounds of asking oneself after the first, when there is a doubt."""
    socratic_agents: int
    """Agents to ask in each of them: what is missing is less than what was asked for."""
    budget_seconds: float
    """For what is optional: once it is over, hosts that keep the others waiting are waited for no longer."""
    deadline_seconds: float
    """For all: a multiple of the budget, so that cold agents and a busy machine still lead to an answer."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Tier:
    """A model and the policy behind it."""

    id: str
    aliases: tuple[str, ...]
    description: str
    detail: Detail.ValueType
    budget: Budget
    judging: Judging.ValueType = Judging.JUDGING_UNSPECIFIED
    """Whether a judging model reads the best units, unless the request asks for it."""


BUILT_IN: Sequence[Tier] = (
    Tier(
        id="myriad-swift",
        aliases=("myriad-nano", "swift", "nano"),
        description="Direct answers from the few agents that the question names.",
        detail=Detail.DETAIL_DIRECT,
        budget=Budget(
            max_agents=3,
            max_hops=1,
            max_pushes=64,
            max_evidence=3,
            socratic_rounds=0,
            socratic_agents=3,
            budget_seconds=0.15,
            deadline_seconds=3.0,
        ),
    ),
    Tier(
        id="myriad-base",
        aliases=("myriad-pro", "base", "pro"),
        description="Answers that follow links between documents, themed and woven.",
        detail=Detail.DETAIL_FULL,
        budget=Budget(
            max_agents=12,
            max_hops=3,
            max_pushes=200,
            max_evidence=8,
            socratic_rounds=0,
            socratic_agents=12,
            budget_seconds=1.0,
            deadline_seconds=10.0,
        ),
    ),
    Tier(
        id="myriad-max",
        aliases=("myriad-ultra", "max", "ultra"),
        description="The fullest answers, judged by a model where one is configured.",
        detail=Detail.DETAIL_HIGHEST,
        judging=Judging.JUDGING_IF_ANY,
        budget=Budget(
            max_agents=12,
            max_hops=3,
            max_pushes=200,
            max_evidence=8,
            socratic_rounds=0,
            socratic_agents=12,
            budget_seconds=5.0,
            deadline_seconds=20.0,
        ),
    ),
)
DEFAULT = "myriad-base"
_LARGEST = Budget(
    max_agents=100,
    max_hops=8,
    max_pushes=1_000_000,
    max_evidence=20,
    socratic_rounds=10,
    socratic_agents=100,
    budget_seconds=60,
    deadline_seconds=120,
)


class Tiers:
    """The tiers by their ids and aliases."""

    def __init__(self, tiers: Sequence[Tier] = BUILT_IN) -> None:
        self.all = tiers
        self._named: Mapping[str, Tier] = {name: tier for tier in tiers for name in (tier.id, *tier.aliases)}

    def named(self, model: str) -> Tier:
        """The tier of a model's id or alias; of `myriad-base` if it is empty. ModelNotFound."""
        tier = self._named.get(model or DEFAULT)
        if tier is None:
            raise ModelNotFound(model, (tier.id for tier in self.all))
        return tier


def load(path: str) -> Tiers:
    """
    The built-in tiers with the budgets that the TOML file at `path` changes; as they are if `path` is empty.

    The file has a table for each tier to change, named by its id, with fields of `Budget`. SettingError if it
    cannot be read, names what there is not, or holds a number out of its range.
    """
    if not path:
        return Tiers()
    try:
        changes = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingError(f"MYRIAD_TIERS: {path} cannot be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingError(f"MYRIAD_TIERS: {path} is not TOML: {error}") from None
    if unknown := changes.keys() - {tier.id for tier in BUILT_IN}:
        known = ", ".join(tier.id for tier in BUILT_IN)
        raise SettingError(f"MYRIAD_TIERS: there is no tier {min(unknown)}; there are {known}")
    return Tiers([replace(tier, budget=_changed(tier, changes.get(tier.id, {}))) for tier in BUILT_IN])


def _changed(tier: Tier, changes: Any) -> Budget:
    if not isinstance(changes, dict):
        raise SettingError(f"MYRIAD_TIERS: {tier.id} is a table")
    if unknown := changes.keys() - {field.name for field in fields(Budget)}:
        raise SettingError(f"MYRIAD_TIERS: {tier.id} has no {min(unknown)}")
    for name, value in changes.items():
        _check(f"{tier.id}.{name}", value, getattr(_LARGEST, name), whole=not name.endswith("_seconds"))
    budget = Budget(**(asdict(tier.budget) | changes))
    if budget.deadline_seconds < budget.budget_seconds:
        raise SettingError(f"MYRIAD_TIERS: {tier.id}.deadline_seconds is not below budget_seconds")
    return budget


def _check(name: str, value: Any, largest: float, *, whole: bool) -> None:
    number = isinstance(value, int if whole else int | float) and not isinstance(value, bool)
    may_be_none = name.endswith(".socratic_rounds")
    if not number or not (0 < value <= largest or (may_be_none and value == 0)):
        least = "from" if may_be_none else "above"
        raise SettingError(f"MYRIAD_TIERS: {name} is {'a whole' if whole else 'a'} number {least} 0, {largest} at most")
