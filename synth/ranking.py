"""Ranking: the units that all agents offer, best first, by one fitted model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import log1p

import models
from models import Linear
from myriad.agent.v1.evidence_pb2 import Claim, Evidence
from myriad.agent.v1.text_pb2 import UnitKind
from myriad.synth.v1.synthesizer_service_pb2 import RankedReply
from synth.words import words

_WHOLE = frozenset((UnitKind.UNIT_KIND_LIST, UnitKind.UNIT_KIND_STEPS))
_ENOUGH_NEWS = 15.0
"""Terms that the question does not have: more say no more."""
_LONG_PRELUDE = 10.0
"""Terms before the first that is asked for: what begins with more is about something else."""


@dataclass(frozen=True, eq=False)
class Candidate:
    """A unit that an agent offers, and what tells for it; what is compared often is read of the messages once."""

    reply: RankedReply
    evidence: Evidence
    features: Mapping[str, float]
    score: float
    judged: float | None = None
    """What the judging model gives it, if it read it."""

    @property
    def place(self) -> tuple[str, int]:
        """Its agent and its number in that agent's passage."""
        return self.reply.reply.agent, self.evidence.position

    @cached_property
    def document(self) -> str:
        return self.reply.reply.document

    @cached_property
    def quote(self) -> str:
        return self.evidence.quote

    @cached_property
    def words(self) -> frozenset[str]:
        """Those of its quote."""
        return words(self.quote)

    @cached_property
    def spans(self) -> Sequence[tuple[int, int]]:
        """Where it stands in its document."""
        return [(span.source_start, span.source_end) for span in self.evidence.spans]

    @cached_property
    def claims(self) -> Sequence[Claim]:
        """What its agent states of which the value stands in it."""
        reply = self.reply.reply
        position = self.evidence.position if reply.claims else 0
        return [claim for claim in reply.claims if reply.evidence[claim.evidence].position == position]

    def overlaps(self, other: Candidate) -> bool:
        """Whether it quotes what the other quotes, in part at least; what only opens both does not count."""
        if self.document != other.document or not self.spans or not other.spans:
            return False
        mine, others = self.spans[-1], other.spans[-1]
        return mine[0] < others[1] and others[0] < mine[1]

    @property
    def is_whole(self) -> bool:
        """Whether it is a list, or steps, in one piece."""
        return self.evidence.kind in _WHOLE


def rank(replies: Sequence[RankedReply], model: Linear | None = None) -> list[Candidate]:
    """All that is offered, best first; of equal ones the one of the better agent, the earlier one."""
    model = model or models.load("ranking")
    described = features(replies)
    scored = [Candidate(reply, evidence, found, model.score(found)) for reply, evidence, found in described]
    return sorted(scored, key=lambda one: -one.score)


def features(replies: Sequence[RankedReply]) -> list[tuple[RankedReply, Evidence, dict[str, float]]]:
    """What tells for each unit, relative to the others that are offered."""
    offered = [(reply, evidence) for reply in replies for evidence in reply.reply.evidence]
    best = max((evidence.features.relevance for _, evidence in offered), default=0.0) or 1.0
    first = replies[0].reply.document if replies else ""
    found = []
    for reply, evidence in offered:
        own = evidence.features
        told = {
            "best_relevance": own.relevance / best,
            "coverage": own.coverage,
            "context_coverage": own.context_coverage,
            "path_coverage": own.path_coverage,
            "passage_coverage": own.passage_coverage,
            "lexical": reply.lexical,
            "news": log1p(min(own.news, _ENOUGH_NEWS)),
            "phrases": own.phrases,
            "heading": own.heading,
            "typed": own.typed,
            "constrained": own.constrained,
            "literal": own.literal,
            "prelude": min(own.prelude / _LONG_PRELUDE, 1.0),
            "document": float(reply.reply.document == first),
        }
        found.append((reply, evidence, told))
    return found
