"""Verdicts: yes or no to questions whether two things are the same in something, or both of a kind."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from language.folding import fold
from language.nouns import broader
from myriad.agent.v1.evidence_pb2 import AgentReply
from synth.compared import Option, fact
from synth.formatter import Quote
from synth.words import content

Verdict = tuple[str, tuple[Quote, ...]]

_SAME = re.compile(r"\bsame\s+(?:type\s+of\s+|kind\s+of\s+)?(\w+)", re.IGNORECASE)
_FROM_COUNTRY = re.compile(r"\bfrom\s+the\s+same\s+country\b", re.IGNORECASE)
_BOTH = re.compile(r"\bboth\s+(?:an?\s+|the\s+)?(.+?)\s*\?*\s*$", re.IGNORECASE)
_LEADING = re.compile(r"^[\s,]*(?:both\s+|also\s+|each\s+|all\s+)?(?:an?\s+|the\s+)?", re.IGNORECASE)
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
        return _both_are(_predicate(question, other), one, other)
    noun = same[1].lower()
    if noun == "nationality" or _FROM_COUNTRY.search(question):
        return _same_nation(question, one, other, replies)
    if noun in _PLACES:
        return _same_place(noun, one, other)
    return _same_kind(one, other) if noun in _KINDS else _same_name(one, other)


def _predicate(question: str, other: Option) -> str:
    """What both are asked to be: the words after `both`, or else after the second name."""
    words = fold(question).split()
    after = " ".join(words)[max(other.end - 1, 0) :]
    return _LEADING.sub("", after) or (both[1] if (both := _BOTH.search(question)) else "")


def _same_nation(question: str, one: Option, other: Option, replies: Sequence[AgentReply]) -> Verdict | None:
    left, right = (fact(question, each, "nationality", replies) for each in (one, other))
    if left is None or right is None:
        return None
    return ("yes" if fold(left.value) == fold(right.value) else "no"), (*left.quotes, *right.quotes)


def _same_place(noun: str, one: Option, other: Option) -> Verdict | None:
    left, right = _places(one), _places(other)
    if left is None or right is None:
        return None
    quotes = (left[1], right[1])
    if noun == "country":
        return ("yes" if left[0][-1] == right[0][-1] else "no"), quotes
    # The last part, a country, may be the same for both without their being in one state.
    if set(left[0][:-1] or left[0]) & set(right[0][:-1] or right[0]):
        return "yes", quotes
    return "no", quotes


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
    quotes = _kind_quotes(one, other)
    if not left or not right or quotes is None:
        return None
    return ("yes" if left & right else "no"), quotes


def _same_name(one: Option, other: Option) -> Verdict | None:
    """Yes if what says what the two are names something in common, such as a band; no if it names other things."""
    left, right = _kind_quote(one), _kind_quote(other)
    if left is None or right is None:
        return None
    names = [_names(quote, each) for quote, each in ((left, one), (right, other))]
    return ("yes" if names[0] & names[1] else "no", (left, right)) if all(names) else None


def _names(quote: Quote, option: Option) -> set[str]:
    after = quote.evidence.quote.partition(option.kind)[2]
    return set(map(fold, _NAME.findall(after))) - {fold(option.name)}


def _both_are(predicate: str, one: Option, other: Option) -> Verdict | None:
    """
    Yes if both are said to be all of it.

    No if one is and the other, whose source says what it is, is not; or if what both lack is a nation and they have
    another. That two sources do not call something so is no proof that it is not.
    """
    wanted = content(predicate)
    quotes = _kind_quotes(one, other)
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


def _missing(wanted: Mapping[str, str], option: Option) -> set[str]:
    kind = [word.lower() for word in content(option.kind).values()]
    meant = {key for word in kind for name in (word, *broader(word)) for key in _singular(name)}
    return {key for key, word in wanted.items() if not _singular(word.lower()) & meant}


def _singular(word: str) -> set[str]:
    return set(content(word)) | set(content(word.removesuffix("s")))


def _nation(option: Option) -> set[str]:
    values = [claim.value for reply in option.replies for claim in reply.claims if claim.attribute == "nationality"]
    return set(content(values[0])) if values else set()


def _kind_quotes(one: Option, other: Option) -> tuple[Quote, Quote] | None:
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
