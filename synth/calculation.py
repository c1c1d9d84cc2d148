"""Calculations: how many, counted in a list that is there in one piece."""

from __future__ import annotations

import re

from myriad.agent.v1.question_pb2 import Question, Want
from myriad.agent.v1.text_pb2 import UnitKind
from synth.composition import Worked
from synth.ranking import Candidate

_ITEM = re.compile(r"^(?:-|\d{1,9}\.)\s", re.MULTILINE)


def counted(question: Question, lead: Candidate) -> tuple[str, Worked] | None:
    """The number of items of the first quote, if it is a list and nothing else is asked for."""
    evidence = lead.evidence
    is_whole = evidence.kind in (UnitKind.UNIT_KIND_LIST, UnitKind.UNIT_KIND_STEPS)
    if question.want != Want.WANT_COUNT or not is_whole:
        return None
    number = len(_ITEM.findall(evidence.quote)) + evidence.left_out
    return (str(number), Worked(f"{number} in the list", [lead])) if number > 1 else None
