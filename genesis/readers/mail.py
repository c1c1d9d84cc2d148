"""
Mail: who wrote what, when, and what of it is only quoted.

A message's own words are a turn of its sender. What it quotes is a turn of whom it names as the author; without a name
it is a quote. Signatures are not read.
"""

from __future__ import annotations

import email
import email.policy
import re
from bisect import bisect_left
from collections.abc import Iterator
from email.message import EmailMessage, MIMEPart
from email.utils import parsedate_tz
from typing import NamedTuple

from genesis.readers import html

_NAMES = {
    **dict.fromkeys(("Von", "De"), "From"),
    **dict.fromkeys(("Gesendet", "Envoyé", "Enviado", "Enviado el"), "Sent"),
    **dict.fromkeys(("An", "À", "Para"), "To"),
    **dict.fromkeys(("Betreff", "Objet", "Asunto"), "Subject"),
}
"""What the lines of a head are called in German, French and Spanish, and in English."""
_OWN = "|".join(_NAMES)
_COLON = "[ \xa0]?:[ \t\xa0]"
_PASSED_ON = (
    r"-{2,40}+[ \t]*+(?i:(?:Forwarded|Original|Weitergeleitete|Ursprüngliche)[ ](?:Message|E?-?Mail|Nachricht)"
    r"|Original-?Nachricht|Message[ ](?:transféré|original|d['’]origine)|Mensaje[ ](?:reenviado|original))"
    r"[ \t]*+-{2,40}+[ \t]*+\n"
)
"""The line above the head of a mail that is passed on."""
_HEAD = re.compile(
    rf"^(?:{_PASSED_ON}(?:[ \t]*+\n){{0,3}}+|Message:[ ]\d{{1,4}}+\n)?+"
    rf"(?:From|To|Cc|Date|Sent|Subject|Reply-To|Message-ID|{_OWN}){_COLON}[^\n]{{0,400}}\n"
    rf"(?:(?:[ \t]+\S[^\n]{{0,400}}|(?:[A-Z][\w-]{{1,30}}|{_OWN}){_COLON}[^\n]{{0,400}})\n){{1,12}}",
    re.MULTILINE,
)
_FIELD = re.compile(
    rf"^([A-Z][\w-]{{1,30}}|{_OWN}){_COLON}[ \t]*([^\n]*(?:\n[ \t]+\S[^\n]*)*)",
    re.MULTILINE,
)
_WROTE = re.compile(
    r"^[ \t]*((?:On|Am|Le)\b[^\n]{4,200}(?:\n[^\n]{0,100})?\b(?:wrote|schrieb[^\n:]{0,80}|a écrit)[ ]?:)[ \t]*$",
    re.MULTILINE,
)
_AUTHOR = re.compile(
    r"\d(?:[ ]?[AaPp]\.?[Mm]\b\.?)?+[,;]?[ \t]+(?:at[ \t]+)?([^\W\d_][^\d\n<>@:;,]{1,60}?)(?:[ \t,]*<[^<>\n]*>)?"
    r"\s+(?:wrote|schrieb|a écrit)"
)
_AUTHOR_BEHIND = re.compile(r"\bschrieb[ ]([^\W\d_][^\d\n<>@:;,]{1,60}?)(?:[ ]?<[^<>\n]{0,200}+>)?[ ]?:")
_HALF = re.compile(r"\b(\d{1,2})(:\d\d(?::\d\d)?)\s?([AP])(?:M\b|\.\s?M\.)", re.IGNORECASE)
"""A time of a half day: `4:40 PM`."""
_AT = re.compile(r"(?<=\d),?\sat\s(?=\d)")
"""What parts a day and its time: `14 Feb 2025 at 11:20`."""
_MONTHS = {
    name: names[0]
    for names in (
        ("jan", "jän", "ene"),
        ("feb", "fév"),
        ("mar", "mär"),
        ("apr", "avr", "abr"),
        ("may", "mai"),
        ("jun", "juin"),
        ("jul", "juil"),
        ("aug", "aoû", "ago"),
        ("sep",),
        ("oct", "okt"),
        ("nov",),
        ("dec", "déc", "dez", "dic"),
    )
    for name in names
}
"""How months begin in English, German, French and Spanish, each with its English form."""
_OTHER_DAY = re.compile(
    rf"\b(\d{{1,2}})\.?\s(?:de\s)?({'|'.join(_MONTHS)})[^\W\d_]{{0,8}}+\.?\s(?:del?\s)?(\d{{4}})\b"
    r"(?:\D{1,10}+(\d{1,2}:\d\d))?",
    re.IGNORECASE,
)
"""A day as it is written in these: `7. März 2025 um 16:40`."""
_SIGNATURE = re.compile(r"^(?:--[ \t]*|_{5,}|Sent from my [^\n]{1,40})$", re.MULTILINE)
_QUOTED = re.compile(rf"^(?:[ \t]*+>|(?:From|Von|De){_COLON}|{_PASSED_ON})", re.MULTILINE)
_ENVELOPE = re.compile(r"^From [^\n]*\n(?=[A-Z][\w-]*:)", re.MULTILINE)
_QUOTE = re.compile(r"(?<![ \t])[ \t]*+((?>(?:>[ \t]?)+))")
_REPLY = re.compile(r"(?>(?:(?:re|fwd?|aw|wg)[ \t]*:[ \t]*)+)", re.IGNORECASE)
_CODED = frozenset({"quoted-printable", "base64", "x-uuencode", "uuencode", "uue", "x-uue"})
"""Encodings of transfer that make other characters of what is said."""


