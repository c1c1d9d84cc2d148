"""What leads to an agent: the sentences that name the next step of its path."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from itertools import pairwise

from language.folding import fold
from myriad.agent.v1.evidence_pb2 import AgentReply
from myriad.synth.v1.synthesizer_service_pb2 import RankedReply
from synth.closeness import closest
from synth.relations import said_otherwise
from synth.words import read, subject


def otherwise(asked: Set[str]) -> Mapping[str, frozenset[str]]:
    """For each of a question's words: the words that say the same, itself among them."""
    return {key: said_otherwise(key) | {key} for key in asked}


def said(words: Set[str], ways: Mapping[str, Set[str]]) -> int:
    """How many of a question's words are said, be it in other words."""
    return sum(not way.isdisjoint(words) for way in ways.values())


def led_by(one: RankedReply, known: Mapping[str, AgentReply], ways: Mapping[str, Set[str]]) -> frozenset[str]:
    """
    The words of an agent's title and headings, and of the sentences on its path, each with its title: those that name
    the next step, and that by which it names the last itself.
    """
    reply = one.reply
    found = read("\n".join((reply.title, *reply.heading_path)))[0]
    for name, following in pairwise(one.path):
        parent = known.get(fold(subject(name)))
        if parent and (link := _link(parent, following, ways)):
            found |= link | read(parent.title)[0]
    return found | _link(reply, one.path[-1], ways) if one.path else found


def linked(path: Sequence[str], known: Mapping[str, AgentReply], asked: Set[str]) -> float:
    """From 0 to 1: how close the question's words stand to the name that led to an agent, where it was found."""
    parent = known.get(fold(subject(path[-2]))) if len(path) > 1 else None
    return max((closest(one.quote, path[-1], asked) for one in parent.evidence), default=0.0) if parent else 0.0


def _link(reply: AgentReply, name: str, ways: Mapping[str, Set[str]]) -> frozenset[str]:
    """The words of the sentence that says most of the question, of those with the name."""
    named = f" {fold(subject(name))} "
    told = [words for words, folded in (read(one.quote) for one in reply.evidence) if named in f" {folded} "]
    return max(told, key=lambda words: said(words, ways), default=frozenset())
