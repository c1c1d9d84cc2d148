"""Noise in mails: what programs and companies put into them, which nobody wrote to anybody."""

from __future__ import annotations

import re

_DEVICE = re.compile(
    r"[ \t]*+(?:Sent (?:from|with|via) (?:my |Yahoo |Outlook|Proton|Mail |Gmail|Samsung)[^\n]{0,60}"
    r"|Get Outlook for (?:iOS|Android|Mac)[^\n]{0,60}"
    r"|Von meinem [^\n]{1,60} gesendet|Gesendet (?:von (?:meinem|Outlook|Mail)|mit der) [^\n]{1,60}"
    r"|Envoyé (?:de mon|depuis) [^\n]{1,60}|Enviado (?:desde|do) [^\n]{1,60}|Inviato da [^\n]{1,60}"
    r"|Verstuurd vanaf [^\n]{1,60}|Subject: Digest Footer)\.?[ \t]*+"
)
_MAY_BE = re.compile(
    r"confidential|vertraulich|confidentiel|environment before|originated (?:from )?outside|unsubscribe|abbestellen"
    r"|abmelden|désabonner|désinscrire|darse de baja|mailing list submissions|managing the list at"
    r"|edit your Subject line|receiving this |all rights reserved|© ?20\d\d"
    r"|above this line|this (?:e-?mail|message) (?:was|is) ",
    re.IGNORECASE,
)
_LEAVING = re.compile(
    r"unsubscribe|abbestellen|abmelden|désabonner|désinscrire|darse de baja|mailing list submissions"
    r"|managing the list at|edit your Subject line|receiving this (?:e-?mail|message|newsletter) because"
    r"|all rights reserved|© ?20\d\d",
    re.IGNORECASE,
)
_DISCLAIMS = re.compile(
    r"\W{0,40}(?:(?:legal |important |e-?mail )?(?:disclaimer|notice|confidentiality)|confidential"
    r"|this (?:e-?mail|message)"
    r"|this communication|this transmission|the (?:information|contents?)|if you (?:are not|have received)"
    r"|(?:please )?consider the environment|diese (?:e-?mail|nachricht)|der inhalt dieser"
    r"|ce (?:message|courriel|mail)|wichtiger hinweis)\b",
    re.IGNORECASE,
)
_IN_ERROR = re.compile(
    r"(?:in|by) (?:error|mistake)|not the (?:intended|named|addressee)|unauthori[sz]ed|prohibited|irrtümlich|nicht der"
    r"|par erreur|environment before",
    re.IGNORECASE,
)
_ADDRESSED = re.compile(
    r"intended|addressee|recipient|attachments|disclos|distribut|unauthori[sz]ed|adressat|empfänger|bestimmt"
    r"|destinataire|environment before",
    re.IGNORECASE,
)
_WARNS = re.compile(
    r"\W{0,40}(?:external|caution|warning|attention|this (?:e-?mail|message) originated)[^\n]{0,200}", re.IGNORECASE
)
_OUTSIDE = re.compile(r"originated (?:from )?outside", re.IGNORECASE)
_LEAVES = re.compile(
    r"\W{0,40}(?:you(?: are|['’]re|['’]ve| have)? (?:receiv|subscrib|getting|sign)"
    r"|(?:to (?:subscribe or )?)?unsubscribe(?: from| or| via| send| visit| click| here|[ ]?[:,|•·.–-]|\s*\Z)"
    r"|click here|if you (?:no longer|do not|don['’]t|would) (?:want|wish|like|prefer)|to (?:stop|manage|change|update)"
    r"|this (?:e-?mail|message|newsletter) was|manage|update your|sie erhalten|um sich|wenn sie|newsletter|vous recevez"
    r"|pour vous|si vous|view (?:this|in)|send [^\n]{1,80} mailing list submissions|you can reach the person"
    r"|when replying, please edit|privacy|©|copyright)",
    re.IGNORECASE,
)
_BROWSER = re.compile(
    r"view (?:this |the )?(?:e-?mail |message |it )?(?:online|in (?:your |a )?(?:web ?)?browser)", re.IGNORECASE
)
_HINT = re.compile(
    r"(?:read|learn|see|view|show) (?:more|all|online)[ ›»→.]{0,3}|shop now|click here\.?"
    r"|this (?:e-?mail|message) (?:was|is) (?:automatically )?(?:sent|generated) (?:by|automatically)[^\n]{0,80}"
    r"|[#\W]{0,20}(?:please )?(?:type|reply|write|enter)[^\n]{0,30} above this line[#\W]{0,20}",
    re.IGNORECASE,
)
_LONGEST_HINT = 120
MARKS = re.compile(r"^[ \t]*+(?>(?:>[ \t]?)+)", re.MULTILINE)
"""Of what is quoted."""
_SIGN = re.compile(r"[^\n]")
_BLANK = "> \t\n"
_CLOSES = re.compile(
    r"(?i:(?:with )?(?:best|kind|kindest|warm|many) (?:regards|wishes|thanks)|regards|yours (?:sincerely|faithfully)"
    r"|sincerely(?: yours)?|(?:mit )?(?:freundliche|viele|beste|liebe|herzliche|schöne)n? (?:grü(?:ße|sse)n?)"
    r"|cordialement|bien à vous|saludos(?: cordiales)?|un saludo|cordiali saluti|met vriendelijke groet"
    r"|(?:best|cheers|mfg|lg|vg|thanks)(?=[,!\n]|\Z))[,!.]?(?:[ \t]*+\n?[ \t]*+[^\W\d_a-z][^\n.:!?]{0,40}){0,2}"
)
"""How a letter ends, with the name below it."""
_MAY_STAND = re.compile(
    rf"{_MAY_BE.pattern}|^[> \t]*+(?:with best|with kind|best|kind|warm|many|regards|cheers|yours|sincerely|thanks"
    r"|mit freund|viele|beste|liebe|herzliche|schöne|freundliche|mfg|lg|vg|cordial|bien à|saludos|un sal|met vr)",
    re.IGNORECASE | re.MULTILINE,
)
_LONGEST, _LONGEST_FOOTER = 4_000, 700


