"""Calculations: how many, counted in a list that is there in one piece."""

from __future__ import annotations

import re

from myriad.agent.v1.question_pb2 import Question, TermRole, Want
from myriad.agent.v1.text_pb2 import UnitKind
from synth.composition import Worked
from synth.ranking import Candidate
from synth.words import terms_of

_ITEM = re.compile(r"^(?:-|\d{1,9}\.)\s", re.MULTILINE)
_NUMBER = re.compile(r"\d")


def counted(question: Question, lead: Candidate) -> tuple[str, Worked] | None:
    """
    The number of items of the first quote, if it is a list of what is asked for.

    What an item says itself with a number, `2 filters`, is not counted by its item.
    """
    evidence = lead.evidence
    is_whole = evidence.kind in (UnitKind.UNIT_KIND_LIST, UnitKind.UNIT_KIND_STEPS)
    sought = {term.term for term in question.terms if term.role == TermRole.TERM_ROLE_SOUGHT}
    if question.want != Want.WANT_COUNT or not is_whole:
        return None
    reply, opening = lead.reply.reply, evidence.quote[: evidence.lead_end]
    named = terms_of(" ".join((reply.title, *reply.heading_path, opening)), question.language)
    said = terms_of(evidence.quote[evidence.lead_end :], question.language)
    if not sought <= named or not sought.isdisjoint(said) or _NUMBER.search(opening):
        return None
    number = len(_ITEM.findall(evidence.quote)) + evidence.left_out
    return (str(number), Worked(f"{number} in the list", [lead])) if number > 1 else None
