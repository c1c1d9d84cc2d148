"""Nouns by the sort of thing that they are of: a noun asked for says what may answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum


class Sort(Enum):
    """Sorts of things."""

    PERSON = "person"
    PLACE = "place"
    DATE = "date"
    NUMBER = "number"
    WORK = "work"
    GROUP = "group"
    NATION = "nation"
    QUALITY = "quality"
    THING = "thing"


_NOUNS: Mapping[Sort, str] = {
    Sort.PERSON: (
        "person people man woman boy girl child children brother sister son daughter husband wife father mother "
        "spouse parent grandfather grandmother uncle aunt cousin nephew niece king queen prince princess emperor "
        "empress pope saint president chancellor mayor senator politician chairman chairwoman ceo coach captain "
        "character characters actress actresses musician comedian guest host star model artist author poet chef "
        "athlete pilot astronaut scientist celebrity dj hero villain goddess god lady lord duke earl baron monk nun "
        "bishop judge boss consort sibling guy gentleman kid widow widower sultan"
    ),
    Sort.PLACE: (
        "place city town village country state county province region district area island river lake mountain "
        "continent capital location birthplace hometown neighborhood neighbourhood suburb borough territory "
        "municipality street road square building venue airport park sea ocean valley peninsula nation room floor "
        "headquarters site metropolis hamlet settlement stream creek mansion residence stadium arena"
    ),
    Sort.DATE: "year years date day month decade century era time season deadline weekday",
    Sort.NUMBER: (
        "age amount distance height number output percentage population length weight width depth speed capacity size "
        "price cost fee limit rate temperature altitude elevation duration salary budget maximum minimum total"
    ),
    Sort.WORK: (
        "film films movie movies novel novels book books song songs album albums single show sitcom series opera play "
        "musical poem magazine newspaper journal episode game documentary soundtrack track story comic comics manga "
        "ep drama franchise anime program programme painting videogame sequel miniseries publication comedy thriller "
        "tune flick ballad trilogy prequel remake telenovela"
    ),
    Sort.GROUP: (
        "band group company companies team club university college school label network station channel organization "
        "organisation party corporation brand agency airline manufacturer publisher firm institution institute "
        "academy studio league ministry department bank duo trio orchestra family tribe tribes business retailer "
        "chain conference association church hospital museum army regiment troupe nonprofit charity squad ensemble "
        "quartet quintet choir foundation"
    ),
    Sort.NATION: "nationality language ethnicity citizenship descent dialect languages nationalities",
    Sort.QUALITY: (
        "profession occupation job role position genre genres type kind sort style instrument sport breed species "
        "subject topic field discipline degree colour color material purpose reason cause ingredient class category "
        "form method feature animal plant food professions occupations career"
    ),
}
_SORT_OF = {word: want for want, listing in _NOUNS.items() for word in listing.split()}
# Names of those who do something; words that merely look like them.
_DOERS = ("er", "or", "ist", "ian", "ess")
_NO_DOER_WORDS = """
    number letter paper order power computer tower theater theatre color motor center river water winter summer
    member quarter chapter layer server browser folder buffer register header parameter operator container router
    border corner cover danger dinner finger flower layer ladder matter metal offer powder printer shower timer
    trailer transfer weather error factor vector sector mirror minor major floor door list gist dress process
    address access business success illness program disorder
"""
_NO_DOERS = frozenset(_NO_DOER_WORDS.split())


def sort_of(noun: str) -> Sort | None:
    """What a lower-case noun is of; None if that is not known."""
    if found := _SORT_OF.get(noun):
        return found
    bare = noun.removesuffix("s")
    if len(bare) > 4 and bare.endswith(_DOERS) and bare not in _NO_DOERS:
        return Sort.PERSON
    return None


_BROADER = """
publication: magazine newspaper book journal novel
film: movie feature sitcom
movie: film
feature: film
musician: singer guitarist drummer pianist rapper songwriter bassist vocalist composer
singer: vocalist
author: writer novelist poet playwright
writer: author novelist poet playwright screenwriter journalist
band: group duo trio
group: band duo trio quartet
company: corporation firm manufacturer brewery publisher retailer brand
athlete: footballer boxer swimmer runner cyclist skier player
politician: senator minister president mayor
city: town
game: videogame
dog: breed
plant: genus tree shrub flower
"""
_WIDER: dict[str, list[str]] = {}
for _line in _BROADER.strip().splitlines():
    _wide, _, _narrow = _line.partition(":")
    for _word in _narrow.split():
        _WIDER.setdefault(_word, []).append(_wide)


def broader(noun: str) -> Sequence[str]:
    """The words that a lower-case noun may be called by as well."""
    return _WIDER.get(noun, ())
