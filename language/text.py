"""
A text read once: what a passage says, in the form in which it lies in a packet.

Genesis makes it when it learns. Of packets of schema 1, which have none, `read_schema_1` makes it with the same means.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType

from language.acronyms import meant
from language.english.references import Resolved, resolve
from language.english.statements import rows, statements
from language.english.subject import subject as subject_of
from language.languages import detect
from language.sentences import sentences
from language.spans import spans
from language.terms import terms
from myriad.agent.v1.packet_pb2 import CognitivePacket
from myriad.agent.v1.text_pb2 import (
    UNIT_KIND_CODE,
    UNIT_KIND_ENTRY,
    UNIT_KIND_LOG_LINE,
    UNIT_KIND_ROW,
    UNIT_KIND_SENTENCE,
    Reference,
    Text,
    TypedSpan,
    Unit,
)

_RUN = 4
"""Numbers of a run: where it begins and ends in the text, and in the source."""
_NO_PROSE = (UNIT_KIND_ROW, UNIT_KIND_ENTRY, UNIT_KIND_CODE, UNIT_KIND_LOG_LINE)
"""What is no sentence."""
_ENGLISH = ("en", "")
"""Languages, or none that is known, in which more is read than words and typed spans."""
_LONGEST_GAP = 200
"""Characters of the source that a citation passes over where the text goes on: marks, the target of a link."""


def read(
    text: str,
    *,
    language: str = "",
    path: Sequence[str] = (),
    units: Sequence[Unit] = (),
    pieces: Sequence[tuple[int, int]] = (),
    source_runs: Iterable[Sequence[int]] = (),
    subject: str = "",
    date: str = "",
    acronyms: Mapping[str, str] = MappingProxyType({}),
    day_order: str = "",
) -> Text:
    """
    What a passage's text says.

    `path` is the document's title and the headings above, outermost first; `pieces` are the sentences, if they were
    cut already; `subject` is whom or what it is about, as far as the document before it tells; `acronyms` are those
    that the document explains, `day_order` the order of its numeric dates
    (`language.spans`). The language is found out if it is not given.
    """
    language = language or detect(text)
    numbers: dict[str, int] = {}
    token_terms, token_starts = [], []
    said = terms(text, language)
    if acronyms:
        said = sorted((*said, *meant(text, acronyms, language)), key=lambda one: one.start)
    for one in said:
        token_terms.append(numbers.setdefault(one.term, len(numbers)))
        token_starts.append(one.start)
    found = Text(
        language=language,
        terms=numbers,
        token_terms=token_terms,
        token_starts=token_starts,
        path_terms=dict.fromkeys(term for heading in path for term in _terms_of(heading, language)),
        units=units,
        spans=[
            TypedSpan(start=one.start, end=one.end, type=one.type, normal=one.normal)
            for one in spans(text, language, day_order)
        ],
        source_runs=[number for run in source_runs for number in run],
        subject=subject,
        date=date,
    )
    if language in _ENGLISH:
        _read_english(found, text, path[0] if path else "", pieces or sentences(text, language))
    return found


@lru_cache(maxsize=1_024)
def _terms_of(heading: str, language: str) -> Sequence[str]:
    """The terms of a heading, which stands above many passages."""
    return tuple(one.term for one in terms(heading, language))


def _read_english(found: Text, text: str, title: str, pieces: Sequence[tuple[int, int]]) -> None:
    """Adds whom or what it is about, what its pronouns stand for, and what it states."""
    apart = {unit.parts[-2] for unit in found.units if unit.kind in _NO_PROSE}
    pieces = [piece for piece in pieces if piece[0] not in apart]
    said = [text[start:end] for start, end in pieces]
    about = subject_of(found.subject, title, said[0] if said else "", text)
    resolved = resolve(about, said)
    found.subject, found.kind = about.name, about.kind
    found.references.extend(_references(pieces, resolved))
    found.statements.extend(statements(text, about, title, pieces, resolved))
    found.statements.extend(rows(text, found.units))


def _references(pieces: Sequence[tuple[int, int]], resolved: Sequence[Resolved]) -> Iterator[Reference]:
    for (at, _), one in zip(pieces, resolved, strict=True):
        if known := one.reference:
            yield Reference(start=at + known.start, end=at + known.end, name=known.name)


def read_schema_1(packet: CognitivePacket) -> Text:
    """The same of a packet of schema 1, whose text stands in its document as it is; a unit is a sentence."""
    size = len(packet.text)
    units = [
        Unit(kind=UNIT_KIND_SENTENCE, parts=[one.start, one.end], block=number)
        for number, one in enumerate(packet.sentences)
    ]
    return read(
        packet.text,
        path=[packet.title, *packet.heading_path],
        units=units,
        pieces=[(one.start, one.end) for one in packet.sentences],
        source_runs=[(0, size, packet.source_start, packet.source_start + size)],
        subject=packet.subject,
    )


def source_spans(source_runs: Sequence[int], start: int, end: int) -> list[tuple[int, int]]:
    """Where a stretch of a text stands in its document, in the order of the text; what goes on there is one span."""
    found: list[tuple[int, int]] = []
    shown = 0
    for first, last, source_start, source_end in _runs(source_runs, start):
        if first >= end:
            break
        is_exact = last - first == source_end - source_start
        begins = source_start + max(start - first, 0) if is_exact else source_start
        ends = source_end - max(last - end, 0) if is_exact else source_end
        if found and first - shown <= 1 and 0 <= begins - found[-1][1] <= _LONGEST_GAP:
            found[-1] = (found[-1][0], ends)
        else:
            found.append((begins, ends))
        shown = last
    return found


def _runs(numbers: Sequence[int], start: int) -> Iterator[tuple[int, int, int, int]]:
    """The runs of a text, in order, from the first that reaches beyond `start`."""
    before = bisect_right(numbers[1::_RUN], start)
    for at in range(before * _RUN, len(numbers) - _RUN + 1, _RUN):
        yield numbers[at], numbers[at + 1], numbers[at + 2], numbers[at + 3]
