"""
Headings of plain text, which marks them by their form alone: underlined, numbered, in capitals, "Chapter 3. Title".

Only the first line of a paragraph can be one. A heading that is none costs little: its line stands above a passage
instead of in it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

from genesis import dense, numbers
from genesis.fairness import breathe
from genesis.reading import Heading
from genesis.stretches import Span
from language.dates import DAY

LONGEST = 100
_SHORTEST = 4
"""Characters of a heading."""
_DEEPEST = 6
_MOST_WORDS = 12
_FEW_WORDS = 8
_MOST_MERGED = 4

# The first lines of paragraphs.
_FIRST = re.compile(
    r"(?:\A|(?<=\n\n)|(?<=\n\r\n)|(?<=\n[ \t]\n))(?P<indent>[^\S\n]*+)(?P<said>[^\s|>][^\n]{0,118}+)(?=\n|\Z)"
)
_BLANK_AFTER = re.compile(r"(?:\n[^\S\n]*+(?=\n|\Z)|\Z)")
_NEXT_LINE = re.compile(r"\s*+([^\n]{0,200})")
_UNDERLINED = re.compile(
    r"^(?P<title>[^\s\W_][^|\t\n]{0,118})\n(?P<rule>(?P<mark>[=\-*~^\"#+])(?P=mark){2,118})[ \t]*$", re.MULTILINE
)
_OVERLINE = re.compile(r"(?:^|\n)([=\-*~^\"#+])\1{2,118}[ \t]*\n\Z")

_ROMAN = r"(?=[IVXLC])(?:C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})"
_ORDINAL = rf"(?:\d{{1,3}}|{_ROMAN}|[A-Z]|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|the \w+)"
_DIVISION = re.compile(
    rf"(?P<word>volume|book|part|act|chapter|canto|letter|stave|scene|section|article|appendix|annex|lesson|lecture|clause"
    rf"|schedule|exhibit|rule|§|art\.|sec\.)"
    rf"\s+(?P<number>{_ORDINAL})(?:(?:\s*[.:—–-]+\s*|\s+)(?P<rest>.*))?",
    re.IGNORECASE,
)
_DIVIDES = re.compile(r"[vbpacslerVBPACSLER§]")
_DIGIT = re.compile(r"\d")
_OF_MANUALS = frozenset(("NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXIT STATUS", "SEE ALSO"))
"""Headings of manual pages, below which all is further in."""
_PARTIES = frozenset(("BETWEEN", "BY AND BETWEEN", "AND", "WHEREAS"))
"""What opens the names of those who make a contract, and why: nothing else stands below it."""
_COUNTED = re.compile(r"\(\w{1,4}\)")
_SEVERAL_SENTENCES = re.compile(r"[a-z]{3}[.] [A-Z]")
_DIVISIONS = ("volume", "book", "part", "act", "chapter", "scene", "section")
_SECTIONS = frozenset(("article", "clause", "rule", "§", "art.", "sec."))
_CHAPTER = _DIVISIONS.index("chapter")
_FRONT_AND_BACK = """
preface prologue introduction epilogue foreword contents conclusion appendix index dedication afterword preamble
acknowledgements acknowledgments advertisement
"""
_MATTER = frozenset(_FRONT_AND_BACK.split())
_NUMBERED = re.compile(
    r"(?P<number>(?:\d{1,3}|[A-Z](?=\.\d))(?:\.\d{1,3}){0,5})\.?\s+(?P<rest>(?:\d{1,4}\s+)?[^\W\d_a-z].*|[\"“‘].*)"
)
_TITLE_CASE = re.compile(r"(?:[^a-z\s]\S*+|[a-z]\S{0,4})(?:\s++(?:[^a-z\s]\S*+|[a-z]\S{0,4}))*+")
_STATES = re.compile(r" (?:is|are|was|were|has|have|can|may|must|shall|should|will|does|do)(?:n['’]t)? ")
"""Words of a sentence, which a title that ends with a stop does not have."""
_NEXT_IS_LIST = re.compile(r"\n[^\S\n]*+(?:[-*+•]|\d{1,3}[.)])\s")
_NO_WORDS = re.compile(r"[=(){};<>@/\\|:_]|\d\d:\d\d")
_BELOW = re.compile(r"\n(?P<indent>[^\S\n]*+)(?:(?P<number>\d{1,3}(?:\.\d{1,3}){1,6})\.?\s|(?P<said>[A-Z(•*-]))")
_INSET = 3
"""Spaces before a line that stands in a paragraph's place still."""
_WIDE = 45
"""Characters of a line that can be a paragraph's."""
_QUESTION_SHARE = 6
"""In a list of questions there is one in so many paragraphs."""
_HASHES = re.compile(r"(#{1,6})\s++(.{1,200}?)\s*#*")
_EQUALS = re.compile(r"(={2,6})\s*+([^=].{0,200}?)\s*\1")
_NUMERAL_AT_END = re.compile(rf"\b(?:\d+|{_ROMAN})\.?$")
_EMPHASIS = re.compile(r"(?<![\w])[_*]{1,2}(?=\S)|(?<=\S)[_*]{1,2}(?!\w)")
_MAIL = re.compile(
    r"(?:\A|(?<=\n))(?:(?:From|To|Cc|Date|Sent|Subject|Reply-To|Message-ID):[ \t][^\n]{0,400}\n"
    r"(?:[ \t]+\S[^\n]{0,400}\n){0,9}){2,12}"
)
_MAIL_LINE = re.compile(r"^(From|Date|Sent|Subject):[ \t]+([^\n]+)", re.MULTILINE)


