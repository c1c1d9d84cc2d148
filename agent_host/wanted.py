"""What form an answer must have: a person, a place, a title, a number ..., as the noun asked for says."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from agent_host.words import words
from myriad.agent.v1.evidence_pb2 import AnswerType


class Want(Enum):
    """The forms of answers that a question can ask for."""

    PERSON = "person"
    PLACE = "place"
    DATE = "date"
    NUMBER = "number"
    WORK = "work"
    GROUP = "group"
    NATION = "nation"
    NOUN = "noun"
    NAME = "name"
    ANY = "any"


_NOUNS: Mapping[Want, str] = {
    Want.PERSON: (
        "person people man woman boy girl child children brother sister son daughter husband wife father mother spouse "
        "parent grandfather grandmother uncle aunt cousin nephew niece king queen prince princess emperor empress pope "
        "saint president chancellor mayor senator politician chairman chairwoman ceo coach captain character "
        "characters actress actresses musician comedian guest host star model artist author poet chef athlete pilot "
        "astronaut scientist celebrity dj hero villain goddess god lady lord duke earl baron monk nun bishop judge"
    ),
    Want.PLACE: (
        "place city town village country state county province region district area island river lake mountain "
        "continent capital location birthplace hometown neighborhood neighbourhood suburb borough territory "
        "municipality street road square building venue airport park sea ocean valley peninsula nation room floor "
        "headquarters site"
    ),
    Want.DATE: "year years date day month decade century era time season deadline weekday",
    Want.NUMBER: (
        "age amount distance height number output percentage population length weight width depth speed capacity size "
        "price cost fee limit rate temperature altitude elevation duration salary budget maximum minimum total"
    ),
    Want.WORK: (
        "film films movie movies novel novels book books song songs album albums single show sitcom series opera play "
        "musical poem magazine newspaper journal episode game documentary soundtrack track story comic comics manga "
        "ep drama franchise anime program programme painting videogame sequel miniseries publication comedy thriller"
    ),
    Want.GROUP: (
        "band group company companies team club university college school label network station channel organization "
        "organisation party corporation brand agency airline manufacturer publisher firm institution institute academy "
        "studio league ministry department bank duo trio orchestra family tribe tribes business retailer chain "
        "conference association church hospital museum army regiment"
    ),
    Want.NATION: "nationality language ethnicity citizenship descent dialect languages nationalities",
    Want.NOUN: (
        "profession occupation job role position genre genres type kind sort style instrument sport breed species "
        "subject topic field discipline degree colour color material purpose reason cause ingredient class category "
        "form method feature animal plant food professions occupations career"
    ),
}
_WANT_OF = {word: want for want, listing in _NOUNS.items() for word in listing.split()}
# Names of those who do something; words that merely look like them.
_DOERS = ("er", "or", "ist", "ian", "ess")
_NO_DOERS = words("""
    number letter paper order power computer tower theater theatre color motor center river water winter summer
    member quarter chapter layer server browser folder buffer register header parameter operator container router
    border corner cover danger dinner finger flower layer ladder matter metal offer powder printer shower timer
    trailer transfer weather error factor vector sector mirror minor major floor door list gist dress process address
    access business success illness program
""")

TYPE_OF: Mapping[Want, AnswerType.ValueType] = {
    Want.PERSON: AnswerType.ANSWER_TYPE_PERSON,
    Want.PLACE: AnswerType.ANSWER_TYPE_PLACE,
    Want.DATE: AnswerType.ANSWER_TYPE_DATE,
    Want.NUMBER: AnswerType.ANSWER_TYPE_NUMBER,
    Want.WORK: AnswerType.ANSWER_TYPE_THING,
    Want.GROUP: AnswerType.ANSWER_TYPE_THING,
    Want.NATION: AnswerType.ANSWER_TYPE_THING,
    Want.NOUN: AnswerType.ANSWER_TYPE_THING,
    Want.NAME: AnswerType.ANSWER_TYPE_THING,
    Want.ANY: AnswerType.ANSWER_TYPE_UNSPECIFIED,
}


def want_of(noun: str) -> Want | None:
    """The form that a lower-case noun asks for; None if the noun tells nothing."""
    if found := _WANT_OF.get(noun):
        return found
    bare = noun.removesuffix("s")
    if len(bare) > 4 and bare.endswith(_DOERS) and bare not in _NO_DOERS:
        return Want.PERSON
    return None
