"""Relations: words by which sources say the same as a question in other words, as far as they are few and certain."""

from __future__ import annotations

from collections.abc import Mapping

from synth.words import content

_SAME = """
    leave left departed depart quit resigned resign
    write wrote written writer author authored
    sing sang sung singer vocals
    perform performer performed recorded recording singer sung
    compose composer composed music
    direct director directed
    found founder founded established formed created
    make made makes
    begin began begun start started
    buy bought acquired purchased acquisition
    sell sold
    give gave given
    win won winner winning
    lose lost
    lead led leader head headed run runs ran
    marry married wife husband spouse
    die died death dead
    born birth birthplace
    father son daughter child children parent parents
    mother son daughter child children parent parents
    detained arrested imprisoned jailed
    build built constructed
    hold held
    choose chose chosen selected
    speak spoke spoken
    teach taught teacher
    study studied educated graduated attended
    fight fought
    keep kept live stored
    send sent
    become became
    fall fell fallen
    know knew known
    nationality citizen national born
    old older oldest born
    young younger youngest born
    release released premiered published
"""


def _table() -> Mapping[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for line in _SAME.strip().splitlines():
        keys = frozenset(content(line))
        for key in keys:
            found[key] = found.get(key, frozenset()) | keys
    return found


_OTHERWISE = _table()


def said_otherwise(key: str) -> frozenset[str]:
    """The beginnings of words that say the same as the one that begins with `key`."""
    return _OTHERWISE.get(key, frozenset())