class Kind(IntEnum):
    """What marks a heading; a smaller one is above a larger one, where the text itself does not say otherwise."""

    HASHES = 0
    UNDERLINE = 1
    MAIL = 2
    EARLY_CAPITALS = 3
    DIVISION = 4
    VERSION = 5
    DATED = 6
    CAPITALS = 7
    COUNTED_CAPITALS = 8
    NUMBERED = 9
    QUESTION = 10
    BARE = 11
    MATTER = 12


_MARKED = frozenset((Kind.HASHES, Kind.UNDERLINE))


@dataclass(frozen=True, slots=True)
class _Found:
    kind: Kind
    depth: int
    title: str
    start: int
    end: int
    has_clauses: bool = False
    """Whether the first clause of its number stands below: `2. Fees`, `2.1 The fee is …`."""
    is_weak: bool = False
    """Whether it is one only where others surely are: its text stands below it without a blank line."""
    is_inset: bool = False
    """Whether what stands below is further in."""
    number: str = ""
    """Of a numbered one: `2.1`."""


def headings(text: str, *, is_spoken: bool = False) -> list[Heading]:
    """
    The headings of a plain text in order, as deep as their forms, and the order of these, say.

    In what is spoken, or asked and answered, only those are that have marks of their own.
    """
    sparse = [(start, end) for start, end, is_dense in dense.stretches(text, 0, len(text)) if not is_dense]
    found = [*_underlined(text, sparse), *_mails(text, sparse), *_opening_lines(text, sparse)]
    if is_spoken:
        found = [one for one in found if one.kind in _MARKED]
    found.sort(key=lambda one: (one.start, one.kind))
    apart: list[_Found] = []
    for one in found:
        if not apart or one.start >= apart[-1].end:
            apart.append(one)
    return _levelled(_likely(text, _merged(text, apart)))


def _found(form: re.Pattern[str], text: str, spans: Sequence[Span]) -> Iterator[re.Match[str]]:
    return (match for span in spans for match in form.finditer(text, *span))


def _underlined(text: str, spans: Sequence[Span]) -> Iterator[_Found]:
    """A mark's level is the order in which it first appears, as in reStructuredText."""
    marks: list[str] = []
    for match in _found(_UNDERLINED, text, spans):
        title = match["title"].rstrip()
        if len(match["rule"]) < 0.7 * len(title) or "  " in title:
            continue
        over = _OVERLINE.search(text, max(match.start() - 121, 0), match.start())
        mark = match["mark"] if over is None else match["mark"] * 2
        if mark not in marks:
            marks.append(mark)
        start = match.start() if over is None else over.start()
        yield _Found(Kind.UNDERLINE, marks.index(mark), title, start, match.end())


