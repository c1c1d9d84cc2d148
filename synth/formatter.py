"""The formatter, the last stage: sections of quotes to Markdown with numbered citations and exact spans."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from myriad.agent.v1.evidence_pb2 import AgentReply, Evidence
from myriad.synth.v1.synthesis_pb2 import Citation, Theme
from synth.markdown import escaped, quoted
from synth.words import fold_space

CERTAIN = 0.9
LIKELY = 0.7
_LONGEST_HEADING = 200


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence to be quoted, and who offers it."""

    reply: AgentReply
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Section:
    """Quotes that belong together, in order, under a heading or none."""

    heading: str
    quotes: Sequence[Quote]


@dataclass(frozen=True, slots=True)
class Formatted:
    """An answer's text with its citations in the order of the text, and its themes."""

    text: str
    citations: Sequence[Citation]
    themes: Sequence[Theme]


def render(sections: Sequence[Section], confidence: float) -> Formatted:
    """
    Lay sections out as Markdown.

    For every citation `text[text_start:text_end]` is its quote with white space folded, followed by `[number]`;
    quotes of one document share the number. Quotes that are nothing but white space are left out.
    """
    text = wording(confidence)
    citations: list[Citation] = []
    themes: list[Theme] = []
    numbers: dict[str, int] = {}
    for section in sections:
        quotes = [quote for quote in section.quotes if fold_space(quote.evidence.quote)]
        if not quotes:
            continue
        heading = fold_space(section.heading)[:_LONGEST_HEADING].rstrip()
        if heading:
            text = _paragraph(text) + f"**{escaped(heading)}**"
            themes.append(Theme(heading=heading, citations=range(len(citations), len(citations) + len(quotes))))
        text = _paragraph(text) if citations or heading else text
        for position, quote in enumerate(quotes):
            number = numbers.setdefault(quote.reply.document, len(numbers) + 1)
            text, citation = _cite(text + (" " if position else ""), quote, number)
            citations.append(citation)
    return Formatted(text if citations else "", citations, themes)


def wording(confidence: float) -> str:
    """The words that say how sure the answer is: connecting words, never a statement."""
    if confidence > CERTAIN:
        return ""
    return "According to the sources: " if confidence >= LIKELY else "The sources suggest, without certainty: "


def _paragraph(text: str) -> str:
    return f"{text.rstrip()}\n\n" if text else ""


def _cite(text: str, quote: Quote, number: int) -> tuple[str, Citation]:
    words = fold_space(quote.evidence.quote)
    before, after = quoted(words)
    text += before
    citation = Citation(
        agent=quote.reply.agent,
        document=quote.reply.document,
        title=quote.reply.title,
        uri=quote.reply.uri,
        quote=quote.evidence.quote,
        source_start=quote.evidence.source_start,
        source_end=quote.evidence.source_end,
        text_start=len(text),
        text_end=len(text) + len(words),
        number=number,
    )
    return f"{text}{words}{after} [{number}]", citation
