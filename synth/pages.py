"""
Pages: the documents that agents speak of, by what they are called, and which of them another one names.

Only looked up: nothing is read here that the agents did not say of their units already.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate
from math import sqrt
from operator import attrgetter
from typing import NamedTuple

from language.english.sorts import Sort, sort_of_kind
from language.folding import fold
from myriad.agent.v1.evidence_pb2 import AgentReply, Evidence
from myriad.agent.v1.text_pb2 import UNIT_KIND_PARAGRAPH
from myriad.synth.v1.synthesizer_service_pb2 import RankedReply
from synth.asked import Asked
from synth.words import bare_title, name, terms_of

_LEAST_NAME = 3
"""Characters of a name that leads somewhere."""
_BETWEEN = "\0"
"""What stands between quotes and in no name."""


class Said(NamedTuple):
    """A unit that an agent offers, and which terms of the question it says."""

    reply: AgentReply
    evidence: Evidence
    terms: frozenset[str]
    is_paragraph: bool


@dataclass(eq=False)
class Page:
    """A document of which agents speak."""

    titles: Sequence[str]
    """What it, and whom or what it is about, is called."""
    terms: frozenset[str]
    """Those of the question that its title says."""
    is_named: bool
    """Whether the question names it."""
    awake: float
    """From 0 to 1: how strongly the question woke it."""
    kind: str
    """What it is about, in its own words; empty if it does not say that it is about one thing."""
    units: list[Said] = field(default_factory=list)
    lead: Lead | None = None

    @cached_property
    def sort(self) -> Sort | None:
        """Of what sort that is, as far as it is known."""
        return sort_of_kind(self.kind)

    @cached_property
    def names(self) -> Set[str]:
        """What it is called, folded."""
        return {fold(one) for one in self.titles}


class Lead(NamedTuple):
    """A unit that names a page of another document: whoever asks for what it describes means that page."""

    page: Page
    unit: Said

    @property
    def terms(self) -> frozenset[str]:
        return self.page.terms | self.unit.terms


def pages(asked: Asked, replies: Sequence[RankedReply]) -> list[Page]:
    """The documents, the one that was woken first in front, each with what leads to it best."""
    found: dict[str, Page] = {}
    strongest = max((one.activation for one in replies), default=0.0) or 1.0
    for one in replies:
        reply = one.reply
        page = found.get(reply.document)
        if page is None:
            titles = [
                title
                for title in dict.fromkeys((bare_title(reply.title), reply.subject))
                if len(title) >= _LEAST_NAME and name(title)
            ]
            said = terms_of("\n".join((reply.title, *reply.heading_path)), asked.question.language)
            page = found[reply.document] = Page(
                titles,
                asked.known(said),
                any(f" {name(title)} " in asked.folded for title in titles),
                sqrt(max(one.activation, 0.0) / strongest),
                "",
            )
        page.kind = page.kind or (reply.kind if _is_titled(reply) else "")
        units = [Said(reply, unit, asked.said(unit.said), unit.kind == UNIT_KIND_PARAGRAPH) for unit in reply.evidence]
        page.units += sorted(units, key=attrgetter("is_paragraph"))
    every = list(found.values())
    naming = _Naming(every)
    for page in every:
        page.lead = _lead(asked, page, naming)
    return every


def _is_titled(reply: AgentReply) -> bool:
    """Whether a passage is about what its document's title names: `Andrea Jane Corr` of `Andrea Corr`."""
    title, subject = set(name(reply.title).split()), set(fold(reply.subject).split())
    return title <= subject or subject <= title


def _lead(asked: Asked, page: Page, naming: _Naming) -> Lead | None:
    """The unit elsewhere that names the page and says most of the question with its own title; the shortest such."""
    leads = (Lead(other, unit) for other, unit in naming.units_of(page.titles) if other is not page)
    return max(leads, key=lambda one: (asked.share(one.terms), -len(one.unit.evidence.quote)), default=None)


class _Naming:
    """The quotes of all units as one text, which is searched once for each name."""

    def __init__(self, every: Sequence[Page]) -> None:
        self._units = [(page, unit) for page in every for unit in page.units]
        quotes = [unit.evidence.quote for _, unit in self._units]
        self._text = _BETWEEN.join(quotes)
        self._starts = list(accumulate((len(quote) + len(_BETWEEN) for quote in quotes), initial=0))

    def units_of(self, titles: Sequence[str]) -> Iterator[tuple[Page, Said]]:
        """Those that say one of the titles, in order."""
        return (self._units[number] for number in sorted({n for title in titles for n in self._numbers(title)}))

    def _numbers(self, title: str) -> Iterator[int]:
        at = self._text.find(title)
        while at >= 0:
            if stands(self._text, at, at + len(title)):
                number = bisect_right(self._starts, at) - 1
                yield number
                at = self._text.find(title, self._starts[number + 1])
            else:
                at = self._text.find(title, at + 1)


def stands(text: str, start: int, end: int) -> bool:
    """Whether words stand in a text as they are, and not inside others."""
    return not text[start - 1 : start].isalnum() and not text[end : end + 1].isalnum()
