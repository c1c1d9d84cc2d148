"""Attributes: which of those that claims state the words of a question ask for."""

from __future__ import annotations

_WORDS = """
father: father
mother: mother
spouse: husband wife spouse married marry
child: child children son daughter
director: director directed direct
writer: writer wrote written author authored
composer: composer composed wrote music
producer: producer produced
performer: performer performed sang sung sings singer recorded
creator: creator created
editor: editor edited
designer: designer designed
developer: developer developed
publisher: publisher published publishes
distributor: distributor distributed
founder: founder founders founded established
owner: owner owned owns
discoverer: discovered discoverer
inventor: invented inventor
host: host hosted hosts
painter: painter painted
builder: builder built
leader: leader led
star: starred stars star starring
birthplace: born birthplace
deathplace: died die death
headquarters: headquarters headquartered based
capital: capital
education: attended attend studied study educated graduated graduate
award: award prize medal
population: population people inhabitants
height: height tall high
length: length long
area: area
weight: weight weigh
capacity: capacity seats
"""
ASKED_BY: dict[str, list[str]] = {}
"""By a word of a question in lower case: the attributes that it asks for."""
for _line in _WORDS.strip().splitlines():
    _name, _, _listing = _line.partition(": ")
    for _word in _listing.split():
        ASKED_BY.setdefault(_word, []).append(_name)
TURNED = {
    "father": ("child",), "mother": ("child",), "parent": ("child",), "son": ("father", "mother"),
    "daughter": ("father", "mother"), "child": ("father", "mother"),
}  # fmt: skip
"""By a word before `of which`: what is asked for then (`is the father of which actress`)."""