def _mails(text: str, spans: Sequence[Span]) -> Iterator[_Found]:
    """The head of a mail is its heading and its first lines at once."""
    if "From:" not in text or "Subject:" not in text:
        return
    for match in _found(_MAIL, text, spans):
        said = {line[1]: line[2].strip() for line in _MAIL_LINE.finditer(match[0])}
        if "From" in said and "Subject" in said:
            sender = said["From"].partition("<")[0].strip(' "') or said["From"]
            about = [part for part in (sender, said.get("Date") or said.get("Sent")) if part]
            title = f"{said['Subject']} ({', '.join(about)})"
            yield _Found(Kind.MAIL, 0, title[: 2 * LONGEST], match.start(), match.start())


def _opening_lines(text: str, spans: Sequence[Span]) -> Iterator[_Found]:
    first = _FIRST.match(text)
    for match in _found(_FIRST, text, spans) if "\n" in text else filter(None, (first,)):
        breathe()
        said = match["said"].rstrip()
        if len(said) > LONGEST or "...." in said or said[-1] in ",;":
            continue
        alone = _BLANK_AFTER.match(text, match.end()) is not None
        if one := _form(text, said, alone, match):
            yield one


def _form(text: str, said: str, alone: bool, match: re.Match[str]) -> _Found | None:
    """Which kind of heading the first line of a paragraph is, if any."""
    start, end = match.start("said"), match.end()
    inset = len(match["indent"]) > _INSET
    if alone and not inset and (marked := _HASHES.fullmatch(said) or _EQUALS.fullmatch(said)):
        return _Found(Kind.HASHES, len(marked[1]), marked[2], start, end)
    title = _EMPHASIS.sub("", said).strip() if "_" in said or "*" in said else said
    if not title or not (title[0].isalnum() or title[0] in "[(§"):
        return None
    if _DIVIDES.match(title) and (division := _DIVISION.fullmatch(title)):
        return _division(text, title, division, alone, start, end)
    if alone and title.rstrip(".:").lower() in _MATTER:
        return _Found(Kind.MATTER, 0, title.rstrip(".:"), start, end)
    words = title.count(" ") + 1
    if not _DIGIT.search(title):
        if "  " in title or not (alone or title.isupper()):
            return None
        one = _worded(text, title, words, match)
        is_title = not match.start()  # it may have its date below it
        if one and not alone and not is_title:
            return _of_two_lines(text, one) or replace(one, is_weak=True)
        return one
    dated = DAY.search(title) is not None
    if (numbered := _NUMBERED.fullmatch(title)) and not dated:
        return _numbered(text, numbered, words, alone, match)
    if "  " in title:
        return None
    if numbers.is_version(title, words, dated) and (alone or _NEXT_IS_LIST.match(text, match.end())):
        return _Found(Kind.VERSION, 0, title.rstrip(":"), start, end)
    is_line = words <= _FEW_WORDS and ":" not in title and title[-1] not in ".?!" and not _STATES.search(title)
    if alone and dated and is_line:
        return _Found(Kind.DATED, 0, title, start, end)
    return _worded(text, title, words, match) if alone else None


def _of_two_lines(text: str, one: _Found) -> _Found | None:
    """A line in capitals with another below it that ends its paragraph."""
    second = _NEXT_LINE.match(text, one.end)
    if one.kind is not Kind.CAPITALS or not second or not _BLANK_AFTER.match(text, second.end()):
        return None
    title = f"{one.title} {second[1].strip()}"
    is_one = title.isupper() and title[-1] not in ".,;:" and len(title) <= LONGEST and title.count(" ") < _MOST_WORDS
    return replace(one, title=title, end=second.end()) if is_one else None


