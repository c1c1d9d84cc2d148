"""
Coreference inside a passage: what `he`, `its` or `the film` at the head of a sentence stands for, where that is sure.

A passage is about one subject. A word that may stand for it does so as long as no other thing that the word may stand
for as well has come between: a rival. Where there is one, nothing is said.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from language.english.subject import CLASS_OF, Subject, content, is_person
from language.terms import term

_ALL = frozenset(("he", "she", "it", "they"))
_THINGS = frozenset(("it", "they"))
_PRONOUN = re.compile(r"(?=[hHsSiItT])\b(he|she|it|they|his|her|its|their)\b(?!['’])", re.IGNORECASE)
_POSSESSIVE = frozenset(("his", "her", "its", "their"))
# `In 1956,` `After he left school,` `Originally,`: what may come before the subject of a sentence.
_OPENING = re.compile(
    r"(?:(?:In|On|At|By|Since|From|After|During|Until|Around)\s+(?:(?:early|mid|late)[ -])?(?:[A-Z][a-z]+\s+)?"
    r"(?:\d{1,2},?\s+)?(?:the\s+)?\d{4}s?\s+(?=(?:he|she|it|they|his|her|its|their|the)\b)"
    r"|(?:In|On|At|After|Before|During|By|From|Since|While|When|Although|Though|As|Following|Until|Despite|With|For|Under|"
    r"Because|Once|Upon|Throughout|Between|Along|Later|Initially|Originally|Currently|However|Also|Then|Today|Now|"
    r"Subsequently|Eventually|Finally|Additionally|Furthermore|Moreover|Meanwhile|Afterwards?|Previously|Recently|"
    r"Together|[A-Z][a-z]+ly|[A-Z][a-z]+(?:ed|ing))\b[^;:.,]{0,120},\s+(?!\d)(?:(?:and|but|however,)\s+)?)"
)
_PLACED = re.compile(r"^(?:In|On|At|During|By|Since|Until|From|Around|For|Throughout)\b[^,]*+(?:,\s++)?(?<=\s)")
# `It was in 1990 that …`, `It is possible to …`: stands for nothing before.
_EXPLETIVE = re.compile(
    r"it\s+(?:(?:is|was|has|had|will|would|may|might|can|could|be|been|also|not|seems?|seemed|appears?|appeared)\s+)+"
    r"(?:(?!an?\b|the\b)[\w-]+\s+){0,3}?(?:that|whether|(?<!ed )(?<!en )to)\b"
    r"|it\s+(?:took|takes|rained|snowed|follows|turned out)\b",
    re.IGNORECASE,
)
_NOUN_PHRASE = re.compile(r"(?:The|This|An?|the|this|an?)\s+(?P<words>(?:[\w’'-]+\s+){0,3}?)(?P<noun>[\w-]+)")
# What may follow a description that is whole: not another noun (`the film industry`).
_WHOLE = re.compile(
    r"['’]s\b|[,.;:)]|(?<!\s)\s++(?:[\w-]+(?:s|ed|ly)|and|or|of|in|on|at|by|for|from|with|to|that|who|which|also|then|now|won|"
    r"will|can|could|may|might|would|had|were|are|began|became|took|made|held|ran|went|came|met|sold|left|lost|told|got)\b"
)


def _listed(listing: str) -> frozenset[str]:
    return frozenset(listing.split())


_MALE = _listed("father brother son husband uncle nephew grandfather king prince man boy duke")
_FEMALE = _listed("mother sister daughter wife aunt niece grandmother queen princess woman girl duchess")
_LIVING = _listed("child children parents sibling siblings partner friend friends colleague teacher student students")
_ARTICLE = 6
"""Characters that an article or a mark before a name takes."""
_CAPITAL = re.compile(r"\b[^\W\d_a-z]\w*(?:['’]\w+)*")


class Reference(NamedTuple):
    """Words of a sentence, `sentence[start:end]`, that stand for `name`."""

    start: int
    end: int
    name: str


class Resolved(NamedTuple):
    """Whether a sentence is about the passage's subject for sure, and the words in it that stand for that, if any."""

    is_about: bool
    reference: Reference | None


def resolve(subject: Subject, sentences: Sequence[str]) -> list[Resolved]:
    """What each sentence of a passage refers to by its first pronoun or description, in order."""
    if not subject.terms:
        return [Resolved(False, None)] * len(sentences)
    resolved: list[Resolved] = []
    rivals: frozenset[str] = frozenset()
    taken = False
    for position, sentence in enumerate(sentences):
        one, rivals = _resolve(subject, sentence, rivals, described=not taken)
        if position == 0 and one.is_about:
            rivals = frozenset()
        resolved.append(one)
        taken = taken or (position > 0 and _introduces(subject, sentence))
    return resolved


