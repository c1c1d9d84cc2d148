"""Quotes in mails: how deep lines are quoted, whom they quote, and where signatures stand."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import NamedTuple

from genesis.readers.mail.dates import day
from genesis.readers.mail.heads import COLON, PASSED_ON, SENDERS
from genesis.readers.mail.noise import MARKS, is_device

_BEHIND = "schrieb|schreef|skrev"
"""Words for `wrote` before the name."""
_VERB = f"(?:wrote|writes|a écrit|escribió|ha scritto|escreveu|{_BEHIND})"
_WROTE = re.compile(
    r"^[ \t]*((?:On|Am|Le|El|Il|Op|Em|Den)\b[^\n]{4,200}(?:\n[^\n]{0,100})?"
    rf"\b(?:wrote|a écrit|escribió|ha scritto|escreveu|(?:{_BEHIND})[^\n:]{{0,80}})[ \xa0]?:)[ \t]*$",
    re.MULTILINE,
)
_NAMED = re.compile(
    r"(?:^|(?<=\n))[ \t]*(?:\* )?(?P<day>\d{4}-\d\d-\d\d \d\d?:\d\d (?:GMT[+-][\d:]{1,5} )?)?+"
    r"[\"“]?(?P<name>[^\W\d_][^\d\n<>@:;,\"“”]{1,60}?)[\"”]?(?:[ ]?\(?<[^<>\n]{1,200}>\)?)?"
    rf"(?P<said>[ ]{_VERB}(?P<when>[^\n:]{{0,60}}(?::\d\d[^\n:]{{0,20}})?)|[ ]\[(?P<then>[^\]\n]{{6,40}})\])?[ ]?:\s*\Z"
)
"""The line above a quote that begins with who is quoted."""
_AUTHOR = re.compile(
    r"\d(?:[ ]?[AaPp]\.?[Mm]\b\.?)?+(?:[ ][A-Z]{2,5}(?=,))?+[,;]?[ \t]+(?:at[ \t]+)?[\"“]?"
    r"([^\W\d_][^\d\n<>@:;,\"“”]{1,60}?)[\"”]?(?:[ \t,]*\(?<[^<>\n]*>\)?)?"
    rf"\s+{_VERB}"
)
_AUTHOR_BEHIND = re.compile(
    rf"\b(?:{_BEHIND})[ ][\"“]?([^\W\d_][^\d\n<>@:;,\"“”]{{1,60}}?)[\"”]?(?:[ ]?<[^<>\n]{{0,200}}+>)?[ ]?:"
)
_VIA = re.compile(r" (?:via|\(via) [^\n]{1,60}\Z")
_SIGNATURE = re.compile(
    r"^(?:--[ \t]*|(?P<rule>_{5,})"
    r"|(?P<device>(?:Sent|Get|Von|Gesendet|Envoyé|Enviado|Inviato|Verstuurd|Subject:) [^\n]{1,80}))$",
    re.MULTILINE,
)
_WRAPPED, _LONGEST_LINE, _LONGEST_REST = 50, 200, 30
"""Characters of a quoted line that was too long, at least and at most, and of what was broken off."""
_LONGEST_FOOTER = 600
"""Characters below a rule that are no more than a signature."""
_QUOTED = re.compile(rf"^(?:[ \t]*+>|\*?(?:{SENDERS}){COLON}|{PASSED_ON})", re.MULTILINE)
_QUOTE = re.compile(r"(?<![ \t])[ \t]*+((?>(?:>[ \t]?)+))")


class Stretch(NamedTuple):
    """Lines of a message that are quoted as deep as each other."""

    start: int
    end: int
    depth: int


def stretches(text: str, start: int, end: int) -> Iterator[Stretch]:
    """A body without signatures, by how deep its lines are quoted; blank lines go with those above."""
    for first, last in _unsigned(text, start, end):
        yield from _by_depth(text, first, last)


def _unsigned(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """What of a body is no signature: one goes on until somebody is quoted."""
    quoted = sorted(one.start() for form in (_WROTE, _QUOTED) for one in form.finditer(text, start, end))
    at = start
    while signed := _SIGNATURE.search(text, at, end):
        at = signed.end()
        if signed["device"] and not is_device(signed["device"]):
            continue
        yield start, signed.start()
        following = bisect_left(quoted, at)
        stop = quoted[following] if following < len(quoted) else end
        is_over = signed["device"] or (signed["rule"] and stop - at > _LONGEST_FOOTER)
        start = at = at if is_over else stop
    yield start, end


def _by_depth(text: str, start: int, end: int) -> Iterator[Stretch]:
    begins, depth, at = start, 0, start
    is_signed = False
    while at < end:
        stop = text.find("\n", at, end) + 1 or end
        quote = _QUOTE.match(text, at, stop)
        deep = quote[1].count(">") if quote else 0
        if depth and not deep and _is_wrapped(text, at, stop, end):
            deep = depth
        signs = quote is not None and deep > 0 and text[quote.end() : stop].rstrip() == "--"
        if text[at:stop].strip() and (deep != depth or (signs and not is_signed)):
            if begins < at and not is_signed:
                yield Stretch(begins, at, depth)
            begins, depth, is_signed = at, deep, signs
        at = stop
    if begins < end and not is_signed:
        yield Stretch(begins, end, depth)


def _is_wrapped(text: str, at: int, stop: int, end: int) -> bool:
    """Whether a line without a mark is the end of the quoted one above, which a program broke as too long."""
    said = text[at : min(stop, at + _LONGEST_REST)].strip()
    above = text[max(at - _LONGEST_LINE, 0) : at].rpartition("\n")[0].rpartition("\n")[2]
    is_rest = 0 < len(said) < _LONGEST_REST - 1 and said[0].islower() and len(above) >= _WRAPPED
    return is_rest and above[-1] not in ".!?:" and text[stop : min(stop + 1, end)] == ">"


def unquoted(text: str) -> str:
    """With blanks in place of marks of quotes, as long as before."""
    return MARKS.sub(lambda mark: " " * len(mark[0]), text)


class Named(NamedTuple):
    """Where a line stands that names whom the next lines quote, who that is and when it was written."""

    start: int
    end: int
    author: str
    date: str


def wrote(text: str, start: int, end: int) -> Named | None:
    """The line in a stretch that says when somebody wrote what the next lines quote."""
    line = _WROTE.search(text, start, end)
    if not line:
        return None
    said = " ".join(line[1].split()).partition(" ")[2]
    author = _AUTHOR_BEHIND.search(said) or _AUTHOR.search(said)
    when = day(said[: author.start(1)] if author else said)
    return Named(*line.span(), _VIA.sub("", author[1].strip()) if author else "", when)


def named_last(text: str, start: int, end: int) -> Named | None:
    """The last line of a stretch, if it names somebody; that is meant only where a quote follows."""
    last = text.rfind("\n", start, start + len(text[start:end].rstrip())) + 1
    line = _NAMED.search(text, max(last, start), end)
    if not line or not (line["said"] or line["day"]):
        return None
    when = line["day"] or line["then"] or line["when"] or ""
    return Named(*line.span(), _VIA.sub("", line["name"].strip()), day(when))
