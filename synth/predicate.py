"""
Predicates: whether what a question says of one thing holds.

Yes if a sentence says all of it. No only if a sentence states another value of an attribute that has but one (`born in
Rome` for `born in Paris`), the opposite, or that it is not so. That nobody says it is no proof that it is not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence, Set

from language.attributes import ASKED_BY
from language.folding import fold
from language.nations import countries, is_wide, is_within
from language.relations import FAMILY_OF
from language.values import DATE, Form, agree, normal
from myriad.agent.v1.evidence_pb2 import AgentReply, Evidence
from synth.compared import Compared, Option, named, stated
from synth.formatter import Quote
from synth.relations import said_otherwise
from synth.words import content, read, subject

Judged = tuple[str, Quote]

_YES_NO = re.compile(r"\s*(?:is|was|are|were|do|did|does|have|has|had|can|could)\s+(?:the\s+|an?\s+)?", re.IGNORECASE)
_INNER = re.compile(r"\b(?:which|what|who)\s+\w|\bor\b|\bsame\b|\bboth\b|\bthan\b", re.IGNORECASE)
_CAPITAL = re.compile(r"\b[A-ZÀ-ÖØ-Þ][\w’'-]*")
_NOT = re.compile(r"\b(?:not|never|no longer|nor|neither|without)\b|n['’]t\b", re.IGNORECASE)
_DATED = ("born", "died", "released", "founded")
_PLACED = ("birthplace", "deathplace", "headquarters")
_SINGLE = (*_PLACED, "father", "mother", "director", "capital")
"""Attributes of which a thing has one value."""
_VERBS = ("born", "died", "buried", "raised", "educated", "married", "founded", "released")
_TAIL = re.compile(r"(?:,?\s+[A-Z][\w.'’-]*)*")
_ACTING = dict.fromkeys(("acted", "acting", "act", "role", "roles"), FAMILY_OF["starred"])
_OPPOSITE_WORDS = """
    older younger elder younger eldest youngest oldest youngest studio live male female public private
    amateur professional largest smallest longest shortest highest lowest first last northern southern eastern western
    brother sister
    son daughter fiction nonfiction single married