class Mail(NamedTuple):
    """A message in a text: where it and its body begin, and what its head says."""

    start: int
    body: int
    sender: str
    date: str
    subject: str
    others: tuple[tuple[str, int, int], ...]
    """To whom else, as `To`, and where that stands."""


class Stretch(NamedTuple):
    """Lines of a message that are quoted as deep as each other."""

    start: int
    end: int
    depth: int


def mails(text: str) -> list[Mail]:
    """The messages of a text; a head says at least who wrote, and when or about what."""
    found: list[Mail] = []
    for head in _HEAD.finditer(text):
        fields = {_NAMES.get(one[1], one[1]): one for one in _FIELD.finditer(text, head.start(), head.end())}
        date = fields.get("Date") or fields.get("Sent")
        subject = fields.get("Subject")
        if "From" not in fields or not (date or subject):
            continue
        sender = " ".join(fields["From"][2].split())
        sender = sender.partition("<")[0].strip(' "') or sender.strip("<>")
        others = tuple((key, *fields[key].span()) for key in ("To", "Cc") if key in fields)
        about = _REPLY.sub("", " ".join(subject[2].split())) if subject else ""
        found.append(Mail(head.start(), head.end(), sender, day(date[2]) if date else "", about, others))
    return found


def day(said: str) -> str:
    """A mail's date as ISO 8601, to the minute."""
    said = _AT.sub(" ", _HALF.sub(_of_24, said))
    if not (parsed := _parsed(said)) and (other := _OTHER_DAY.search(said)):
        month = _MONTHS.get(other[2].casefold(), "")
        return _parsed(f"{other[1]} {month} {other[3]} {other[4] or ''}")
    return parsed


def _parsed(said: str) -> str:
    try:
        parsed = parsedate_tz(said if ":" in said else f"{said.rstrip(', ')} 00:00")
    except (ValueError, IndexError, TypeError):
        return ""
    if not parsed or not 0 < parsed[1] < 13:
        return ""
    year, month, number, hour, minute = parsed[:5]
    clock = f"T{hour:02}:{minute:02}" if ":" in said else ""
    return f"{year:04}-{month:02}-{number:02}{clock}"


def _of_24(clock: re.Match[str]) -> str:
    """A time of a half day as one of the whole day; 12 is the first hour of each."""
    hour = int(clock[1])
    if hour <= 12:
        hour = hour % 12 + 12 * (clock[3] in "pP")
    return f"{hour}{clock[2]}"


def stretches(text: str, start: int, end: int) -> Iterator[Stretch]:
    """A body without signatures, by how deep its lines are quoted; blank lines go with those above."""
    for first, last in _unsigned(text, start, end):
        yield from _by_depth(text, first, last)


def _unsigned(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """What of a body is no signature: one goes on until somebody is quoted."""
    quoted = sorted(one.start() for form in (_WROTE, _QUOTED) for one in form.finditer(text, start, end))
    while signed := _SIGNATURE.search(text, start, end):
        yield start, signed.start()
        following = bisect_left(quoted, signed.end())
        start = quoted[following] if following < len(quoted) else end
    yield start, end


def _by_depth(text: str, start: int, end: int) -> Iterator[Stretch]:
    begins, depth, at = start, 0, start
    while at < end:
        stop = text.find("\n", at, end) + 1 or end
        quote = _QUOTE.match(text, at, stop)
        deep = quote[1].count(">") if quote else 0
        if deep != depth and text[at:stop].strip():
            if begins < at:
                yield Stretch(begins, at, depth)
            begins, depth = at, deep
        at = stop
    if begins < end:
        yield Stretch(begins, end, depth)


def unquoted(text: str) -> str:
    """With blanks in place of marks of quotes, as long as before."""
    marks = re.compile(r"^[ \t]*+(?>(?:>[ \t]?)+)", re.MULTILINE)
    return marks.sub(lambda mark: " " * len(mark[0]), text)


def wrote(text: str, start: int, end: int) -> tuple[int, int, str, str] | None:
    """The line in a stretch that names whom the next lines quote: where it stands, who and when."""
    line = _WROTE.search(text, start, end)
    if not line:
        return None
    said = " ".join(line[1].split()).partition(" ")[2]
    author = _AUTHOR_BEHIND.search(said) or _AUTHOR.search(said)
    return *line.span(), (author[1].strip() if author else ""), day(said[: author.start(1)] if author else said)


def text_of(source: str) -> str:
    """Messages as they were sent (one, or a mailbox of several), decoded: their heads, and their bodies as text."""
    parts = _ENVELOPE.split(source) if source.startswith("From ") else [source]
    return "\n\n".join(_decoded(one) for one in parts if one.strip())


def _decoded(source: str) -> str:
    message = email.message_from_string(source, policy=email.policy.default)
    told = ((name, " ".join(str(message[name] or "").split())) for name in ("From", "To", "Cc", "Date", "Subject"))
    body = message.get_body(("plain", "html")) if isinstance(message, EmailMessage) else None
    said = _content(body) if body else ""
    if body and body.get_content_type() == "text/html":
        said = "\n\n".join(one.text.text for one in html.read(said).blocks)
    return "\n".join(f"{name}: {value}" for name, value in told if value) + "\n\n" + said.replace("\0", " ")


def _content(body: MIMEPart) -> str:
    """What a part says; without an encoding of transfer it is text already, whatever charset its head names."""
    coded = str(body.get("Content-Transfer-Encoding", "")).strip().lower() in _CODED
    try:
        return str(body.get_content() if coded else body.get_payload())
    except (LookupError, ValueError):
        return str(body.get_payload())
