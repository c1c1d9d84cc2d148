"""Spelling: the question as hosts are asked it, with its names as those that it woke write them."""

from __future__ import annotations

from language.folding import fold
from language.spelling import respelt
from mesh.questions import LONGEST
from myriad.connectome.v1.activation_service_pb2 import ActivateResponse


def understood(question: str, activation: ActivateResponse) -> str:
    """The question in the spelling of the agents' titles and of the names on the ways to them."""
    heard = {fold(word) for agent in activation.agents for word in agent.words}
    titles = [agent.title for agent in activation.agents]
    ways = [name for agent in activation.agents for name in agent.path]
    seeds = [seed.concept for seed in activation.seeds]
    spelt = respelt(question, heard, [name for name in (*titles, *seeds, *ways) if name]).question
    return spelt if len(spelt) <= LONGEST else question
