"""Relations: the phrases by which a sentence states an attribute of what it is about, and where the value stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from language.nations import countries
from language.values import MONTHS, NAME, NUMBER, UNIT

_MONTH = "|".join(MONTHS)
_A_YEAR = r"(?:1\d{3}|20\d{2})"
DATE = (
    rf"\b(?:\d{{1,2}}(?:st|nd|rd|th)?(?:\s+of)?\s+(?:{_MONTH}),?\s+(?:{_A_YEAR}|\d{{3}})"
    rf"|(?:{_MONTH})\s+\d{{1,2}},?\s+{_A_YEAR}|(?:{_MONTH})\s+{_A_YEAR}|\d{{1,2}}(?:st|nd|rd|th)\s+century|{_A_YEAR}s?)\b"
)
_BY = {
    "directed": "director", "written": "writer", "authored": "writer", "composed": "composer", "produced": "producer",
    "performed": "performer", "sung": "performer", "recorded": "performer", "created": "creator", "edited": "editor",
    "designed": "designer", "developed": "developer", "published": "publisher", "distributed": "distributor",
    "founded": "founder", "established": "founder", "owned": "owner", "discovered": "discoverer",
    "invented": "inventor", "hosted": "host", "painted": "painter", "built": "builder", "illustrated": "illustrator",
    "maintained": "owner", "led": "leader", "coached": "coach",
}  # fmt: skip
_VERBS = "|".join(_BY)
_VERB = re.compile(_VERBS)
_PASSIVE = re.compile(rf"\b(?:co-)?(?:{_VERBS})(?>(?:,? (?:and|&) |, ?|/)(?:co-)?(?:[a-z]+ed|{_VERBS})){{0,12}}+ by\s+")
# What may stand between a phrase and the name: `by the American singer Ann Lee`.
_DESCRIBED = (
    r"(?:(?:the|an?|his|her|its)\s+)?(?:(?:[A-Z][a-z]+(?:an|ish|ese|ch|i)\s+)?(?:[a-z][\w/-]*\s+){1,4}(?=[A-Z]))?"
)
# `daughter of John II, Duke of Brittany, and Beatrice of England`, but no second title of the father's.
_SECOND_PARENT = (
    r"\b(?:son|daughter|child)\s+of\s+(?:[^.;()]|\([^()]*\)){3,120}\sand\s+(?:his\s+(?:\w+\s+)?wife,?\s+)?"
    r"(?!(?:Duke|King|Queen|Count|Prince|Princess|Earl|Baron|Lord|Emperor|Elector|Margrave)\s+of)(?=[A-Z])"
)
_QUANTITY = rf"(?P<v>{NUMBER.pattern}(?:[\s-](?:{UNIT.pattern})\b)?)"
_IN_PLACE = r"(?:\s+(?:the|downtown|central|north|south|east|west|northern|southern|eastern|western))*\s+"


class Stated(NamedTuple):
    """An attribute with the place of its value in the sentence."""

    attribute: str
    start: int
    end: int
    is_figure: bool = False


class _Relation(NamedTuple):
    attribute: str
    cue: str
    """A text without which the phrase cannot be in a sentence."""
    phrase: re.Pattern[str]


def _named(attribute: str, cue: str, phrase: str) -> _Relation:
    return _Relation(attribute, cue, re.compile(phrase + _DESCRIBED))


_NAMES = (
    _named("birthplace", "born", rf"\b[Bb]orn\b[^.;]{{0,40}}?\b(?:in|at){_IN_PLACE}(?![a-z0-9])"),
    _named("deathplace", "died", rf"\bdied\b[^.;]{{0,40}}?\b(?:in|at){_IN_PLACE}(?![a-z0-9])"),
    _named("spouse", "marri", r"\bmarri(?:ed|es)\s+(?:to\s+)?"),
    _named("spouse", " of ", r"\b(?:wife|husband|spouse|widow)\s+of\s+"),
    _named("spouse", "is wife", r"\b[Hh]is wife,?\s+"),
    _named("spouse", "er husband", r"\b[Hh]er husband,?\s+"),
    _named("father", " of ", r"\b(?:son|daughter|child)\s+of\s+"),
    _named("mother", " of ", _SECOND_PARENT),
    _named("father", "father", r"\bfather(?:,| was| is)\s+"),
    _named("mother", "mother", r"\bmother(?:,| was| is)\s+"),
    _named("child", "ather of", r"\b(?:fa|mo)ther\s+of\s+"),
    _named("composer", "by", r"\b(?:music|score|soundtrack)\s+(?:\w+\s+){0,2}?by\s+"),
    _named("performer", " by ", r"\b(?:song|single|album|EP|track)\s+(?:\w+\s+){0,3}?by\s+"),
    _named("writer", " by ", r"\b(?:novel|book|play|poem|story|screenplay)\s+by\s+"),
    _named("star", "starr", r"\bstarring\s+"),
    _named("star", "stars", r"\bstars\s+"),
    _named("headquarters", "headquarter", rf"\bheadquarter(?:s|ed)\s+(?:is|are|in|at)(?:\s+in)?{_IN_PLACE}"),
    _named("capital", "capital", r"\bcapital(?: and largest)?(?: city)?\s+(?:is|was|of)\s+"),
    _named("member of", "member", r"\bmembers?\s+of\s+(?:the\s+)?"),
    _named("education", "ed ", r"\b(?:graduated from|educated at|studied at|attended)\s+"),
    *(
        _named("award", prize, rf"\b(?:won|received|awarded)\s+(?:the|an?)\s+(?=[^.;,]{{0,60}}{prize})")
        for prize in ("Award", "Prize", "Medal")
    ),
    _named("part of", "part of", r"\bpart\s+of\s+(?:the\s+)?"),
    _named("owner", "subsidiary", r"\bsubsidiary\s+of\s+"),
)  # fmt: skip
_FIGURES = tuple(
    _Relation(attribute, cue, re.compile(phrase.format(_QUANTITY)))
    for attribute, cue, phrase in (
        (
            "population",
            "population",
            r"\bpopulation\b(?:\s+(?:of|was|is|at|in|the|about|estimated|\w+ census)){{0,6}}\s+{}",
        ),
        ("population", "nhabitants", r"{}\s+(?:inhabitants|residents)\b"),
        ("height", "tall", r"{}(?:\s+\([^()]*\))?\s+(?:tall|high)\b"),
        ("height", "height", r"\b(?:height|elevation|altitude)\s+(?:of|is|was)\s+(?:about\s+)?{}"),
        ("length", "long", r"{}(?:\s+\([^()]*\))?\s+long\b"),
        ("length", "length", r"\blength\s+(?:of|is|was)\s+(?:about\s+)?{}"),
        ("area", "area", r"\barea\s+(?:of|is|was)\s+(?:about\s+)?{}"),
        ("weight", "weigh", r"\bweigh(?:s|ed|ing|t of)\s+(?:about\s+)?{}"),
        ("capacity", "capacity", r"\bcapacity\s+(?:of|is|was|for)\s+(?:about\s+)?{}"),
        ("capacity", "seats", r"\bseats\s+(?:about\s+)?{}"),
        ("cost", "cost", r"\bcosts?\s+(?:about\s+)?{}"),
        ("price", "price", r"\bpriced?\s+(?:of|is|was|at)\s+(?:about\s+)?{}"),
        ("budget", "budget", r"\bbudget\s+(?:of|is|was)\s+(?:about\s+)?{}"),
        ("gross", "gross", r"\bgross(?:ed|ing|es)\s+(?:over\s+|about\s+|more than\s+)?{}"),
    )
)
_EVENTS = {
    "born": "born", "died": "died", "founded": "founded|established|formed|created",
    "released": "released|premiered|published", "opened": "opened|inaugurated",
    "closed": "closed|dissolved|demolished|abolished|disbanded", "built": "built|completed|constructed",
    "married": "married", "elected": "elected|appointed", "aired": "aired|broadcast", "held": "held|took place",
}  # fmt: skip
_BEGINS = "".join(
    sorted({verb[0] for verbs in _EVENTS.values() for verb in (*verbs.split("|"), *verbs.title().split("|"))})
)
_EVENT = re.compile(
    rf"(?=[{_BEGINS}])\b(?:"
    + "|".join(f"(?P<{attribute}>{verbs}|{verbs.title()})" for attribute, verbs in _EVENTS.items())
    + r")\b(?:,?\s+(?:on|in|at|since|around|early|mid|late|[A-Z][\w.]+)\b\.?){0,5}?,?\s+"
    + rf"(?P<date>{DATE})"
)
_YEAR = re.compile(r"\d\d\d\d|century")
_LONGEST_SHORT = 4
"""Letters of a word from which its full stop is the sentence's: `Sr.`, `U.S.` keep theirs."""
_NO_VALUES = frozenset(
    ("He", "She", "It", "They", "His", "Her", "Its", "Their", "The", "A", "An", "In", "On", "At", "I", "We")
)


