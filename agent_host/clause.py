"""The clause that asks: its word, what it ends with, and of whom or what it asks who or what that is."""

from __future__ import annotations

import re
from dataclasses import dataclass

from agent_host.words import STOP_WORDS, WORD, term, words

_WH = words("who whom whose what which when where how why")
_BE = words("is was are were 's")
_DO = words("do does did")
_AUXILIARIES = _BE | _DO | words("has have had can could will would should must may")
_FOLLOWING = words("of to for from with about in at on by as after against")
_PREPOSITIONS = words("in on at by for from to with under as into during about after before within besides")
_NAME_WORDS = words("of the de la van von der du")
_DONE = words("do does can should to must")
_STANDS = re.compile(
    r"^\W*what (?:(?:does|do|did) (?:the )?(?:abbreviation |acronym )?[\"“']?([\w-]+)[\"”']? (?:stand for|mean)"
    r"|is [\"“']?([\w-]+)[\"”']? (?:short|an abbreviation) (?:for|of))\W*$",
    re.IGNORECASE,
)
_ORDERS = words("tell describe explain list name show give find compare")
_LONGEST = 9


@dataclass(frozen=True, slots=True)
class Clause:
    """
    The word that the question begins to ask with; of `What did she die of?` the terms that forms of its last word
    have, and what follows that; the terms of X in `Who was X?`; `long` of `How long ...?`; X of `What does X stand
    for?`; whether it asks how something is done.
    """

    wh: str = ""
    last: frozenset[str] = frozenset()
    follows: str = ""
    defines: frozenset[str] = frozenset()
    measure: str = ""
    stands: str = ""
    is_how_to: bool = False


def clause(text: str) -> Clause:
    """Read a question; one that does not begin with the word that asks has only that."""
    said = WORD.findall(text)
    low = [one.lower().replace("’", "'") for one in said]
    wh = next((one for one in low if one in _WH), "")
    if not low or low[0] != wh:
        return Clause(wh)
    stands = _STANDS.match(text)
    follows = low[1] if wh == "how" and len(low) > 2 else ""
    return Clause(
        wh,
        *_last(low, said),
        _defined(low, said),
        "age" if follows == "old" and low[2] in ("is", "are") else follows,
        (stands[1] or stands[2]) if stands else "",
        follows in _DONE and _WH.isdisjoint(low[1:]),
    )


def _last(low: list[str], said: list[str]) -> tuple[frozenset[str], str]:
    auxiliary = next((at for at, one in enumerate(low) if one in _AUXILIARIES), len(low))
    after = range(auxiliary + 1, len(low))
    named = [at for at in after if said[at][0].isupper()]
    content = [at for at in after if low[at] not in STOP_WORDS and not said[at][0].isupper() and said[at].isalpha()]
    verb = next((at for at in content if named and at > named[0] and at - 1 in named), content[-1] if content else 0)
    if verb <= auxiliary + 1 or low[verb - 1] in _PREPOSITIONS:
        return frozenset(), ""
    follows = low[verb + 1] if verb + 2 == len(low) and low[verb + 1] in _FOLLOWING else ""
    if follows == "about":
        return frozenset(), follows
    if low[auxiliary] in _BE and not follows:
        return frozenset(), ""
    bare = low[verb].removesuffix("e")
    forms = (low[verb], f"{bare}ed", f"{low[verb]}s", f"{bare}ing", f"{bare}or", f"{bare}er")
    return frozenset(map(term, forms)), follows


def _defined(low: list[str], said: list[str]) -> frozenset[str]:
    if low[0] not in ("who", "what") or low[1:2] == [] or low[1] not in _BE or not 2 < len(low) <= _LONGEST:
        return frozenset()
    if not all(word[0].isupper() or word in _NAME_WORDS for word in said[2:]):
        return frozenset()
    return frozenset(map(term, low[2:])) - STOP_WORDS


def spelled_out(text: str) -> str:
    """`birthplace Karl Anton` as a question: `What is the birthplace of Karl Anton?`; others as they are."""
    said = text.strip(" ?.!").split()
    low = [one.lower() for one in said]
    if not 1 < len(said) <= _LONGEST or not (_WH | _AUXILIARIES | _ORDERS).isdisjoint(low) or not text[-1:].isalnum():
        return text
    is_name = [one[0].isupper() or one[0].isdigit() or one in _NAME_WORDS for one in said]
    first = next((at for at, one in enumerate(is_name) if one), len(said))
    last = next((at for at in range(len(said) - 1, -1, -1) if is_name[at]), -1)
    noun = said[:first] or said[last + 1 :]
    named = said[first:] if first else said[: last + 1]
    while named and named[0] in _NAME_WORDS | _PREPOSITIONS:
        named = named[1:]
    if not noun or not named or not all(one[0].isupper() or one in _NAME_WORDS for one in named):
        return text
    return f"What is the {' '.join(noun)} of {' '.join(named)}?"
