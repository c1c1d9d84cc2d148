"""What is asked: the names in a question, and how much each of its words matters by its kind."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Set
from functools import lru_cache
from itertools import pairwise

from language.folding import fold
from language.function_words import FUNCTION_WORDS
from synth.words import CONTENT_WORD, content, subject

NAME, NOUN, SOUGHT, LESS = 1.3, 1.0, 0.7, 0.4
_VAGUE_WORDS = """
    person people man woman men women guy team group company thing stuff way case reason kind type sort example
    year years date day days time times month week place country city area number amount list total
    exact exactly exist exists available involve involves related work works working worked used uses using
    take takes took taken long far often keep keeps kept run runs
"""
_ASKING_WORDS = """
    policy policies rule rules procedure process guideline guidelines info information detail details stand stands
    short abbreviation acronym old
"""
ASKING = frozenset(_ASKING_WORDS.split())
"""Words that say what is wanted to be told of a thing, and that no source has to say of it."""
_BEFORE_NOUN_WORDS = "the a an my our your their his her its of i we you they he she it this that these"
_AFTER_VERB_WORDS = "about at by for from in into of off on out over to up with when if"
_VAGUE = frozenset(_VAGUE_WORDS.split())
_AUXILIARIES = frozenset(
    ("do", "does", "did", "should", "can", "could", "will", "would", "must", "may", "might", "shall")
)
_BEFORE_NOUNS = frozenset(_BEFORE_NOUN_WORDS.split())
_AFTER_VERBS = frozenset(_AFTER_VERB_WORDS.split())
_SUBJECTS = frozenset(("who", "i", "we", "you", "they", "he", "she"))
_POSSESSIVE = re.compile(r"['’]s?$")
_QUOTED = re.compile(r"[\"“”«»]([^\"“”«»]{2,80})[\"“”«»]")
_CAPITAL = r"(?:[A-ZÀ-ÖØ-Þ]\.(?=\s+[A-ZÀ-ÖØ-Þ])|[A-ZÀ-ÖØ-Þ0-9](?:[\w'’&+-]|\.(?=\w))*)"
_RUN = re.compile(rf"{_CAPITAL}(?:,?\s+(?:(?:of|the|de|von|van|la|le|du|der)\s+){{0,2}}\(?{_CAPITAL}\)?)*")


@lru_cache(maxsize=256)
def names(question: str) -> Sequence[str]:
    """What the question names, as it is written: quoted titles, and runs of words with capital letters or digits."""
    found = [match[1] for match in _QUOTED.finditer(question)]
    rest = _QUOTED.sub(" | ", question)
    for match in _RUN.finditer(rest):
        run = match.group()
        first, _, more = run.partition(" ")
        if first.lower().strip(",.'’") in FUNCTION_WORDS and not rest[: match.start()].strip():
            run = more.lstrip()
            run = run if run[:1].isupper() or run[:1].isdigit() else ""
        run = _POSSESSIVE.sub("", subject(run.strip(" ,.?")))
        if not all(word in FUNCTION_WORDS for word in fold(run).split()):
            found.append(run)
    return tuple(dict.fromkeys(found))


def kinds(question: str) -> Mapping[str, float]:
    """Names and numbers count for more than nouns; verbs, the noun asked for, vague words less; what only asks, 0."""
    words = CONTENT_WORD.findall(question)
    verbs = _verbs(words)
    sought = {word for before, word in pairwise(words) if before.lower() in ("which", "what") and word.islower()}
    return {key: _kind(word, words, verbs, sought) for key, word in content(question).items()}


def _kind(word: str, words: Sequence[str], verbs: Set[str], sought: Set[str]) -> float:
    if fold(word) in ASKING:
        return 0.0
    if word in verbs or fold(word) in _VAGUE:
        return LESS
    return SOUGHT if word in sought else NAME if _is_name(word, words) else NOUN


def _is_name(word: str, words: Sequence[str]) -> bool:
    return word[0].isdigit() or (word[0].isupper() and word != words[0])


def _verbs(words: Sequence[str]) -> set[str]:
    """The verbs, as far as their form and their place give them away."""
    found = {word for word in words if word.islower() and len(word) > 5 and word.endswith("ed")}
    if (
        followed := {word for before, word in pairwise(words) if word.islower() and before.lower() in _SUBJECTS}
        - FUNCTION_WORDS
    ):
        return found | followed
    auxiliary = next((at for at, word in enumerate(words) if word.lower() in _AUXILIARIES), len(words))
    last = ""
    for word in words[auxiliary + 1 :]:
        if fold(word) in _AFTER_VERBS and last:
            break
        if word.lower() not in FUNCTION_WORDS:
            last = word
        elif word.lower() not in _BEFORE_NOUNS:
            return found
    return found | {last} if last.islower() else found
