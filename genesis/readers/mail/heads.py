"""Heads of mails: who wrote, when, to whom and about what."""

from __future__ import annotations

import re
from typing import NamedTuple

from genesis.readers.mail.dates import day

_NAMES = {
    **dict.fromkeys(("Von", "De", "Da", "Van", "发件人", "差出人"), "From"),
    **dict.fromkeys(("Gesendet", "Envoyé", "Envoyé le", "Enviado", "Enviado el", "Inviato", "Verzonden"), "Sent"),
    **dict.fromkeys(("发送时间", "送信日時"), "Sent"),
    **dict.fromkeys(("Datum", "Data", "Fecha", "日期", "日時"), "Date"),
    **dict.fromkeys(("An", "À", "Para", "Pour", "A", "Aan", "收件人", "宛先"), "To"),
    **dict.fromkeys(("Kopie", "Copie à", "CC", "抄送"), "Cc"),
    **dict.fromkeys(("Betreff", "Objet", "Asunto", "Oggetto", "Assunto", "Onderwerp", "主题", "件名"), "Subject"),
}
"""What the lines of a head are called in other languages, and in English."""
OWN = "|".join(_NAMES)
ALL = f"From|To|Cc|Date|Sent|Subject|{OWN}"
SENDERS = "From|Von|De|Da|Van|发件人|差出人"
COLON = r"(?:[ \xa0]?:\*?+[ \t\xa0]|：)"
PASSED_ON = (
    r"(?:-{2,40}+[ \t]*+(?i:(?:Forwarded|Original|Weitergeleitete|Ursprüngliche)[ ](?:Message|E?-?Mail|Nachricht)"
    r"|Original-?Nachricht|Message[ ](?:transféré|original|d['’]origine)|Mensaje[ ](?:reenviado|original)"
    r"|Messaggio[ ](?:inoltrato|originale)|Mensagem[ ](?:encaminhada|original)"
    r"|(?:Doorgestuurd|Oorspronkelijk)[ ]bericht)[ \t]*+-{2,40}+"
    r"|Begin forwarded message:|Anfang der weitergeleiteten Nachricht:|Début du message réexpédié[ \xa0]?:)[ \t]*+\n"
)
"""The line above the head of a mail that is passed on."""
_HEAD = re.compile(
    rf"^(?:{PASSED_ON}(?:[ \t]*+\n){{0,3}}+|Message:[ ]\d{{1,4}}+\n)?+"
    rf"\*?(?:Reply-To|Message-ID|{ALL}){COLON}[^\n]{{0,400}}\n"
    rf"(?:(?:[ \t]+\S[^\n]{{0,400}}|\*?(?:[A-Z][\w-]{{1,30}}|{OWN}){COLON}[^\n]{{0,400}})\n){{1,12}}",
    re.MULTILINE,
)
_FIELD = re.compile(
    rf"^\*?([A-Z][\w-]{{1,30}}|{OWN}){COLON}[ \t]*([^\n]*(?:\n[ \t]+\S[^\n]*)*)",
    re.MULTILINE,
)
_IS = "(?>(?:(?:re|fwd?|aw|wg|antw|sv|vs|tr|rv|回复|答复|转发|返信)(?:\\[\\d{1,3}\\])?+[ \\t]*+[:：][ \\t]*+)*)"
_REPLY = re.compile(rf"^{_IS}(\[[^\[\]]{{1,60}}+\][ \t]*+)?+{_IS}", re.IGNORECASE)
"""What stands before a subject; the name of a list stays."""
_VIA = re.compile(r" via [^\n]{1,60}\Z")
"""By way of which list somebody wrote."""
_ADDRESS = re.compile(r"<|\[mailto:")
_COMMENTED = re.compile(r"[^\s()<>]{1,200}@[^\s()<>]{1,200} \(([^()]{1,200})\)")

_MAY_OPEN = re.compile(rf"(?:\*?(?:{ALL}){COLON}|-{{2,40}}+[^-\n]{{1,60}}-|Begin|Anfang|Début)")
_LONGEST_HEAD = 4_000


class Mail(NamedTuple):
    """A message in a text: where it and its body begin, and what its head says."""

    start: int
    body: int
    sender: str
    date: str
    subject: str
    others: tuple[tuple[str, int, int], ...]
    """To whom else, as `To`, and where that stands."""


def mails(text: str, start: int = 0, end: int | None = None) -> list[Mail]:
    """The messages of a text; a head says at least who wrote, and about what, or when and from which address."""
    found: list[Mail] = []
    for head in _HEAD.finditer(text, start, len(text) if end is None else end):
        fields = {_NAMES.get(one[1], one[1]): one for one in _FIELD.finditer(text, head.start(), head.end())}
        date = fields.get("Date") or fields.get("Sent")
        subject = fields.get("Subject")
        if "From" not in fields or not (subject or (date and "@" in fields["From"][2])):
            continue
        others = tuple((key, *fields[key].span()) for key in ("To", "Cc") if key in fields)
        when = day(date[2]) if date else ""
        topic = about(subject[2]) if subject else ""
        found.append(Mail(head.start(), head.end(), sender(fields["From"][2]), when, topic, others))
    return found


def sender(said: str) -> str:
    """The name of who wrote, or else the address."""
    said = " ".join(said.split())
    if commented := _COMMENTED.fullmatch(said):
        return commented[1].strip(' "')
    return _VIA.sub("", _ADDRESS.split(said, maxsplit=1)[0]).strip(" \"'") or said.strip("<>")


def about(subject: str) -> str:
    """A subject without what says that it is answered or passed on."""
    return _REPLY.sub(r"\1", " ".join(subject.split()), count=1)


def quoted_head(text: str, start: int, end: int) -> Mail | None:
    """The head of a mail that opens a stretch of quoted lines, whose marks are blanks."""
    above = text[start : min(end, start + _LONGEST_HEAD)]
    if not _MAY_OPEN.match(above.lstrip()):
        return None
    lines = above.split("\n")
    found = mails("\n".join(line.lstrip() for line in lines) + "\n")
    if not found or sum(bool(line.strip()) for line in lines[: _line(lines, found[0].start)]):
        return None
    head = found[0]
    return head._replace(start=start + _offset(lines, head.start), body=min(start + _offset(lines, head.body), end))


def _line(lines: list[str], at: int) -> int:
    """The number of the line in which the character `at` of the stripped ones stands."""
    for number, line in enumerate(lines):
        at -= len(line.lstrip()) + 1
        if at < 0:
            return number
    return len(lines)


def _offset(lines: list[str], at: int) -> int:
    return sum(len(line) + 1 for line in lines[: _line(lines, at)])
