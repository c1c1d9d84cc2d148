"""Abstention: what to say when the sources do not answer. No claims, only what was looked for and what is near."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import fsum

from myriad.synth.v1.synthesizer_service_pb2 import RankedReply
from synth.asked import LESS, kinds
from synth.markdown import escaped
from synth.selection import Supported
from synth.words import content, fold_space

_MOST_WORDS = 8
_MOST_TOPICS = 5
_LONGEST_TOPIC = 100


def unheard_of(question: str, weights: Mapping[str, float], offered: Sequence[Supported]) -> float:
    """The share, by `weights`, of what the question is about (not its verbs, no vague words) that nobody mentions."""
    about = {word for word, kind in kinds(question).items() if kind > LESS}
    said = frozenset[str]().union(*(one.words for one in offered))
    total = fsum(weights[word] for word in about)
    return fsum(weights[word] for word in about - said) / total if total else 0.0


def abstention(question: str, replies: Sequence[RankedReply]) -> str:
    """Names the question's words that no agent's evidence has, and the titles of the agents that came nearest."""
    said: set[str] = set()
    for one in replies:
        said |= content("\n".join((one.reply.title, *one.reply.heading_path))).keys()
        for evidence in one.reply.evidence:
            said |= content(evidence.quote).keys()
    missing = [word for key, word in content(question).items() if key not in said][:_MOST_WORDS]
    topics = list(dict.fromkeys(fold_space(one.reply.title)[:_LONGEST_TOPIC] for one in replies if one.reply.title))
    parts = ["The sources do not answer this question."]
    if missing:
        parts.append(f"Nothing was found about: {', '.join(map(escaped, missing))}.")
    if topics:
        parts.append(f"Nearest topics: {'; '.join(map(escaped, topics[:_MOST_TOPICS]))}.")
    return " ".join(parts)