"""
_PAIRS = _OPPOSITE_WORDS.split()
_OPPOSITES: dict[str, set[str]] = {}
for _one, _other in zip(_PAIRS[::2], _PAIRS[1::2], strict=True):
    _OPPOSITES.setdefault(_one, set()).add(_other)
    _OPPOSITES.setdefault(_other, set()).add(_one)


def judge(question: str, replies: Sequence[AgentReply]) -> Compared | None:
    """Yes or no to `Was Ann Lee born in Paris?`, with the sentence that says so; None if none does."""
    opening = _YES_NO.match(question)
    if opening is None or _INNER.search(question):
        return None
    folded = f" {fold(question)} "
    begin = len(fold(question[: opening.end()])) + 1
    options = named(question, replies)
    about = next((one for one in options if one.start == begin), None)
    for one in [about] if about else options:
        predicate = f"{folded[: one.start]} {folded[one.end :]}" if about is None else folded[one.end :]
        if found := holds(predicate, question, one):
            return Compared(found[0], (found[1],))
    return None


def holds(predicate: str, question: str, option: Option) -> Judged | None:
    """Whether the folded `predicate`, said in a question of `option`, is true of it."""
    return _valued(predicate, question, option) or _said(predicate, question, option)


def _valued(predicate: str, question: str, option: Option) -> Judged | None:
    """By the value of an attribute that has but one, where that is all that the predicate says."""
    words = predicate.split()
    places = [number for number, word in enumerate(words) if word in ASKED_BY]
    if not places:
        return None
    wanted = list(content(" ".join(words[places[0] + 1 :])).values())
    alone = not content(" ".join(words[: places[0]]))
    for event in _events(words[places[0]]):
        date, found = DATE.search(question), _stated(option, event)
        if date and found and found[2] and set(map(fold, wanted)) <= set(fold(date[0]).split()):
            same = agree(Form.DATE, normal(date[0]), normal(found[2]))
            return None if same and not alone else ("yes" if same else "no", found[0])
    for attribute in ASKED_BY[words[places[0]]]:
        found = _stated(option, attribute) if attribute in _SINGLE and wanted else None
        judged = _compared(attribute, wanted, question, found) if found else None
        if judged and (alone or judged[0] == "no"):
            return judged
    return None


def _events(word: str) -> Sequence[str]:
    return [one for one in _DATED if one == word or (one == "died" and word == "die")]


def _compared(attribute: str, wanted: Sequence[str], question: str, found: tuple[Quote, str, str]) -> Judged | None:
    quote, value, _ = found
    text = quote.evidence.quote
    further = _TAIL.match(text, text.find(value) + len(value))
    tail = value + further[0] if further and attribute in _PLACED else value
    said = set(fold(tail).split())
    if said.issuperset(word for one in wanted for word in fold(one).split()):
        return "yes", quote
    nations = [one for one in countries(question) if set(fold(one).split()) & set(map(fold, wanted))]
    if nations or attribute not in _PLACED:
        there = countries(tail)
        if attribute in _PLACED and there:
            return ("yes" if is_within(there[0], nations[0]) else "no"), quote
        person = set(read(text)[1].split())
        apart = attribute not in _PLACED and person.isdisjoint(map(fold, wanted))
        return ("no", quote) if apart else None
    towns = {fold(one) for one in _CAPITAL.findall(question) if not is_wide(one)}
    return ("no", quote) if towns.issuperset(map(fold, wanted)) else None


def _stated(option: Option, attribute: str) -> tuple[Quote, str, str] | None:
    for reply in option.replies:
        if found := stated(reply, attribute):
            return found.quotes[0], found.value, found.date
    return None


def _said(predicate: str, question: str, option: Option) -> Judged | None:
    """By a sentence with all words of the predicate, or with the opposite of what it lacks."""
    wanted = {word: _otherwise(word) for word in content(predicate).values()}
    if not wanted:
        return None
    nation = _nation(predicate, question, option)
    if nation and nation[0] == "no":
        return nation
    for reply in option.replies:
        known = read("\n".join((reply.title, subject(reply.title), reply.subject)))[1].split()
        for evidence in reply.evidence:
            words = {*known, *read(evidence.quote)[1].split()}
            meant = {key for word in words for key in _meant(word)}
            missing = {word for word, ways in wanted.items() if meant.isdisjoint(ways)}
            if nation:
                missing = {word for word in missing if not countries(word.title())}
            if missing and all(_opposites(word) & words for word in missing):
                return "no", Quote(reply, evidence)
            if not missing and _follows(predicate, evidence):
                denied = _NOT.search(evidence.quote) is not None and not _NOT.search(question)
                return ("no" if denied else "yes"), Quote(reply, evidence)
    return None


def _meant(word: str) -> Set[str]:
    """The beginning of a word, and its family of words that mean the same relation."""
    family = FAMILY_OF.get(word) or _ACTING.get(word)
    return {*content(word), *([family] if family else [])}


def _otherwise(word: str) -> Set[str]:
    """All by which a word may be said; `older` only by itself."""
    ways = () if word in _OPPOSITES else (way for key in content(word) for way in said_otherwise(key))
    return {*_meant(word), *ways}


def _opposites(word: str) -> Set[str]:
    return {f"un{word}", *_OPPOSITES.get(word, ())}


def _follows(predicate: str, evidence: Evidence) -> bool:
    """Whether what the predicate says of a birth or a death stands behind that word, and not behind another such."""
    words = predicate.split()
    said = fold(evidence.quote).split()
    for verb in _VERBS:
        if verb in words and verb in said:
            after = said[said.index(verb) + 1 :]
            end = next((number for number, word in enumerate(after) if word in _VERBS), len(after))
            begun = set(content(" ".join(after[:end])))
            return set(content(" ".join(words[words.index(verb) + 1 :]))) <= begun
    return True


def _nation(predicate: str, question: str, option: Option) -> Judged | None:
    """Whether the nation that the predicate calls it (`Norwegian`) is the one that it has, if both are known."""
    said = countries(" ".join(map(str.title, predicate.split())))
    asked = [one for one in countries(question) if one in said and one not in question]
    found = _stated(option, "nationality")
    if not asked or found is None or not countries(found[1]):
        return None
    own = countries(found[1])[0]
    if is_within(own, asked[0]):
        return "yes", found[0]
    return None if is_within(asked[0], own) else ("no", found[0])
