"""Words: tokens of a text, brought to one form per meaning, so that a question and a sentence can be matched."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from language.folding import bare
from language.function_words import FUNCTION_WORDS
from language.relations import FAMILY_OF

# The number of a version is one word.
WORD = re.compile(r"v?\d+(?:\.\d+)+|[^\W_]+(?:['’][^\W_]+)*")


def words(listing: str) -> frozenset[str]:
    """A set of words written as one text."""
    return frozenset(listing.split())


STOP_WORDS = FUNCTION_WORDS | words("one ones name named called known")

# What belongs to the families of `language.relations` besides, where sentences are matched.
_FAMILIES = """
birth: oldest older elder youngest younger age
direct: direct
compose: compose composing songwriter
perform: perform performing singing
act: acting
produce: produce producing
publish: publish
release: releasing
locate: locate
develop: develop developing
study: study studies studying
nationality: nationality citizenship
own: own maintains maintained maintainer maintainers maintain maintaining responsible
"""

_DEMONYM_WORDS = """
    afghan albanian algerian american argentine argentinian armenian australian austrian azerbaijani bangladeshi
    belarusian belgian bolivian bosnian botswanan brazilian british bulgarian burmese cambodian cameroonian canadian
    chilean chinese colombian croatian cuban cypriot czech danish dominican dutch ecuadorian egyptian english estonian
    ethiopian filipino finnish french georgian german ghanaian greek guatemalan haitian hungarian icelandic indian
    indonesian iranian iraqi irish israeli italian ivorian jamaican japanese jordanian kazakh kenyan korean kuwaiti
    latvian lebanese libyan lithuanian macedonian malaysian maltese mexican moldovan mongolian moroccan nepalese
    nepali nicaraguan nigerian norwegian pakistani palestinian panamanian paraguayan persian peruvian polish
    portuguese romanian russian rwandan salvadoran saudi scottish senegalese serbian singaporean slovak slovene
    slovenian somali spanish sudanese swedish swiss syrian taiwanese tanzanian thai tunisian turkish ugandan ukrainian
    uruguayan uzbek venezuelan vietnamese welsh yugoslav zambian zimbabwean
"""


def tokens(text: str) -> Iterator[tuple[str, int]]:
    """Terms of a text, each with where its word starts."""
    for match in WORD.finditer(text):
        yield term(match.group()), match.start()


@lru_cache(maxsize=65_536)
def term(word: str) -> str:
    """The one form that stands for `word`, its inflections and, for relation words, its whole family."""
    # Some letters are a blank with a mark on it, once taken apart.
    folded = bare(word).strip().replace("’", "'").removesuffix("'s").removesuffix("'") or word
    if folded in STOP_WORDS:
        return folded
    if "." in folded:
        return folded.removeprefix("v")
    return _FAMILY_OF.get(folded) or stem(folded)


def stem(word: str) -> str:
    """Cut the commonest English endings off a folded word; both forms of a pair only have to meet, not to be words."""
    if len(word) <= 3 or not word.isalpha():
        return word
    word = _singular(word)
    for ending, least in (("ational", 9), ("ation", 8), ("ing", 6), ("ed", 5), ("ion", 7), ("ly", 6)):
        if word.endswith(ending) and len(word) >= least:
            word = word.removesuffix(ending)
            if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "lsz":
                word = word[:-1]
            break
    if len(word) > 3:
        word = word.removesuffix("e")
    if len(word) > 6:
        word = word.removesuffix("at")
    return word[:-1] + "i" if word.endswith("y") and len(word) > 3 else word


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes", "zes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def _families() -> dict[str, str]:
    families = dict(FAMILY_OF)
    for line in _FAMILIES.strip().splitlines():
        family, _, members = line.partition(":")
        families.update((member, f"={family}") for member in members.split())
    return families


_FAMILY_OF = _families()
RELATIONS = frozenset(_FAMILY_OF.values())
NATIONALITY = "=nationality"
DEMONYMS = frozenset(map(stem, _DEMONYM_WORDS.split()))
"""Terms such as `american`; a sentence with one says something of a nationality."""
