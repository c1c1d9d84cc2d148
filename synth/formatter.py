"""The formatter, the last stage: lines of quotes to Markdown, plain text or JSON, with numbered citations and spans."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from myriad.agent.v1.evidence_pb2 import AgentReply, Edit, Evidence
from myriad.synth.v1.synthesis_pb2 import Citation, Format, Theme
from synth.markdown import escaped, isolated, quoted
from synth.typography import tidied
from synth.words import fold_space

LIKELY = 0.7
DOUBTFUL = 0.5
"""Below it an answer shows more of what is near, for it may be there."""
_ROW = "|"
"""What the row of a table begins with: nobody understands it without its headers."""
_LONGEST_HEADING = 200


def place(agent: str, told: Evidence | Citation) -> tuple[str, int, str]:
    """Where a quote is from: of one agent's sentences each has another."""
    return agent, told.spans[0].source_start if told.spans else 0, told.quote


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence to be quoted, and who offers it."""

    reply: AgentReply
    evidence: Evidence

    @property
    def place(self) -> tuple[str, int, str]:
        return place(self.reply.agent, self.evidence)


@dataclass(frozen=True, slots=True)
class Line:
    """
    A quote in its place: the connecting words before it, whether its edits are needed to understand it there, and the
    heading that it stands under, on the same line, where that does not tell what it is about.
    """

    quote: Quote
    connective: str = ""
    edited: bool = False
    label: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """Lines that belong together, in order, under a heading or none."""

    heading: str
    lines: Sequence[Line]


@dataclass(slots=True)
class Formatted:
    """An answer's text with its citations in the order of the text, and its themes."""

    text: str = ""
    citations: list[Citation] = field(default_factory=list)
    themes: list[Theme] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)

    def paragraph(self) -> None:
        self.text = f"{self.text.rstrip()}\n\n" if self.text else ""


def render(opening: str, sections: Sequence[Section], style: Format.ValueType = Format.FORMAT_MARKDOWN) -> Formatted:
    """
    Lay sections out as Markdown or plain text (JSON's too: see `as_json`) after `opening`.

    For every citation `text[text_start:text_end]` is its quote, edited, with white space folded, followed by
    `[number]`; quotes of one document share the number. Quotes that are nothing but white space are left out.
    """
    plain = style in (Format.FORMAT_TEXT, Format.FORMAT_JSON)
    out = Formatted(opening)
    for section in sections:
        lines = [line for line in section.lines if fold_space(line.quote.evidence.quote)]
        if not lines:
            continue
        heading = _heading(section.heading)
        if heading:
            out.paragraph()
            out.text += _bold(heading, plain=plain)
            out.themes.append(Theme(heading=heading))
        if out.citations or heading:
            out.paragraph()
        label = ""
        for position, line in enumerate(lines):
            space, own = " " if position else "", _heading(line.label)
            if own and own != label:
                out.themes.append(Theme(heading=own))
                space += f"{_bold(f'{own}:', plain=plain)} "
            label = own
            if heading or own:
                out.themes[-1].citations.append(len(out.citations))
            _cite(out, space, line, plain=plain)
    return out if out.citations else Formatted()


def _heading(text: str) -> str:
    return fold_space(text)[:_LONGEST_HEADING].rstrip()


def _bold(words: str, *, plain: bool) -> str:
    return words if plain else f"**{escaped(words)}**"


def paragraph(lines: Sequence[Line], formatted: Formatted) -> str:
    """Lines of an answer once more, as plain text with the numbers that they have in it."""
    return " ".join(
        f"{f'{own}: ' if (own := _heading(line.label)) else ''}{line.connective}{words}"
        f" [{formatted.numbers[line.quote.reply.document]}]"
        for line in lines
        if (words := worded(line)[0]) and line.quote.reply.document in formatted.numbers
    )


def as_json(formatted: Formatted, parts: dict[str, object]) -> str:
    """
    The answer as a JSON object: `parts`, and its quotes theme by theme.

    A citation's span is then that of its quote as it is written in the JSON, without its quotation marks.
    """
    themes: list[tuple[str, list[dict[str, object]]]] = []
    headed = {number: theme.heading for theme in formatted.themes for number in theme.citations}
    for number, citation in enumerate(formatted.citations):
        heading = headed.get(number, "")
        if not themes or themes[-1][0] != heading:
            themes.append((heading, []))
        words = formatted.text[citation.text_start : citation.text_end]
        themes[-1][1].append({"quote": words, "citation": number, "number": citation.number})
    shown = [{"heading": heading, "quotes": quotes} for heading, quotes in themes]
    text = json.dumps({"themes": shown, **parts}, ensure_ascii=False, indent=2)
    end = 0
    for citation in formatted.citations:
        written = json.dumps(formatted.text[citation.text_start : citation.text_end], ensure_ascii=False)[1:-1]
        end = text.index(f'"quote": "{written}"', end) + len('"quote": "')
        citation.text_start, citation.text_end = end, end + len(written)
    return text


def worded(line: Line) -> tuple[str, list[Edit]]:
    """What a line says of its quote, white space folded, and the edits made for it."""
    quote, end, words, made = line.quote.evidence.quote, 0, "", []
    offered = line.quote.evidence.edits if line.edited or quote.startswith(_ROW) else ()
    said = [edit for edit in offered if fold_space(edit.text)]
    for edit in sorted((*said, *tidied(quote)), key=lambda one: one.start):
        if end <= edit.start < edit.end <= len(quote):
            words += quote[end : edit.start] + edit.text
            made.append(edit)
            end = edit.end
    return fold_space(words + quote[end:]), made


def wording(confidence: float) -> str:
    """The words that say how unsure an answer is, nothing if it is likely: connecting words, never a statement."""
    if confidence >= LIKELY:
        return ""
    return "The sources suggest: " if confidence >= DOUBTFUL else "The sources suggest, without certainty: "


def _cite(out: Formatted, space: str, line: Line, *, plain: bool) -> None:
    reply, evidence = line.quote.reply, line.quote.evidence
    words, edits = worded(line)
    before, after = isolated(words) if plain else quoted(words)
    number = out.numbers.setdefault(reply.document, len(out.numbers) + 1)
    out.text += f"{space}{line.connective}{before}"
    out.citations.append(
        Citation(
            agent=reply.agent,
            document=reply.document,
            title=reply.title,
            uri=reply.uri,
            quote=evidence.quote,
            spans=evidence.spans,
            text_start=len(out.text),
            text_end=len(out.text) + len(words),
            number=number,
            edits=edits,
        )
    )
    out.text += f"{words}{after} [{number}]"