def _resolve(
    subject: Subject, sentence: str, rivals: frozenset[str], *, described: bool
) -> tuple[Resolved, frozenset[str]]:
    """A sentence's reference, and the rivals that the next one has."""
    opened = _OPENING.match(sentence)
    lead = opened.end() if opened else 0
    pronoun = _PRONOUN.search(sentence)
    led = pronoun is not None and pronoun.start() == lead
    if _names(subject, sentence, pronoun.start() if pronoun else len(sentence)):
        return Resolved(True, None), frozenset() if _leads(subject, sentence, lead) else rivals | _new(sentence, lead)
    if described and (phrase := _NOUN_PHRASE.match(sentence, lead)) and _describes(subject, phrase):
        reference = Reference(lead, phrase.end(), subject.name)
        return Resolved(True, reference if _unquoted(sentence, lead) else None), frozenset()
    if pronoun is None:
        return Resolved(False, None), rivals | _new(sentence, lead)
    word = pronoun[1].lower()
    stands = CLASS_OF[word]
    sure = (
        stands in subject.pronouns - rivals
        and _is_bare(sentence[: pronoun.start()])
        and not (word == "it" and _EXPLETIVE.match(sentence, pronoun.start()))
        and not (word == "her" and not led)
        and _unquoted(sentence, pronoun.start())
    )
    if led and word not in _POSSESSIVE:
        after = rivals if sure else rivals | {stands} - subject.pronouns
    elif led:
        after = rivals | _belonging(sentence, pronoun.end())
    else:
        after = rivals if sure and word not in _POSSESSIVE else rivals | _new(sentence, lead)
    if not sure:
        return Resolved(False, None), after
    if _names(subject, sentence, len(sentence)):
        return Resolved(True, None), after
    name = _possessive(subject) if word in _POSSESSIVE else subject.name
    return Resolved(True, Reference(pronoun.start(), pronoun.end(), name)), after


def _names(subject: Subject, sentence: str, end: int) -> bool:
    """Whether a capitalised word of the subject's name stands in the sentence before `end`."""
    return any(term(word, "en") in subject.terms for word in _CAPITAL.findall(sentence, 0, end))


def _leads(subject: Subject, sentence: str, lead: int) -> bool:
    """Whether the sentence begins with the subject's name, not with a thing of it (`Wood's films`)."""
    first = re.split(r"['’]s?\s", sentence[lead : lead + len(subject.name) + _ARTICLE], maxsplit=1)
    return len(first) == 1 and bool(content(first[0]) & subject.terms)


def _new(sentence: str, lead: int) -> frozenset[str]:
    """What pronouns may stand for what a sentence leads with."""
    if phrase := _NOUN_PHRASE.match(sentence, lead):
        return _ALL if is_person(phrase["noun"].lower()) or phrase["noun"][0].isupper() else _THINGS
    first = re.match(r"[\"“]?([\w’'-]+)", sentence[lead:])
    if first is None:
        return frozenset()
    if first[1][0].isupper() and term(first[1], "en"):
        return _THINGS if sentence[lead] in '"“' else _ALL
    return frozenset() if first[1].lower() in ("there", "both", "one") else _THINGS


def _belonging(sentence: str, at: int) -> frozenset[str]:
    """What pronouns may stand for what is called his, hers or its: a father, a capital."""
    following = set(re.findall(r"[a-z]+", sentence[at : at + 40])[:3])
    living = following & (_MALE | _FEMALE | _LIVING) or any(map(is_person, following))
    if not living:
        return _THINGS
    if following & _MALE:
        return frozenset(("he", "they"))
    return frozenset(("she", "they")) if following & _FEMALE else _ALL


def _describes(subject: Subject, phrase: re.Match[str]) -> bool:
    """Whether `the film` or `the animated film` says no more than what the subject is."""
    kind = frozenset(subject.kind.lower().split())
    said = frozenset(phrase["words"].lower().split())
    definite = phrase.group()[:2].lower() == "th"
    whole = _WHOLE.match(phrase.string, phrase.end()) is not None
    return definite and whole and phrase["noun"] == subject.noun and said <= kind


def _introduces(subject: Subject, sentence: str) -> bool:
    """Whether another thing of the subject's kind comes up: `a second film`, `films`."""
    noun = re.escape(subject.noun)
    other = (
        rf"\b(?:an?|another|other|second|third|first|new|next|two|three|same)\s(?:[\w-]+\s){{0,3}}?{noun}\b|\b{noun}s\b"
    )
    return subject.noun != "" and subject.noun in sentence and re.search(other, sentence) is not None


def _is_bare(before: str) -> bool:
    """Whether nothing before a pronoun in its sentence has a name that it may stand for, but for places and times."""
    return _PLACED.fullmatch(before) is not None or not _CAPITAL.search(before, 1)


def _unquoted(sentence: str, at: int) -> bool:
    before = sentence[:at]
    return before.count('"') % 2 == 0 and before.count("“") <= before.count("”")


def _possessive(subject: Subject) -> str:
    plural = "they" in subject.pronouns and subject.name.endswith("s")
    return subject.name + ("’" if plural else "'s")
