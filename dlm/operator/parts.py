"""The parts of the DLM that the operator calls, as the service does, and its neighbours."""

from __future__ import annotations

from dataclasses import dataclass

from dlm.declared import Declared
from dlm.fleet import Fleet
from dlm.hydrate import Hydrator
from dlm.operator.ports import Activation, Buckets, Restriction, Teacher
from dlm.ports import Agents
from dlm.states import States


@dataclass(frozen=True, slots=True)
class Parts:
    fleet: Fleet
    states: States
    hydrator: Hydrator
    declared: Declared
    agents: Agents
    activation: Activation
    teacher: Teacher
    restriction: Restriction
    buckets: Buckets
