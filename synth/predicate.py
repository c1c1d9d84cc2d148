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
from language.nations import countries, is_state, is_wide, is_within
from language.relations import FAMILY_OF
from language.values import DATE, Form, agree, normal
from myriad.agent.v1.evidence_pb2 import AgentReply, Evidence
from synth.compared import Compared, Option, named, stated
from synth.formatter import Quote
from synth.synonyms import synonyms
from synth.words import content, read

Judged = tuple[str, Quote]

_YES_NO = re.compile(r"^\s*+(?:is|was|are|were|do|did|does|have|has|had|can|could)\s+(?:the\s+|an?\s+)?", re.IGNORECASE)
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
    if any(map(is_wide, wanted)):
        return ("no", quote) if any(map(is_state, said)) and all(map(is_state, wanted)) else None
    towns = {fold(one) for one in _CAPITAL.findall(question)}
    return ("no", quote) if towns.issuperset(map(fold, wanted)) else None


def _stated(option: Option, attribute: str) -> tuple[Quote, str, str] | None:
    for reply in option.replies:
        if found := stated(reply, attribute):
            return found.quotes[0], found.value, found.date
    return None


def _said(predicate: str, question: str, option: Option) -> Judged | None:
    """By a sentence with all words of the predicate, or with the opposite of what it lacks."""
    wanted = content(predicate)
    if not wanted:
        return None
    nation = _nation(predicate, question, option)
    if nation and nation[0] == "no":
        return nation
    for reply in option.replies:
        names = f"{reply.title} {reply.subject}"
        for evidence in reply.evidence:
            lacking = [
                word for key, word in wanted.items() if not _says(f"{names} {evidence.quote}", key, word, question)
            ]
            if nation:
                lacking = [word for word in lacking if not countries(word.title())]
            words = set(read(evidence.quote)[1].split())
            if lacking and all(_opposites(word) & words for word in lacking):
                return "no", Quote(reply, evidence)
            if not lacking and _follows(predicate, evidence):
                denied = _NOT.search(evidence.quote) is not None and not _NOT.search(question)
                return ("no" if denied else "yes"), Quote(reply, evidence)
    return None


def _says(text: str, key: str, word: str, question: str) -> bool:
    """Whether a text says a word, or one of its family of words for the same relation; what has an opposite itself."""
    beginnings, folded = read(text)
    if key in beginnings or word in _OPPOSITES:
        return key in beginnings
    family = FAMILY_OF.get(word) or _ACTING.get(word)
    others = (FAMILY_OF.get(one) or _ACTING.get(one) for one in folded.split()) if family else ()
    return family in others or key in synonyms(question).said(f" {folded} ")


def _opposites(word: str) -> Set[str]:
    return {f"un{word}", *_OPPOSITES.get(word, ())}


def _follows(predicate: str, evidence: Evidence) -> bool:
    """Whether what the predicate says of a birth or a death stands behind that word, and not behind another such."""
    words = ["died" if word in ("die", "dies") else word for word in predicate.split()]
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
