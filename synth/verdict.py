"""Verdicts: yes or no to questions whether two things are the same in something, or both of a kind."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from language.folding import fold
from language.nations import countries
from language.nouns import broader
from myriad.agent.v1.evidence_pb2 import AgentReply
from synth.compared import Option, fact, stated, through
from synth.formatter import Quote
from synth.predicate import holds
from synth.words import content

Verdict = tuple[str, tuple[Quote, ...]]

_SAME = re.compile(r"\bsame\s+(?:type\s+of\s+|kind\s+of\s+)?(\w+)", re.IGNORECASE)
_FROM_COUNTRY = re.compile(r"\bfrom\s+the\s+same\s+country\b", re.IGNORECASE)
_BOTH = re.compile(r"\bboth\s++(?:an?\s++|the\s++)?(\S.*)", re.IGNORECASE)
_LEADING = re.compile(r"^[\s,]*(?:both\s+|also\s+|each\s+|all\s+)?(?:an?\s+|the\s+)?", re.IGNORECASE)
_OF_THEM = re.compile(r"^\s*+\w++\s++(?:the\s++)?[a-z]+s\s++of\s", re.IGNORECASE)
_OF_LIFE = {"deathplace": re.compile(r"\bdied?\b|\bburied\b"), "birthplace": re.compile(r"\bborn\b")}
_PLACES = frozenset(("country", "state", "province", "county", "city", "town", "region", "place", "district", "island"))
_KINDS = frozenset(("profession", "occupation", "job", "career", "genre", "family", "class", "type", "kind", "thing"))
_NAME = re.compile(r"[A-Z][\w’'-]*(?: (?:of |the )?[A-Z][\w’'-]*)*")
_PLACED = re.compile(
    r"\b(?:in|of|from|at|near)\s+(?:the\s+)?(?:\w+ern\s+)?([A-Z][\w.’'-]*(?:(?:,\s+|\s+|\s+of\s+)[A-Z][\w.’'-]*)*)"
)


def verdict(question: str, one: Option, other: Option, replies: Sequence[AgentReply]) -> Verdict | None:
    """Yes or no with its quotes; None if what is said of the two does not settle it."""
    same = _SAME.search(question)
    if same is None:
        predicate = _predicate(question, other)
        if _OF_THEM.match(question):
            meant = [found for each in (one, other) if (found := through(question, each, replies))]
            return _both_hold(predicate, question, *meant) if len(meant) > 1 else None
        return _both_are(predicate, one, other) or _both_hold(predicate, question, one, other)
    noun = same[1].lower()
    if noun == "nationality" or _FROM_COUNTRY.search(question):
        return _same_nation(question, one, other, replies)
    if noun in _PLACES:
        return _same_place(noun, question, one, other)
    return _same_kind(one, other) if noun in _KINDS else _same_name(noun, one, other)


def _predicate(question: str, other: Option) -> str:
    """What both are asked to be: the words after `both`, or else after the second name."""
    words = fold(question).split()
    after = " ".join(words)[max(other.end - 1, 0) :]
    return _LEADING.sub("", after) or (both[1].rstrip(" ?") if (both := _BOTH.search(question)) else "")


def _same_nation(question: str, one: Option, other: Option, replies: Sequence[AgentReply]) -> Verdict | None:
    left, right = (_country(question, each, replies) for each in (one, other))
    if left is None or right is None:
        return None
    return ("yes" if left[0] == right[0] else "no"), (*left[1], *right[1])


def _country(question: str, option: Option, replies: Sequence[AgentReply]) -> tuple[str, tuple[Quote, ...]] | None:
    """The country that something, or what the question says of it, is of or in."""
    found = fact(question, option, "nationality", replies)
    if found:
        return next(iter(countries(found.value)), fold(found.value)), found.quotes
    placed = _places(option)
    known = countries(placed[0][-1].title()) if placed else []
    return (known[-1], (placed[1],)) if placed and known else None


def _same_place(noun: str, question: str, one: Option, other: Option) -> Verdict | None:
    of_life = next((attribute for attribute, words in _OF_LIFE.items() if words.search(question)), "")
    left, right = ((_lived(of_life, each) if of_life else None) or _places(each) for each in (one, other))
    if left is None or right is None:
        return None
    quotes = (left[1], right[1])
    if noun == "country":
        return ("yes" if left[0][-1] == right[0][-1] else "no"), quotes
    # The last part, a country, may be the same for both without their being in one state.
    if set(left[0][:-1] or left[0]) & set(right[0][:-1] or right[0]):
        return "yes", quotes
    return "no", quotes


def _lived(attribute: str, option: Option) -> tuple[list[str], Quote] | None:
    """The parts of the place where somebody was born or died."""
    found = next(filter(None, (stated(reply, attribute) for reply in option.replies)), None)
    return (list(map(fold, found.value.split(", "))), found.quotes[0]) if found else None


def _places(option: Option) -> tuple[list[str], Quote] | None:
    """The parts of the longest place that an option is said to be in, the widest last."""
    best: tuple[list[str], Quote] | None = None
    for reply in option.replies:
        for evidence in reply.evidence:
            if evidence.position > 1:
                continue
            for match in _PLACED.finditer(evidence.quote):
                parts = [fold(part) for part in match[1].split(", ")]
                if fold(option.name) not in parts and (best is None or len(parts) > len(best[0])):
                    best = parts, Quote(reply, evidence)
    return best


def _same_kind(one: Option, other: Option) -> Verdict | None:
    left, right = content(one.kind).keys(), content(other.kind).keys()
    quotes = kind_quotes(one, other)
    if not left or not right or quotes is None:
        return None
    return ("yes" if left & right else "no"), quotes


def _same_name(noun: str, one: Option, other: Option) -> Verdict | None:
    """Yes if what says what the two are names one thing first, such as a band; no if it names nothing in common."""
    if called := _called(noun, one, other):
        return called
    left, right = _kind_quote(one), _kind_quote(other)
    if left is None or right is None:
        return None
    names = [_names(quote, each) for quote, each in ((left, one), (right, other))]
    if not all(names):
        return None
    first, second = names
    if first[0] in second or second[0] in first:
        return "yes", (left, right)
    return None if set(first) & set(second) else ("no", (left, right))


def _called(noun: str, one: Option, other: Option) -> Verdict | None:
    """By the names that stand behind the noun, or one that is broader: `the girl group Apink` for a band."""
    nouns = "|".join(map(re.escape, (noun, *broader(noun))))
    phrase = re.compile(rf"\b(?:{nouns})\s+[\"“]?({_NAME.pattern})")
    found: list[tuple[Quote, set[str]]] = []
    for each in (one, other):
        quotes = [Quote(reply, evidence) for reply in each.replies for evidence in reply.evidence]
        told = [(quote, set(map(fold, phrase.findall(quote.evidence.quote)))) for quote in quotes]
        found.extend(next(([one] for one in told if one[1]), []))
    if len(found) < 2:
        return None
    return ("yes" if found[0][1] & found[1][1] else "no"), (found[0][0], found[1][0])


def _names(quote: Quote, option: Option) -> list[str]:
    """What is named behind what something is, without nations, the nearest first."""
    after = quote.evidence.quote.partition(option.kind)[2]
    return [fold(name) for name in _NAME.findall(after) if fold(name) != fold(option.name) and not countries(name)]


def _both_are(predicate: str, one: Option, other: Option) -> Verdict | None:
    """
    Yes if both are said to be all of it.

    No if one is and the other, whose source says what it is, is not; or if what both lack is a nation and they have
    another. That two sources do not call something so is no proof that it is not.
    """
    wanted = content(predicate)
    quotes = kind_quotes(one, other)
    if not wanted or quotes is None:
        return None
    missing = [_missing(wanted, each) for each in (one, other)]
    if not any(missing):
        return "yes", quotes
    if not all(missing):
        return "no", quotes
    nations = [_nation(each) for each in (one, other)]
    if wanted.keys() & (nations[0] ^ nations[1]) and all(nations):
        return "no", quotes
    return None


def _both_hold(predicate: str, question: str, *options: Option) -> Verdict | None:
    """Yes if it holds of each, no if it does not of one."""
    judged = [holds(predicate, question, each) for each in options]
    for found in judged:
        if found and found[0] == "no":
            return "no", (found[1],)
    quotes = tuple(found[1] for found in judged if found)
    return ("yes", quotes) if len(quotes) == len(judged) else None


def _missing(wanted: Mapping[str, str], option: Option) -> set[str]:
    kind = [word.lower() for word in content(option.kind).values()]
    meant = {key for word in kind for name in (word, *broader(word)) for key in _singular(name)}
    return {key for key, word in wanted.items() if not _singular(word.lower()) & meant}


def _singular(word: str) -> set[str]:
    return set(content(word)) | set(content(word.removesuffix("s")))


def _nation(option: Option) -> set[str]:
    values = [claim.value for reply in option.replies for claim in reply.claims if claim.attribute == "nationality"]
    return set(content(values[0])) if values else set()


def kind_quotes(one: Option, other: Option) -> tuple[Quote, Quote] | None:
    """The sentences that say what the two are."""
    left, right = _kind_quote(one), _kind_quote(other)
    return (left, right) if left and right else None


def _kind_quote(option: Option) -> Quote | None:
    kind = option.kind
    for reply in option.replies:
        for evidence in reply.evidence:
            if kind and kind in evidence.quote:
                return Quote(reply, evidence)
    return None
