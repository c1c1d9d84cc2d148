"""Ranking the agents of all rounds: the order in which an answer names them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from google.protobuf.internal.containers import RepeatedCompositeFieldContainer

from myriad.connectome.v1.activation_pb2 import ActivatedAgent
from myriad.orchestrator.v1.trace_pb2 import RankedAgent
from orchestrator.line import Round

FIRM = 5
"""The first agents of the first round keep their places."""


def add_agents(to: RepeatedCompositeFieldContainer[RankedAgent], agents: Iterable[ActivatedAgent]) -> None:
    """Write down agents that were woken, as an answer names them."""
    for one in agents:
        to.add(agent=one.agent, document=one.document, title=one.title, score=one.score, path=one.path)


def add_merged(
    to: RepeatedCompositeFieldContainer[RankedAgent],
    kept: Sequence[Round],
    discarded: Sequence[Round],
    cited: Collection[str],
) -> None:
    """Write down the agents of all rounds in the order of `merged`; scores fall as the ranks do."""
    add_agents(to, merged(kept, discarded, cited))
    for place in range(1, len(to)):
        to[place].score = min(to[place].score, to[place - 1].score)


def merged(kept: Sequence[Round], discarded: Sequence[Round], cited: Collection[str]) -> list[ActivatedAgent]:
    """
    The agents of all rounds, each once.

    The first round's order stands. Agents of later rounds follow it, but those that the answer quotes come right
    after the first round's best `FIRM`; agents that were woken in vain come last.
    """
    first, *later = [list(one.activation.agents) for one in kept]
    further = [agent for agents in later for agent in agents]
    quoted = [agent for agent in further if agent.agent in cited]
    rest = [agent for agent in further if agent.agent not in cited]
    vain = [agent for one in discarded for agent in one.activation.agents]
    return [*first[:FIRM], *quoted, *first[FIRM:], *rest, *vain]
