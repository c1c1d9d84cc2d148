"""
The formatter, the last stage: lines of quotes to Markdown, plain text or JSON, with numbered citations and spans.

For every citation `text[text_start:text_end]` is its quote, edited, with white space folded. A list stays a list and
code is fenced; a fence is all that stands between a citation's ends and is not its quote.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from myriad.agent.v1.evidence_pb2 import Edit
from myriad.agent.v1.text_pb2 import UnitKind
from myriad.synth.v1.synthesis_pb2 import Citation, Format, Theme
from synth.markdown import Shown, escaped, isolated, shown
from synth.ranking import Candidate
from synth.words import fold_lines, fold_space

_LINES = frozenset((UnitKind.UNIT_KIND_LIST, UnitKind.UNIT_KIND_STEPS, UnitKind.UNIT_KIND_QUESTION_ANSWER))
"""Units whose lines stay lines."""
_LONGEST_HEADING = 200


@dataclass(frozen=True, slots=True)
class Line:
    """
    A quote in its place: the connecting words before it, and the heading, on its line, that tells what it is about.
    """

    unit: Candidate
    connective: str = ""
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

    is_after_block: bool = False

    def paragraph(self) -> None:
        self.text = f"{self.text.rstrip()}\n\n" if self.text else ""


def render(opening: str, sections: Sequence[Section], style: Format.ValueType = Format.FORMAT_MARKDOWN) -> Formatted:
    """
    Lay sections out as Markdown or plain text (JSON's too: see `as_json`) after `opening`.

    Each quote is followed by `[number]`; quotes of one document share the number. Quotes that are nothing but white
    space are left out.
    """
    plain = style in (Format.FORMAT_TEXT, Format.FORMAT_JSON)
    out = Formatted(opening)
    for section in sections:
        lines = [line for line in section.lines if worded(line.unit)[0]]
        if not lines:
            continue
        heading = fold_space(section.heading)[:_LONGEST_HEADING].rstrip()
        if heading:
            out.paragraph()
            out.text += heading if plain else f"**{escaped(heading)}**"
            out.themes.append(Theme(heading=heading))
        for position, line in enumerate(lines):
            if heading:
                out.themes[-1].citations.append(len(out.citations))
            _cite(out, line, plain=plain, is_first=not position)
    return out


def worded(unit: Candidate) -> tuple[str, list[Edit]]:
    """What is shown of a unit, white space folded, and the edits made for it."""
    quote, end, words, made = unit.evidence.quote, 0, "", []
    for edit in sorted(unit.evidence.edits, key=lambda one: one.start):
        if end <= edit.start < edit.end <= len(quote) and fold_space(edit.text):
            words += quote[end : edit.start] + edit.text
            made.append(edit)
            end = edit.end
    words += quote[end:]
    return _lines(words, unit.evidence.kind), made


def paragraph(lines: Sequence[Line], formatted: Formatted) -> str:
    """Lines of an answer once more, as plain text with the numbers that they have in it."""
    return " ".join(
        f"{line.connective}{fold_space(worded(line.unit)[0])} [{formatted.numbers[line.unit.reply.reply.document]}]"
        f"{_more(line.unit)}"
        for line in lines
        if line.unit.reply.reply.document in formatted.numbers
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
    told = [{"heading": heading, "quotes": quotes} for heading, quotes in themes]
    text = json.dumps({"themes": told, **parts}, ensure_ascii=False, indent=2)
    end = 0
    for citation in formatted.citations:
        written = json.dumps(formatted.text[citation.text_start : citation.text_end], ensure_ascii=False)[1:-1]
        end = text.index(f'"quote": "{written}"', end) + len('"quote": "')
        citation.text_start, citation.text_end = end, end + len(written)
    return text


def _cite(out: Formatted, line: Line, *, plain: bool, is_first: bool) -> None:
    reply, evidence = line.unit.reply.reply, line.unit.evidence
    words, edits = worded(line.unit)
    made = _plain(words) if plain else shown(words, _code_from(line.unit, words))
    if out.citations or out.themes:
        starts = is_first or made.is_block or out.is_after_block
        if starts:
            out.paragraph()
        else:
            out.text += " "
    label = fold_space(line.label)[:_LONGEST_HEADING].rstrip()
    if label:
        out.text += f"{label}: " if plain else f"**{escaped(label)}:** "
    out.text += line.connective
    if made.is_block and out.text.strip():
        out.paragraph()
    out.is_after_block = made.is_block
    number = out.numbers.setdefault(reply.document, len(out.numbers) + 1)
    start = len(out.text) + len(made.before)
    out.text += f"{made.before}{made.words}{made.after}{'' if made.after.endswith(chr(10)) else ' '}[{number}]"
    out.text += _more(line.unit)
    out.citations.append(
        Citation(
            agent=reply.agent,
            document=reply.document,
            title=reply.title,
            uri=reply.uri,
            quote=evidence.quote,
            spans=evidence.spans,
            text_start=start,
            text_end=start + len(made.words),
            number=number,
            edits=edits,
            place=evidence.place if evidence.HasField("place") else None,
        )
    )


def _more(unit: Candidate) -> str:
    """What is said of a list, or of steps, that is cut."""
    return f" (and {unit.evidence.left_out} more)" if unit.evidence.left_out else ""


def _plain(words: str) -> Shown:
    before, after = isolated(words)
    return Shown(before, words, after, is_block="\n" in words)


def _code_from(unit: Candidate, words: str) -> int:
    """Where the code of a unit of code begins in its words, behind what announces it; -1 for all others."""
    if unit.evidence.kind != UnitKind.UNIT_KIND_CODE:
        return -1
    opening = _lines(unit.evidence.quote[: unit.evidence.lead_end], unit.evidence.kind)
    return len(opening) if words.startswith(opening) else 0


def _lines(text: str, kind: UnitKind.ValueType) -> str:
    """White space folded as far as lines of the kind may lose it."""
    if kind == UnitKind.UNIT_KIND_CODE:
        return "\n".join(line.rstrip() for line in text.splitlines()).strip("\n")
    return fold_lines(text) if kind in _LINES else fold_space(text)