def is_device(line: str) -> bool:
    """Whether a line only says with which program or device a mail was written."""
    return _DEVICE.fullmatch(line) is not None


def is_noise(said: str) -> bool:
    """Whether a paragraph says nothing but what stands in all mails of somebody, a company, a list or a shop."""
    if len(said) <= _LONGEST_HINT and _CLOSES.fullmatch(said.strip()):
        return True
    said = " ".join(said.split())
    if len(said) <= _LONGEST_HINT and (_BROWSER.search(said) or _HINT.fullmatch(said)):
        return True
    if len(said) > _LONGEST or not _MAY_BE.search(said):
        return False
    if _DISCLAIMS.match(said) and _IN_ERROR.search(said) and _ADDRESSED.search(said):
        return True
    if _WARNS.match(said) and _OUTSIDE.search(said):
        return True
    return len(said) <= _LONGEST_FOOTER and _LEAVING.search(said) is not None and _LEAVES.match(said) is not None


def without_noise(text: str) -> str:
    """The text with blanks in place of such paragraphs, quoted or not, as long as before."""
    pieces: list[str] = []
    at = 0
    for found in _MAY_STAND.finditer(text):
        if found.start() < at:
            continue
        start, end = _paragraph(text, max(at, found.start() - _LONGEST), found.start())
        said = MARKS.sub("", text[start:end])
        pieces += (text[at:start], _SIGN.sub(" ", text[start:end]) if is_noise(said) else text[start:end])
        at = end
    pieces.append(text[at:])
    return "".join(pieces)


def _paragraph(text: str, first: int, at: int) -> tuple[int, int]:
    """Where the paragraph begins and ends in which a character stands, but not before `first`."""
    start = text.rfind("\n", first, at) + 1 or first
    while start > first:
        above = text.rfind("\n", first, start - 1) + 1 or first
        if not text[above:start].strip(_BLANK):
            break
        start = above
    end = at
    while end < min(len(text), at + _LONGEST):
        stop = text.find("\n", end + 1) % (len(text) + 1)
        if end > at and not text[end:stop].strip(_BLANK):
            break
        end = stop
    return start, end
