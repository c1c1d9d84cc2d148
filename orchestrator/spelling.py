"""Spelling: the question as hosts are asked it, with its names as those that it woke write them."""

from __future__ import annotations

from language.folding import fold
from language.question import read
from language.spelling import respelt
from mesh.questions import LONGEST
from myriad.agent.v1.question_pb2 import Question
from myriad.connectome.v1.activation_service_pb2 import ActivateResponse


def understood(asked: Question, activation: ActivateResponse) -> Question:
    """The question in the spelling of the agents' titles and of the names on the ways to them."""
    heard = {fold(word) for agent in activation.agents for word in agent.words}
    titles = [agent.title for agent in activation.agents]
    ways = [name for agent in activation.agents for name in agent.path]
    seeds = [seed.concept for seed in activation.seeds]
    spelt = respelt(asked.text, heard, [name for name in (*titles, *seeds, *ways) if name]).question
    if spelt == asked.text or len(spelt) > LONGEST:
        return asked
    found = read(spelt)
    found.text = asked.text
    return found
