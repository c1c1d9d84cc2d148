"""Ranking the agents of all rounds: the order in which an answer names them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import pairwise

from myriad.connectome.v1.connectome_service_pb2 import ActivatedAgent
from myriad.orchestrator.v1.answer_pb2 import RankedAgent
from orchestrator.line import Round

FIRM = 5
"""The first agents of the first round keep their places."""


def agents_of(activated: Iterable[ActivatedAgent]) -> list[RankedAgent]:
    """The agents that an activation woke, as an answer names them."""
    return [
        RankedAgent(agent=one.agent, document=one.document, title=one.title, score=one.score, path=one.path)
        for one in activated
    ]


def merged(kept: Sequence[Round], discarded: Sequence[Round], cited: Collection[str]) -> list[RankedAgent]:
    """
    The agents of all rounds, each once.

    The first round's order stands. Agents of later rounds follow it, but those that the answer quotes come right
    after the first round's best `FIRM`; agents that were woken in vain come last. Scores are bounded by the one
    before, so that they fall as the ranks do.
    """
    first, *later = [agents_of(one.activation.agents) for one in kept]
    further = [agent for agents in later for agent in agents]
    quoted = [agent for agent in further if agent.agent in cited]
    rest = [agent for agent in further if agent.agent not in cited]
    vain = [agent for one in discarded for agent in agents_of(one.activation.agents)]
    ranked = [*first[:FIRM], *quoted, *first[FIRM:], *rest, *vain]
    if further or vain:
        for before, agent in pairwise(ranked):
            agent.score = min(agent.score, before.score)
    return ranked