def _numbered(text: str, numbered: re.Match[str], words: int, alone: bool, match: re.Match[str]) -> _Found | None:
    """A numbered title: on a line of its own, above its first clause, or, where others are such, above its text."""
    title = numbered[0]
    if numbered["rest"][0].isdecimal() and "." not in numbered["number"]:
        return None
    brief = words < _FEW_WORDS and not _STATES.search(numbered["rest"])
    titled = title[-1] != "." or brief or _TITLE_CASE.fullmatch(numbered["rest"])
    if _SEVERAL_SENTENCES.search(title):
        return None
    number = numbered["number"]
    below = None if alone or not title[-1].isalnum() else _BELOW.match(text, match.end())
    has_clauses = below is not None and (below["number"] or "").startswith(f"{number}.")
    is_inset = below is not None and bool(below["said"]) and len(below["indent"]) > len(match["indent"]) + 1
    is_led = below is not None and brief
    stands = alone or has_clauses or is_inset or is_led
    if not stands or title[-1] == ":" or "  " in numbered["rest"] or words > _MOST_WORDS or not titled:
        return None
    is_weak = not (alone or has_clauses)
    return _Found(
        Kind.NUMBERED,
        number.count("."),
        title,
        match.start("said"),
        match.end(),
        has_clauses,
        is_weak,
        is_inset,
        number,
    )


def _division(text: str, title: str, division: re.Match[str], alone: bool, start: int, end: int) -> _Found | None:
    word, rest = division["word"].lower(), division["rest"] or ""
    if rest and (not (rest[0].isupper() or rest[0].isdecimal()) or (rest[-1] == "." and rest.count(" ") > 6)):
        return None
    if not rest:  # its name may stand on the next line
        named = _NEXT_LINE.match(text, end)
        name = _EMPHASIS.sub("", named[1]).strip() if named else ""
        if named and _BLANK_AFTER.match(text, named.end()) and _names(name):
            title, end = f"{title.rstrip('.:')}: {name}", named.end()
        elif not alone:
            return None
    is_weak = bool(rest) and not alone
    if is_weak and (not rest[-1].isalnum() or rest.count(" ") >= _FEW_WORDS or _BELOW.match(text, end) is None):
        return None
    if word in _SECTIONS:
        word = "section"
    depth = _DIVISIONS.index(word) if word in _DIVISIONS else _CHAPTER
    return _Found(Kind.DIVISION, depth, title, start, end, is_weak=is_weak)


def _names(line: str) -> bool:
    """Whether a line below "CHAPTER IV" is the chapter's name."""
    words = line.count(" ") + 1
    few = words <= _FEW_WORDS or (words <= _MOST_WORDS and _TITLE_CASE.fullmatch(line) is not None)
    return (
        few and line[:1].isupper() and line[-1].isalnum() and not _NO_WORDS.search(line) and not _DIVISION.match(line)
    )


def _worded(text: str, title: str, words: int, match: re.Match[str]) -> _Found | None:
    """A line in capitals, a question, or a few words above a paragraph."""
    start, end = match.start("said"), match.end()
    if title.rstrip(".:") in _PARTIES or _COUNTED.match(title):
        return None
    if title.isupper() and words <= _MOST_WORDS and sum(map(str.isalpha, title)) > 1:
        if title[-1] == "." and words > _FEW_WORDS:
            return None
        counted = _NUMERAL_AT_END.search(title) is not None
        kind = Kind.COUNTED_CAPITALS if counted else Kind.CAPITALS
        return _Found(kind, 0, title.rstrip(".:"), start, end)
    if not title[0].isupper() or len(match["indent"]) > _INSET:
        return None
    if title[-1] == "?":
        return _Found(Kind.QUESTION, 0, title, start, end)
    following = _NEXT_LINE.match(text, end)
    wide = following is not None and len(following[1]) >= _WIDE
    if words <= _FEW_WORDS and wide and title[-1].isalnum() and not _NO_WORDS.search(title):
        return _Found(Kind.BARE, 0, title, start, end)
    return None


