"""What leads to an agent: the sentences that name the next step of its path."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from itertools import pairwise

from language.folding import fold
from myriad.agent.v1.evidence_pb2 import AgentReply
from myriad.synth.v1.synthesizer_service_pb2 import RankedReply
from synth.closeness import closest
from synth.synonyms import Synonyms
from synth.words import read, subject


def led_by(one: RankedReply, known: Mapping[str, AgentReply], asked: Synonyms) -> frozenset[str]:
    """
    The question's words that an agent's title and headings say, and the sentences on its path, each with its title:
    those that name the next step, and that by which it names the last itself.
    """
    reply = one.reply
    found = asked.heard("\n".join((reply.title, *reply.heading_path)))
    for name, following in pairwise(one.path):
        parent = known.get(fold(subject(name)))
        if parent and (link := _link(parent, following, asked)):
            found |= link | asked.heard(parent.title)
    return found | _link(reply, one.path[-1], asked) if one.path else found


def linked(path: Sequence[str], known: Mapping[str, AgentReply], asked: Set[str]) -> float:
    """From 0 to 1: how close the question's words stand to the name that led to an agent, where it was found."""
    parent = known.get(fold(subject(path[-2]))) if len(path) > 1 else None
    return max((closest(one.quote, path[-1], asked) for one in parent.evidence), default=0.0) if parent else 0.0


def _link(reply: AgentReply, name: str, asked: Synonyms) -> frozenset[str]:
    """What the sentence says of the question that says most of it, of those with the name."""
    named = f" {fold(subject(name))} "
    told = [asked.heard(one.quote) for one in reply.evidence if named in f" {read(one.quote)[1]} "]
    return max(told, key=len, default=frozenset())
