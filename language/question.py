"""
A question read once: what it asks for, before anybody looks for an answer.

The orchestrator reads it; the connectome adds what its terms tell in the mind; hosts and synthesizer go by it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence, Set
from functools import cache
from itertools import takewhile

from language import inflection, tables
from language.asking import asked
from language.constraints import dates, extreme, is_negated
from language.cues import Asking, Word, asks, cues, languages
from language.folding import bare
from language.languages import detect
from language.lexicon import lexicon
from language.naming import Name, names
from language.relations import FAMILY_OF
from language.rows import bounds, operators
from language.spans import Span, spans
from language.terms import term, terms
from language.thesaurus import otherwise, units
from language.tokens import tokens
from myriad.agent.v1 import question_pb2 as pb
from myriad.agent.v1.text_pb2 import SPAN_TYPE_DATE, SPAN_TYPE_VERSION

_CONTRACTED = re.compile(r"(what|who|where|when|why|how|that|there)(?:'?s|'re)$")
_ENDS = re.compile(r"[.!?。！？؟]")
_BREAKS = re.compile(r"[,;:()、，؛،–—]")
_ALSO = ("and", "also", "plus")
_LEAST = 3
"""Words of a question that is asked together with another."""
_MOST_PARTS = 5
_SHORT_PART = re.compile(r"([qh])([1-4])")
_PART_OF_YEAR = re.compile(r"\s(quarter|half)\b", re.IGNORECASE)
_ORDINALS = (("first", "1st"), ("second", "2nd"), ("third", "3rd"), ("fourth", "4th"))
_COUNTS = re.compile(r"\s\w")
"""What follows a number of things, as of `four bags`; the one of `table 4?` is a name."""
_VERSION = re.compile(r"v?(\d+\.\d+)(\.0)?")
"""`4.2` is the first of those that begin so, `4.2.0`."""
_SURE = 0.9
"""The thesaurus is asked where a word means one thing: what may mean another costs as much as it finds."""
_UNSURE = ("en", "de", "fr", "es", "it", "pt", "nl")
"""Where nothing tells a question's language, its words may be of any of these; so may a name be, which texts of every
language stem in theirs."""


def read(question: str) -> pb.Question:
    """What a question asks; any text is one, if only by its words."""
    language = _language(question)
    words = list(_words(question, language))
    parts = [(part, asked(part, _text(question, part), language)) for part in _parts(words, question, language)]
    _, asking = parts[0] if parts else ((), Asking())
    sought = [parts[0][0][at] for at in asking.sought if at < len(parts[0][0])]
    typed = spans(question, language)
    named = _names(question, language, typed)
    low = [word.low for word in words]
    return pb.Question(
        text=question,
        read_as=question,
        language=language,
        terms=_terms(question, words, language, named, sought, _asking(words, language)),
        want=asking.want,
        types=asking.types,
        names=[one.name for one in named],
        dates=dates(question, typed),
        extreme=extreme(low),
        negated=is_negated(low, question),
        operators=operators(low, asking.want) if language in ("", "en") else (),
        bounds=bounds(question, typed) if language in ("", "en") else (),
        parts=[
            pb.Part(start=part[0].start, end=part[-1].end, want=one.want, types=one.types)
            for part, one in (parts if len(parts) > 1 else ())
        ],
    )


def _language(text: str) -> str:
    """Its language; none where a single word is of another and most of the rest are English: `van price`."""
    found = detect(text)
    if found in ("", "en") or found not in tables.names("function_words"):
        return found
    words = [text[one.start : one.end] for one in tokens(text)]
    rest = [word for word in words if word.lower() not in tables.words(f"function_words/{found}")]
    is_english = 2 * sum(bool(otherwise(word)) for word in rest) > len(rest) >= len(words) - 1
    return "" if is_english else found


def _words(text: str, language: str) -> Iterator[Word]:
    misspelt = cues("en").misspelt if language in ("", "en") else {}
    at = 0
    for token in tokens(text):
        written = text[token.start : token.end]
        between = text[at : token.start]
        low = bare(written).replace("’", "'")
        low = misspelt.get(low, low)
        is_broken_off = bool(at) and bool(_BREAKS.search(between))
        at = token.end
        is_capital = written[0].isupper() or written[0].isdigit()
        if contracted := _CONTRACTED.match(low):
            cut = token.start + len(contracted[1])
            yield Word(contracted[1], token.start, cut, is_broken_off, is_capital)
            yield Word("is" if low.endswith("s") else "are", cut, token.end, False, False)
        else:
            yield Word(low, token.start, token.end, is_broken_off, is_capital)


def _text(question: str, part: Sequence[Word]) -> str:
    return question[part[0].start : part[-1].end + 1] if part else ""


def _parts(words: Sequence[Word], text: str, language: str) -> list[Sequence[Word]]:
    """The questions that are asked: those with a question mark, or else those that ask by their words, or else all."""
    sentences = list(_sentences(words, text))
    asking = [
        one
        for one in sentences
        if "?" in (mark := text[one[-1].end : one[-1].end + 3].lstrip(" \"')”")[:1]) or mark in ("？", "؟")
    ]
    asking = asking or [one for one in sentences if asked(one, _text(text, one), language).want]
    found = [part for one in asking or ([words] if words else []) for part in _coordinated(one, text, language)]
    return found[:_MOST_PARTS]


def _sentences(words: Sequence[Word], text: str) -> Iterator[Sequence[Word]]:
    begin = 0
    for at in range(1, len(words)):
        if _ENDS.search(text, words[at - 1].end, words[at].start):
            yield words[begin:at]
            begin = at
    if words:
        yield words[begin:]


def _coordinated(words: Sequence[Word], text: str, language: str) -> Iterator[Sequence[Word]]:
    """`What is a lease, and who signs it?` asks two questions."""
    begin = 0
    known = cues("en").asks if language in ("", "en") else {}
    for at in range(_LEAST, len(words) - _LEAST + 1):
        if (
            words[at - 1].low in _ALSO
            and words[at].low in known
            and words[at].low not in ("which", "whose", "any", "if", "whether")
        ):
            before = words[begin : at - 1]
            if len(before) >= _LEAST and asked(before, _text(text, before), language).want:
                yield before
                begin = at
    yield words[begin:]


def _names(text: str, language: str, typed: Sequence[Span]) -> list[Name]:
    """Names, identifiers and versions; dates are none."""
    found = names(text, language, [(one.start, one.end) for one in typed if one.type == SPAN_TYPE_DATE])
    versions = [
        Name(text[one.start : one.end], one.start, one.end)
        for one in typed
        if one.type == SPAN_TYPE_VERSION and not any(name.start < one.end and one.start < name.end for name in found)
    ]
    return sorted((*found, *versions), key=lambda name: name.start)


def _asking(words: Sequence[Word], language: str) -> Set[int]:
    """Where the words stand that only ask: `long` of `how long`."""
    known = language or "en"
    phrases = ((at, asks(words, at, known)) for at in range(len(words))) if known in languages() else ()
    found = {word.start for at, phrase in phrases if phrase for word in words[at : at + phrase.count(" ") + 1]}
    if known == "en":
        said = cues("en").words
        orders = said["list"] | said["give"] | said["explain"] | said["outline"] | said["compare"]
        orders |= tables.words("function_words/en")
        opening = takewhile(lambda at: words[at].low in orders or _only_asks(words, at), range(len(words)))
        found |= {words[at].start for at in opening}
        found |= {word.start for word in words if word.low in said["chat"]}
    return found


def _only_asks(words: Sequence[Word], at: int) -> bool:
    """Whether it is `ask` of `may I ask who ...`, not of `how do I ask for ...`."""
    after = words[at + 1].low if at + 1 < len(words) else ""
    return words[at].low == "ask" and (after == "you" or after in cues("en").asks)


def _terms(
    text: str, words: Sequence[Word], language: str, named: Sequence[Name], sought: Sequence[Word], asking: Set[int]
) -> Iterator[pb.QuestionTerm]:
    is_english = language in ("", "en")
    phrased = list(_phrased(words)) if is_english else []
    begins = [start for start, _, _ in phrased]
    for one in terms(text, language):
        if one.start in asking:
            continue
        word = text[one.start : one.end]
        role = pb.TERM_ROLE_UNSPECIFIED
        if any(name.start <= one.start < name.end for name in named):
            role = pb.TERM_ROLE_NAME
        elif any(place.start <= one.start < place.end for place in sought):
            role = pb.TERM_ROLE_SOUGHT
        elif word.lower() in FAMILY_OF:
            role = pb.TERM_ROLE_RELATION
        may_differ = word.isalpha() and (not language or role == pb.TERM_ROLE_NAME)
        others = [term(word, other) for other in _UNSURE] if may_differ else []
        if is_english and role != pb.TERM_ROLE_NAME:
            before = bisect_right(begins, one.start) - 1
            is_in_phrase = before >= 0 and one.start < phrased[before][1]
            others += phrased[before][2] if is_in_phrase else _related(word.lower())
            others += [term(other, "en") for other in inflection.others(word.lower())]
        others += _numbered(word.lower(), text[one.end :]) if is_english else ()
        if _COUNTS.match(text, one.end):
            others += [term(other, language) for other in lexicon(language or "en").numbers(word)]
        others += [f"{found[1]}{'' if found[2] else '.0'}"] if (found := _VERSION.fullmatch(word)) else ()
        synonyms = [other for other in dict.fromkeys(others) if other not in ("", one.term)]
        yield pb.QuestionTerm(term=one.term, start=one.start, end=one.end, role=role, synonyms=synonyms)


def _numbered(word: str, after: str) -> Sequence[str]:
    """The terms of the other way in which a quarter or a half of a year is written: `Q2` and `second quarter`."""
    if short := _SHORT_PART.fullmatch(word):
        return [term(ordinal, "en") for ordinal in _ORDINALS[int(short[2]) - 1]]
    of = _PART_OF_YEAR.match(after)
    return [f"{of[1][0].lower()}{n}" for n, ordinals in enumerate(_ORDINALS, 1) if word in ordinals] if of else []


@cache
def _related(word: str) -> Sequence[str]:
    """The terms of the words that mean the same relation as one, or that surely say the same."""
    family = FAMILY_OF.get(word)
    of_relation = {term(other, "en") for other, one in FAMILY_OF.items() if one == family} if family else set()
    return sorted(of_relation | set(_same(word)))


def _same(said: str) -> Sequence[str]:
    """The terms of the words that surely say the same as a word or phrase."""
    return sorted({term(other, "en") for other, sure in otherwise(said).items() if sure >= _SURE and " " not in other})


def _phrased(words: Sequence[Word]) -> Iterator[tuple[int, int, Sequence[str]]]:
    """Where phrases of the thesaurus stand, and what says the same: `text message` is another thing than its words."""
    parts = [(part, word) for word in words for part in word.low.split("-")]
    for first, last in units([part for part, _ in parts]):
        if last - first > 1 and (same := _same(" ".join(part for part, _ in parts[first:last]))):
            yield parts[first][1].start, parts[last - 1][1].end, same
