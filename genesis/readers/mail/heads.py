"""Heads of mails: who wrote, when, to whom and about what."""

from __future__ import annotations

import re
from typing import NamedTuple

from genesis.readers.mail.dates import day

_NAMES = {
    **dict.fromkeys(("Von", "De"), "From"),
    **dict.fromkeys(("Gesendet", "Envoyé", "Enviado", "Enviado el"), "Sent"),
    **dict.fromkeys(("An", "À", "Para"), "To"),
    **dict.fromkeys(("Betreff", "Objet", "Asunto"), "Subject"),
}
"""What the lines of a head are called in German, French and Spanish, and in English."""
OWN = "|".join(_NAMES)
COLON = "[ \xa0]?:[ \t\xa0]"
PASSED_ON = (
    r"-{2,40}+[ \t]*+(?i:(?:Forwarded|Original|Weitergeleitete|Ursprüngliche)[ ](?:Message|E?-?Mail|Nachricht)"
    r"|Original-?Nachricht|Message[ ](?:transféré|original|d['’]origine)|Mensaje[ ](?:reenviado|original))"
    r"[ \t]*+-{2,40}+[ \t]*+\n"
)
"""The line above the head of a mail that is passed on."""
_HEAD = re.compile(
    rf"^(?:{PASSED_ON}(?:[ \t]*+\n){{0,3}}+|Message:[ ]\d{{1,4}}+\n)?+"
    rf"(?:From|To|Cc|Date|Sent|Subject|Reply-To|Message-ID|{OWN}){COLON}[^\n]{{0,400}}\n"
    rf"(?:(?:[ \t]+\S[^\n]{{0,400}}|(?:[A-Z][\w-]{{1,30}}|{OWN}){COLON}[^\n]{{0,400}})\n){{1,12}}",
    re.MULTILINE,
)
_FIELD = re.compile(
    rf"^([A-Z][\w-]{{1,30}}|{OWN}){COLON}[ \t]*([^\n]*(?:\n[ \t]+\S[^\n]*)*)",
    re.MULTILINE,
)
_REPLY = re.compile(r"(?>(?:(?:re|fwd?|aw|wg)[ \t]*:[ \t]*)+)", re.IGNORECASE)


class Mail(NamedTuple):
    """A message in a text: where it and its body begin, and what its head says."""

    start: int
    body: int
    sender: str
    date: str
    subject: str
    others: tuple[tuple[str, int, int], ...]
    """To whom else, as `To`, and where that stands."""


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