def dated(sentence: str) -> Iterator[Stated]:
    """The events of a sentence with their dates."""
    if not _YEAR.search(sentence):
        return
    for event in _EVENT.finditer(sentence):
        attribute = next(name for name in _EVENTS if event[name])
        yield Stated(attribute, *event.span("date"))


def related(sentence: str) -> Iterator[Stated]:
    """The persons, places and things that a sentence relates its subject to, and its figures."""
    if " by " in sentence:
        for passive in _PASSIVE.finditer(sentence):
            attributes = {_BY[verb] for verb in _VERB.findall(passive.group())}
            if name := _name(sentence, passive.end(), _BY_NAME):
                yield from (Stated(attribute, *name) for attribute in sorted(attributes))
    for one in _NAMES:
        if one.cue in sentence and (match := one.phrase.search(sentence)) and (name := _name(sentence, match.end())):
            yield Stated(one.attribute, *name)
    for one in _FIGURES:
        if one.cue in sentence and (match := one.phrase.search(sentence)):
            yield Stated(one.attribute, *match.span("v"), is_figure=True)


_BY_NAME = re.compile(_DESCRIBED)


def _name(sentence: str, at: int, before: re.Pattern[str] | None = None) -> tuple[int, int] | None:
    """Where the name that begins here, or behind its description, stands; a nationality alone is none."""
    if before and (described := before.match(sentence, at)):
        at = described.end()
    name = NAME.match(sentence, at)
    if name is None or name.group() in _NO_VALUES:
        return None
    bare = name.group().rstrip(",'’&-")
    last = re.split(r"[\s-]", bare)[-1].rstrip(".")
    if is_demonym(last):
        return None
    return at, at + len(bare if len(last) < _LONGEST_SHORT else bare.rstrip("."))


def is_demonym(word: str) -> bool:
    """Whether a word says of which country something is: `American`."""
    return any(country != word for country in countries(word))