def _merged(text: str, found: Sequence[_Found]) -> list[_Found]:
    """A title in capitals over several lines is one heading."""
    merged: list[_Found] = []
    pieces = 0
    for one in found:
        last = merged[-1] if merged else None
        pieces += 1
        if last and last.kind is one.kind is Kind.CAPITALS and not text[last.end : one.start].strip():
            title = f"{last.title} {one.title}"
            if pieces <= _MOST_MERGED and len(title) <= LONGEST:
                merged[-1] = replace(last, title=title, end=one.end)
                continue
        merged.append(one)
        pieces = 1
    return merged


def _likely(text: str, found: Sequence[_Found]) -> list[_Found]:
    """Without the items of a list, without the questions of a story, without bare lines where there are underlined."""
    kinds = {one.kind for one in found}
    questions = sum(one.kind is Kind.QUESTION for one in found)
    paragraphs = text.count("\n\n") + text.count("\n\r\n") + 1
    is_manual = len({one.title for one in found} & _OF_MANUALS) > 1
    clauses = {numbers.leading(one.title) for one in found if one.has_clauses}
    divisions = Counter(one.depth for one in found if one.kind is Kind.DIVISION)
    dropped = set()
    if questions < 2 or _QUESTION_SHARE * questions < paragraphs:
        dropped.add(Kind.QUESTION)
    if Kind.UNDERLINE in kinds or Kind.HASHES in kinds:
        dropped.add(Kind.BARE)
    numbered = {one.number for one in found if one.number}
    texts = numbers.of_paragraphs(text) - numbered if numbered else set()
    kept: list[_Found] = []
    for at, one in enumerate(found):
        if one.kind in dropped or (one.kind is Kind.CAPITALS and len(one.title) < _SHORTEST):
            continue
        if one.is_weak and one.kind in (Kind.CAPITALS, Kind.COUNTED_CAPITALS) and not is_manual:
            continue
        if one.is_weak and one.kind is Kind.DIVISION and divisions[one.depth] < 2:
            continue
        if one.title[-1] == "." and texts & numbers.beside(one.number):
            continue
        if one.is_weak and one.kind is Kind.NUMBERED:
            number = numbers.leading(one.title)
            if not clauses or not (one.is_inset or {number - 1, number + 1} & clauses):
                continue
            clauses.add(number)
        near = (found[at - 1 : at] if at else []), found[at + 1 : at + 2]
        if (
            one.kind is Kind.NUMBERED
            and not one.depth
            and any(_adjoin(text, one, other) for side in near for other in side)
        ):
            continue
        kept.append(one)
    return kept


def _adjoin(text: str, one: _Found, other: _Found) -> bool:
    """Whether two numbered lines have nothing between them: items of a list."""
    first, second = sorted((one, other), key=lambda found: found.start)
    return other.kind is Kind.NUMBERED and not other.depth and not text[first.end : second.start].strip()


def _levelled(found: Sequence[_Found]) -> list[Heading]:
    first = {kind: at for at, kind in reversed(list(enumerate(one.kind for one in found)))}
    divided = first.get(Kind.DIVISION, len(found))
    early = first.get(Kind.CAPITALS, len(found)) < divided
    capitals = Kind.EARLY_CAPITALS if early else Kind.CAPITALS
    opens = first.get(Kind.CAPITALS) == 0 and sum(one.kind is Kind.CAPITALS for one in found) == 1
    known_as = {
        Kind.CAPITALS: (Kind.HASHES, 0) if opens else (capitals, 0),
        Kind.MATTER: (Kind.DIVISION, _CHAPTER) if divided < len(found) else (capitals, 0),
    }
    keys = [known_as.get(one.kind, (one.kind, one.depth)) for one in found]
    levels = {key: min(level, _DEEPEST) for level, key in enumerate(sorted(set(keys)), start=1)}
    return [Heading(levels[key], one.title, one.start, one.end) for key, one in zip(keys, found, strict=True)]
