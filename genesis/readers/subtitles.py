"""Subtitles (SRT, WebVTT): what is said, whole sentences again, without the numbers and times of what is shown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from genesis.fairness import breathe
from genesis.readers.writer import Writer
from genesis.structure import Edit, Kind, Shown, Structure, joined, verbatim

_CLOCK = r"(?:\d{2,3}:)?\d\d:\d\d[.,]\d{3}"
_CUE = re.compile(
    rf"^(?P<from>{_CLOCK})[ \t]++-->[ \t]++{_CLOCK}[^\n]*+\n(?P<said>(?:[ \t]*+\S[^\n]*+(?:\n|\Z))*+)", re.MULTILINE
)
_FEWEST = 2
_WITHIN = 1_000
"""Characters in which the first cues of subtitles stand."""
_VOICE = re.compile(r"<v(?:\.[\w.]{1,40})?[ \t]([^<>\n]{1,80})>|(?<=\n)-[ \t]?|\A-[ \t]?")
_TAG = re.compile(r"</?[a-z][^<>\n]{0,80}>|\{\\[^{}\n]{1,40}\}", re.IGNORECASE)
_PART = re.compile(r"\S[^\n]*+(?>(?:\n[^\S\n]*\S[^\n]*)*)")
_NOTES = ("WEBVTT", "NOTE", "STYLE", "REGION")
_ENDS = (".", "?", "!", "…", '"', "”", ")", "]", "♪")
_LONGEST = 600
"""Characters that are taken for one sentence."""


class _Said(NamedTuple):
    speaker: str
    time: str
    is_new: bool
    """Whether a mark says that somebody else speaks."""
    text: Shown


def read(source: str, text: str) -> Structure | None:
    """None if a text is none."""
    if sum(1 for _ in _CUE.finditer(text, 0, _WITHIN)) < _FEWEST:
        return None
    cues = list(_CUE.finditer(text))
    if 2 * sum(cue.end() - cue.start() for cue in cues) < len(text.strip()):
        return None
    out = Writer()
    thread = out.group()
    open_: list[_Said] = []
    for one in _lines(text, cues):
        breathe()
        if open_ and (one.is_new or one.speaker != open_[0].speaker):
            _write(open_, thread, out)
        open_.append(one)
        if one.text.text.endswith(_ENDS) or sum(len(one.text) for one in open_) > _LONGEST:
            _write(open_, thread, out)
    _write(open_, thread, out)
    return out.structure(source)


def _lines(text: str, cues: Sequence[re.Match[str]]) -> Iterator[_Said]:
    at = 0
    for cue in cues:
        yield from _between(text, at, text.rfind("\n\n", at, cue.start()))
        start, at = cue.span("said")
        end = at
        marks = list(_VOICE.finditer(text[start:end]))
        begins = [(0, "", False)] if not marks or marks[0].start() else []
        begins += [(mark.end(), mark[1] or "", True) for mark in marks]
        ends = [*(mark.start() for mark in marks if mark.start()), end - start]
        for (first, speaker, is_new), last in zip(begins, ends, strict=True):
            shown = verbatim(text, start + first, start + last)
            shown = shown.edited(Edit(*tag.span(), "") for tag in _TAG.finditer(shown.text)).folded()
            if shown:
                yield _Said(speaker, _time(cue["from"]), is_new and not speaker, shown)
    yield from _between(text, at, len(text))


def _between(text: str, start: int, end: int) -> Iterator[_Said]:
    """What stands between cues and is no note of who made them."""
    for part in _PART.finditer(text, start, max(start, end)):
        if not part[0].startswith(_NOTES):
            yield _Said("", "", True, verbatim(text, *part.span()).folded())


def _time(clock: str) -> str:
    """ISO 8601; hours may be left out."""
    said = clock[:-4]
    return f"T{said}" if said.count(":") > 1 else f"T00:{said}"


def _write(said: list[_Said], thread: int, out: Writer) -> None:
    if not said:
        return
    text, first = joined((one.text for one in said), " "), said[0]
    if first.speaker:
        out.add(Kind.TURN, text, group=thread, speaker=first.speaker, date=first.time)
    else:
        out.add(Kind.PARAGRAPH, text)
    said.clear()
