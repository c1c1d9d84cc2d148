"""A question under way: what was asked, of which mind, with which budget, and until when."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from google.protobuf.timestamp_pb2 import Timestamp

from language.question import read
from mesh import call, questions
from mesh.errors import InvalidField
from myriad.agent.v1.question_pb2 import Question
from myriad.synth.v1.synthesis_pb2 import Format
from myriad.synth.v1.synthesizer_service_pb2 import Detail, Judging
from orchestrator.tiers import Tier

_FORMATS = frozenset(Format.values())


@dataclass(frozen=True, slots=True)
class Inquiry:
    """One question as it goes through the plan. Times are of the monotonic clock, in seconds."""

    asked: Question
    """The question as it was read; with what its terms tell in the mind once that was asked."""
    mind: str
    tier: Tier
    max_agents: int
    started: float
    ends: float
    allowed: int = 0
    """How many agents the request allowed, 0 for the tier's."""
    format: Format.ValueType = Format.FORMAT_UNSPECIFIED
    weights_as_of: Timestamp | None = None
    """As of when learned weights are read; now if None."""
    judge: bool = False
    """Whether the request asked for a judging model."""

    @classmethod
    def begin(
        cls,
        question: str,
        mind: str,
        tier: Tier,
        max_agents: int,
        allowed: int = 0,
        format: Format.ValueType = Format.FORMAT_UNSPECIFIED,
        weights_as_of: Timestamp | None = None,
        *,
        judge: bool = False,
    ) -> Inquiry:
        """Check the question and start the clock. InvalidField."""
        if format not in _FORMATS:
            raise InvalidField("format", "is FORMAT_MARKDOWN, FORMAT_TEXT or FORMAT_JSON")
        if judge and tier.detail == Detail.DETAIL_DIRECT:
            raise InvalidField("judge", f"is not for {tier.id}")
        now = time.monotonic()
        ends = now + tier.budget.deadline_seconds
        if (given := call.deadline.get()) is not None:
            ends = min(ends, given)
        asked = read(questions.checked(question))
        return cls(asked, mind, tier, max_agents, now, ends, allowed, format, weights_as_of, judge)

    @classmethod
    def within(
        cls,
        question: str,
        mind: str,
        tier: Tier,
        allowed: int,
        format: Format.ValueType,
        weights_as_of: Timestamp | None = None,
        *,
        judge: bool = False,
    ) -> Inquiry:
        """Begin one that asks as many agents as the request allows and the tier's budget holds. InvalidField."""
        most = tier.budget.max_agents
        return cls.begin(question, mind, tier, min(allowed or most, most), allowed, format, weights_as_of, judge=judge)

    def now(self) -> Inquiry:
        """The same with its clock started anew: it has waited for its turn."""
        waited = time.monotonic() - self.started
        ends = self.ends + waited
        if (given := call.deadline.get()) is not None:
            ends = min(ends, given)
        return replace(self, started=self.started + waited, ends=ends)

    def further(self, asked: Question, weights_as_of: Timestamp | None) -> Inquiry:
        """The same for a Socratic round: it asks fewer agents, ends with the budget, and goes by the same weights."""
        budget = self.tier.budget
        return replace(
            self,
            asked=asked,
            max_agents=min(self.max_agents, budget.socratic_agents),
            ends=min(self.ends, self.started + budget.budget_seconds),
            weights_as_of=weights_as_of,
        )

    @property
    def question(self) -> str:
        """In its own words."""
        return self.asked.text

    @property
    def judging(self) -> Judging.ValueType:
        """Whether a judging model reads the best units."""
        return Judging.JUDGING_REQUIRED if self.judge else self.tier.judging

    @property
    def elapsed_ms(self) -> float:
        return (time.monotonic() - self.started) * 1e3

    @property
    def left(self) -> float:
        """Seconds until the deadline."""
        return self.ends - time.monotonic()

    @property
    def share(self) -> float:
        """Half of what is left: for a step that the answer can do without, so that the rest keeps its time."""
        return self.left / 2
