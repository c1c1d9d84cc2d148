"""The subject: whom or what a passage is about, by name, what that is, and which pronouns may stand for it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from language.terms import said, term
from language.values import MONTHS

_PARENTHESIS = re.compile(r"(?<!\s)\s*+\([^()]*+\)\s*$")
_DEFINED = re.compile(
    r"(?:In [^,\n]{1,60}, )?"
    r"(?P<name>(?:(?:The|An?)\s++)?[\"“]?[^\W_a-z]"
    r"(?:[^\n();{}\[\]]|\((?=[^()]{0,30}\)\s++(?:is|was|are|were)\b)){0,80}?)[\"”]?"
    r"(?:,?\s*+\((?P<life>[^()]*+(?:\([^()]*+\)[^()]*+)*+)\))?(?:,\s[^.;]{0,80},)?(?:\s*+,)?\s++"
    r"(?P<verb>is|was|are|were)\s+(?:one of the|an?|the|any)\s+(?P<kind>[^.,;()\"“]{2,120})"
)
_KIND_END = re.compile(
    r"(?<!\s)\s++(?:(?:in|of|from|by|for|to|as|that|which|who|whose|where|with|at|on|between|about|during|under|since|"
    r"\w+(?:ed|ing)(?=\s++(?:by|in|on|at|with|for|from|to|as|of|the|an?|and)\b)|written|known|best|born|set|held|built|"
    r"made|sung|led|given|won|currently|originally)\b|(?:and|or)$)"
)
_LIFE = re.compile(r"\bborn\b|\d{3,4}\b.{0,30}[–-].{0,30}\b\d{3,4}|\bdied\b|\bfl\.")
_LEADING = re.compile(r"(?:^|[.!?]\s+)(?:In [^,.]{1,40},\s)?(he|she|it|they|his|her|its|their)\b", re.IGNORECASE)
_GENDERED = re.compile(r"\b(he|she|his|her)\b", re.IGNORECASE)
_NO_NAME = frozenset(("that", "which", "who", "whose", "to", "is", "if", "when", "you", "we"))
"""Words that are in no name, but in a sentence about to define something."""
_AHEAD = 40
"""Characters more than it has, within which an opening sentence names its title."""
CLASS_OF = {
    "he": "he", "his": "he", "she": "she", "her": "she", "it": "it", "its": "it", "they": "they", "their": "they",
}  # fmt: skip
"""Which subject pronoun a pronoun goes with."""


def _listed(listing: str) -> frozenset[str]:
    return frozenset(listing.split())


_PERSON = re.compile(r"\w{2,}(?:er|or|ist|ian|man|woman|ess|eer|ete|ant)$")
_PERSONS = _listed("""
    coach king queen prince princess duke earl count baron peer son daughter brother sister wife husband father mother
    general president pilot priest bishop pope saint monk nun judge scholar cook chef model star host professor author
    patron agent poet lord lady knight scout chief cardinal mathematician singer-songwriter character guard politician
    executive activist expert student clerk official academic recipient native member leader head architect
""")
_NO_PERSONS = _listed("""
    newspaper order computer theater river number tower paper chapter border quarter center water letter thriller
    folder router server processor sensor motor corridor color harbor error sector cover folklore disorder register
    cluster printer container layer parameter helicopter transmitter restaurant plant premier-league soccer cancer
    headquarter answer charter power weather pier fighter bomber carrier cruiser destroyer tender freighter steamer
    flower semester winter summer gender poster sequester peninsula elevator reactor refrigerator
""")
_GROUPS = _listed("""
    band duo trio quartet quintet group team ensemble orchestra choir company club family people tribe committee
    organization organisation association union corporation firm party council crew squad agency label brand
""")


@dataclass(frozen=True, slots=True)
class Subject:
    """
    Its name and the terms of that, empty if nothing tells; what it is (`American singer`), the last word of that; the
    subject pronouns that may stand for it, none if that is not known.
    """

    name: str
    terms: frozenset[str]
    kind: str
    noun: str
    pronouns: frozenset[str]


def subject(stated: str, title: str, opening: str, text: str) -> Subject:
    """
    The subject of a passage: the one that its packet states, its title if the opening sentence names it, or what that
    sentence defines.
    """
    defined = _DEFINED.match(opening)
    name = stated or _titled(title, opening) or (_bare(defined["name"]) if defined else "")
    terms = content(name)
    # What the opening defines may be something else than what the packet says; `he` is that.
    if defined and not (terms & content(defined["name"]) or (stated and defined["name"].lower() in CLASS_OF)):
        defined = None
    kind = _KIND_END.split(defined["kind"], maxsplit=1)[0].strip() if defined else ""
    noun = re.split(r"[\s/]", kind)[-1].lower()
    life = bool(defined and defined["life"] and _LIFE.search(defined["life"]))
    plural = bool(defined and defined["verb"] in ("are", "were"))
    return Subject(name, terms, kind, noun, _pronouns(noun, text, life=life, plural=plural) if name else frozenset())


def is_person(noun: str) -> bool:
    """Whether a noun is of a person, as far as its form tells."""
    return noun in _PERSONS or (_PERSON.fullmatch(noun) is not None and noun not in _NO_PERSONS)


@lru_cache(maxsize=512)
def content(text: str) -> frozenset[str]:
    """The terms of a few words."""
    return said(text, "en")


def _titled(title: str, opening: str) -> str:
    """The title without its parenthesis or what follows a comma, if the opening sentence begins with all of it."""
    bare = _PARENTHESIS.sub("", title.strip())
    for name in (bare, bare.partition(", ")[0]):
        terms = content(name)
        if terms and terms <= content(opening[: len(name) + _AHEAD]):
            return name
    return ""


def _bare(name: str) -> str:
    """A name without indefinite article and quotation marks; empty if it is none, but a word such as `There`."""
    bare = re.sub(r"^An?\s+(?=[A-Z])", "", name.strip()).strip(' "“”,')
    first = bare.removeprefix("The ").partition(" ")[0]
    if not _NO_NAME.isdisjoint(bare.split()):
        return ""
    return "" if first in MONTHS or first.lower() == "following" or not term(first, "en") else bare


def _pronouns(noun: str, text: str, *, life: bool, plural: bool) -> frozenset[str]:
    if life or (noun and is_person(noun)):
        first = _GENDERED.search(text)
        return frozenset((CLASS_OF[first[1].lower()],)) if first else frozenset()
    if noun in _GROUPS:
        return frozenset(("it", "they"))
    if noun:
        return frozenset(("they" if plural else "it",))
    first = _LEADING.search(text)
    return frozenset((CLASS_OF[first[1].lower()],)) if first else frozenset()
