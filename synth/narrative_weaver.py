"""The narrative weaver, the second stage: the unit that answers, what was said otherwise, then the themes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from language.spans import Span, spans
from myriad.agent.v1.question_pb2 import Question
from myriad.agent.v1.text_pb2 import SpanType
from synth.conflicts import Disagreement, Side
from synth.formatter import Line, Section
from synth.ranking import Candidate
from synth.thematic_analyzer import Theme
from synth.words import fold_space

_VERSION = frozenset((SpanType.SPAN_TYPE_VERSION,))
_WHEN = _VERSION | {SpanType.SPAN_TYPE_DATE}
"""What a heading often says of all that stands below."""
_DISAGREE = "The sources disagree"


@dataclass(frozen=True, slots=True)
class Narrative:
    """The lines that answer, those that stand against each other, and the themes after them."""

    first: Section
    disputes: Sequence[Section]
    themes: Sequence[Section]

    @property
    def sections(self) -> list[Section]:
        return [one for one in (self.first, *self.disputes, *self.themes) if one.lines]


def weave(
    question: Question, lead: Candidate, disagreements: Sequence[Disagreement], themes: Sequence[Theme]
) -> Narrative:
    """
    The order of an answer. A development takes the place of the unit that answers: how it is now, how it was before.

    Two sides of a conflict stand beside each other; no unit is quoted twice.
    """
    used: set[int] = set()
    development = next((one for one in disagreements if one.is_development), None)
    if development and any(side.unit is lead for side in development.sides):
        first = Section("", _new(used, [Line(side.unit, _when(side)) for side in development.sides]))
    else:
        first = Section(
            "", [] if _is_side(lead, disagreements) else _new(used, [Line(lead, label=label(question, lead))])
        )
    disputes = [_dispute(one, used) for one in disagreements if not one.is_development]
    sections = [Section(theme.heading, _new(used, [Line(one) for one in theme.units])) for theme in themes]
    return Narrative(first, disputes, sections)


def label(question: Question, unit: Candidate) -> str:
    """
    The heading that a unit stands under, with the one above, if they say something of the question which the unit does
    not: a word of it, or the version or date that is asked for.
    """
    reply = unit.reply.reply
    said, asked = unit.evidence.quote.casefold(), question.read_as or question.text
    words = {asked[term.start : term.end].casefold() for term in question.terms}
    missing = {word for word in words if word not in said}
    # Below the heading of a version others are mentioned; of dates the one that is said is the nearer.
    when = frozenset(question.types) & (_VERSION if unit.evidence.features.typed else _WHEN)

    def tells(heading: str) -> bool:
        low = heading.casefold()
        return any(word in low for word in missing) or any(one.type in when for one in _spans(heading, question))

    *above, last = ("", *reply.heading_path)
    if tells(last) or (above and tells(above[-1])):
        return fold_space(f"{above[-1]} › {last}" if above[-1] else last).rstrip(":")
    return next((fold_space(one).rstrip(":") for one in reversed((reply.title, *above)) if tells(one)), "")


def _spans(heading: str, question: Question) -> Sequence[Span]:
    return spans(heading, question.language) if heading else ()


def _new(used: set[int], lines: Sequence[Line]) -> list[Line]:
    """Lines whose units were not quoted before."""
    found = [line for line in lines if id(line.unit) not in used]
    used.update(id(line.unit) for line in found)
    return found


def _is_side(lead: Candidate, disagreements: Sequence[Disagreement]) -> bool:
    return any(side.unit is lead for one in disagreements for side in one.sides)


def _dispute(one: Disagreement, used: set[int]) -> Section:
    one_side, other = one.sides
    lines = [Line(one_side.unit, _when(one_side)), Line(other.unit, _against(other))]
    about = fold_space(one.about)
    return Section(f"{_DISAGREE}: {about}" if about else _DISAGREE, _new(used, lines))


def _when(side: Side) -> str:
    return f"As of {side.date}: " if side.date else ""


def _against(side: Side) -> str:
    return f"By contrast, as of {side.date}: " if side.date else "By contrast: "
