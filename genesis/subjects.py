"""
Subjects: whom or what the pronoun stands for with which a passage opens, decided from the document before it.

The last name that was the subject of a sentence and that the pronoun fits; where a section begins, its heading or the
document's title. Nothing rather than a guess: a wrong name is worse than "it".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import IntEnum

from genesis.fairness import breathe
from genesis.passages import Passage
from language.english import entities
from language.english.vocabulary import GENERIC_HEADINGS
from language.inflection import is_plural

LONGEST = 100
"""Characters of a subject."""
_HEAD = 90
"""Characters in which a sentence names its subject."""
_NEAR = 2
"""Sentences after which a thing is not what "it" stands for any more."""


class Pronoun(IntEnum):
    """A pronoun, whatever its case; the numbers are groups of `_OPENING`."""

    HE = 1
    SHE = 2
    IT = 3
    THEY = 4


_WORDS = r"(?:(he|his)|(she|her)|(its?)|(they|their))\b(?! (?:that|who|which)\b)"
_OPENING = re.compile(
    r"[-*+•>\"“‘(_ ]{0,20}(?:(?:(?:in|on|at|during|after|before|until|since|from) (?:\d+|that|this|the|[^\W\d_a-z]\w*)"
    r"(?: \w+){0,3}?|then|there|but|and|so|also|later|soon|now|here|today|however|moreover|still|thus|hence|yet|when"
    rf"|while|as|if|although|though|because|once|finally|instead|eventually),? ){{0,2}}{_WORDS}",
    re.IGNORECASE,
)
_POSSESSIVE = re.compile(r"\b(?:(his)|(her)|(its)|(their))\b")
_IS = r"(?:is|was|has been|(?:will|would|may|must|should|might|can) be|seem|follow|appear|happen|turn|takes|took)\w*"
_EXPLETIVE = re.compile(
    rf"it(?:['’]s| {_IS})\b(?:[^.,;]{{0,60}}?\b(?:that|to|for|of|who|whether|if|when)\b| (?:not|true|raining|snowing|"
    r"late|early|dark|quiet|cold|warm|hot|noon|midnight|morning|evening|night|winter|summer)\b)",
    re.IGNORECASE,
)
"""It stands for nothing: "it is said that", "it was raining"."""
_THING = re.compile(
    r"(?:The|An?|Each|Every) ((?:[a-z][\w-]*+ ){0,2}?[a-z][\w-]*+)"
    r" (?:is|was|has|had|can|may|must|will|shall|does|did|[a-z]{2,}(?:[tnldkp]s|es|ed))\b"
)
_BEFORE_OBJECTS = """
in at on from to of by with for near under over after before during since until into between as than via and or
"""
_PREPOSITIONS = frozenset(_BEFORE_OBJECTS.split())
_LAST_WORD = re.compile(r"(\w+)\W*\Z")
_PERSON = re.compile(r"(?!The )[^\W\d_a-z][\w.'’-]*(?: (?:[a-z]{1,3} ){0,2}[^\W\d_a-z][\w.'’-]*){0,4}(?:, .*)?")
_NO_PERSON = re.compile(r"\b(?:and|for|in|on|of|a|the)\b|[_*\d]")
_NO_THING = re.compile(r"\band\b|[_*]| (?:\w|\d+)$")
_VICINITY = 3_000
_LOOKS = 5
"""Characters around a sentence in which a word that opens it shows whether it is a name."""
_FINAL_PARENTHESIS = re.compile(r"(?<!\s)\s*+\([^()]*+\)\s*$")
_NUMBERING = re.compile(
    r"^(?:(?:chapter|section|part|book|appendix|article)\s+[\w.]{1,8}[.:]*\s*|(?:\d{1,3}|[A-Z])(?:\.\d{1,3})*[.):]*\s+)",
    re.IGNORECASE,
)


@dataclass(slots=True)
class _Discourse:
    """Who and what was spoken of so far."""

    now: int = 0
    """How many sentences were heard."""
    last: dict[Pronoun, tuple[str, int]] = field(default_factory=dict)
    """By pronoun, what it stood for last, and when."""
    known: dict[str, Pronoun] = field(default_factory=dict)
    """By name, the pronoun that stood for it."""
    whole: dict[str, str] = field(default_factory=dict)
    """By a word of a name, the whole name: "Holmgren" is who was called Edda Holmgren before."""
    new: tuple[str, int] = ("", 0)
    """The last name that no pronoun has stood for yet, and when it came up."""

    def begin_section(self) -> None:
        """Things are forgotten where a section begins; persons are not."""
        self.last = {one: at for one, at in self.last.items() if one in (Pronoun.HE, Pronoun.SHE)}
        self.new = ("", 0)

    def stands_for(self, pronoun: Pronoun) -> str:
        name, at = self.new
        if name and self.now - at <= _NEAR and _may_be(name, pronoun):
            return name
        name, at = self.last.get(pronoun, ("", 0))
        return name if pronoun in (Pronoun.HE, Pronoun.SHE) or self.now - at <= _NEAR else ""

    def hear(self, text: str, start: int, end: int) -> None:
        """The next sentence."""
        self.now += 1
        end = min(end, start + _HEAD)
        if pronoun := _opening_pronoun(text, start, end):
            if name := self.stands_for(pronoun):
                self._settle(name, pronoun)
        elif thing := _THING.match(text, start, end):
            self.last[Pronoun.IT] = f"the {thing[1]}", self.now
        elif name := self._name(text, start, end):
            own = _POSSESSIVE.search(text, start, end)
            if known := self.known.get(name):
                self._settle(name, known)
            elif own and _may_be(name, Pronoun(own.lastindex or 0)):
                self._settle(name, Pronoun(own.lastindex or 0))
            else:
                self.new = name, self.now

    def _settle(self, name: str, pronoun: Pronoun) -> None:
        self.known[name] = pronoun
        self.last[pronoun] = name, self.now
        if name == self.new[0]:
            self.new = ("", 0)

    def _name(self, text: str, start: int, end: int) -> str:
        """The name that is the subject of a sentence: the first that no preposition stands before."""
        for run in entities.runs(text, start, end):
            before = _LAST_WORD.search(text, max(start, run.start - 20), run.start)
            if before is None or before[1].lower() not in _PREPOSITIONS:
                name = run.said(text)
                if " " not in name:
                    is_name = name in self.whole or run.start > start or _stands_inside(text, name, start)
                    return self.whole.get(name, name) if is_name else ""
                self.whole[name.partition(" ")[0]] = self.whole[name.rpartition(" ")[2]] = name
                return name
        return ""


def subjects(title: str, passages: Sequence[Passage]) -> Iterator[str]:
    """For each passage of a document, in order, what its opening pronoun stands for; empty if nothing tells."""
    openings = [_opening_pronoun(one.text.text, *one.sentences[0]) for one in passages]
    # What is said after the last pronoun that stands for something tells nobody anything.
    asked = max((at for at, pronoun in enumerate(openings) if pronoun), default=0)
    discourse = _Discourse()
    path: tuple[str, ...] | None = None
    for at, (passage, pronoun) in enumerate(zip(passages, openings, strict=True)):
        begins = passage.path != path
        if begins:
            path = passage.path
            discourse.begin_section()
        found = ""
        if pronoun:
            found = discourse.stands_for(pronoun) or (_above(title, passage.path, pronoun) if begins else "")
        yield found[:LONGEST]
        breathe()
        if at < asked:
            for start, end in passage.sentences:
                discourse.hear(passage.text.text, start, end)


def _opening_pronoun(text: str, start: int, end: int) -> Pronoun | None:
    """The pronoun that is the subject of a sentence, or says whose the subject is."""
    match = _OPENING.match(text, start, end)
    if not match or not match.lastindex:
        return None
    pronoun = Pronoun(match.lastindex)
    if pronoun is Pronoun.IT and _EXPLETIVE.match(text, match.start(Pronoun.IT), end):
        return None
    return pronoun


def _stands_inside(text: str, name: str, near: int) -> bool:
    """Whether a word that opens a sentence stands inside another one near by, with its capital."""
    at, end = max(0, near - _VICINITY), near + _VICINITY
    for _ in range(_LOOKS):
        at = text.find(f" {name}", at, end) + 1
        if at < 2 or text[at - 2].islower() or text[at - 2] == ",":
            return at > 1
    return False


def _may_be(name: str, pronoun: Pronoun) -> bool:
    match pronoun:
        case Pronoun.IT:
            return " " in name and not _NO_THING.search(name)
        case Pronoun.THEY:
            return name.endswith("s") or " and " in name
        case _:
            return _PERSON.fullmatch(name) is not None and not name.isupper() and not _NO_PERSON.search(name)


def _above(title: str, path: Sequence[str], pronoun: Pronoun) -> str:
    """The heading, or else the title, that a pronoun can stand for in a section's first sentence."""
    if path and path[-1].rstrip().endswith("?"):
        return ""  # it is what is asked about, which may be anything
    for above in (*path[-1:], title):
        name = _FINAL_PARENTHESIS.sub("", _NUMBERING.sub("", above)).strip(" .:")
        named = name != "" and name.casefold() not in GENERIC_HEADINGS
        if named and above != title and pronoun is Pronoun.IT and is_plural(name.rpartition(" ")[2].lower()):
            return ""  # "Webhooks" are no "it", and whether the title is one nothing tells
        if named and (pronoun is Pronoun.IT or (pronoun is not Pronoun.THEY and _may_be(name, pronoun))):
            return name
    return ""
