"""
Concepts: the names that a passage is about, and those that it mentions.

Names are given as they are written: the connectome folds case, articles and inflection. Better a few too many
mentions than a missing one: a name that nobody else uses links nothing.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

from genesis.sentences import OPENERS, Span

MOST_CONCEPTS = 8
MOST_MENTIONS = 64
LONGEST_NAME = 100
_MOST_WORDS = 9

# A word with what may stand inside one: O'Brien, AT&T, U.S, half-life, asyncio.run.
_TOKEN = re.compile(r"\w+(?:[-’'.&/]\w+)*")
_QUOTED = re.compile(r'"\s?([^"\n]{2,80}?)[\s,.;]*"|[“«]\s?([^“”«»\n]{2,80}?)[\s,.;]*[”»]|`{1,2}([^`\n]{2,60})`{1,2}')
_BOLD = re.compile(r"(?:\*\*|__|''')(\w[^*\n]{0,98}?)(?:\*\*|__|''')")
_FINAL_PARENTHESIS = re.compile(r"\s*\(([^()]*)\)\s*$")
_NUMBERING = re.compile(r"^(?:(?:chapter|section|part|appendix)\s+)?[\dA-Z]{1,3}(?:\.\d+)*[.):]\s+", re.IGNORECASE)
_KNOWN_AS = re.compile(
    r"\b(?:(?:also|better|formerly|originally|commonly|professionally|usually|previously|otherwise|sometimes)"
    r" (?:known|called|written|spelled|named|titled)(?: professionally)?(?: as)?|known (?:professionally )?as|"
    r"abbreviated(?: as| to)?|nicknamed|pen name|stage name|a\.k\.a\.|aka|short for|née|or simply|or just)[:,]?\s+"
)
_ACRONYM = re.compile(r"\(\s?([A-Z][A-Za-z]*[A-Z][A-Za-z0-9]*)\s?[),;]")

# Words that stand inside names. Those that part two names, those that part a name from what it belongs to, and
# those that bind.
_PARTING = frozenset("and & for in on at to a an with from by und et y e".split())
_OF = frozenset(("of", "the"))
_CONNECTORS = _PARTING | _OF | frozenset(
    "de la le les du des del della delle di da dos das do van von der den ter zu zur bin ibn bint mac ap al el af av".split()
)
_MOST_CONNECTORS = 3


def _ranges(characters: Iterable[str]) -> str:
    """A regular expression's class of these characters, which are in order."""
    spans: list[list[str]] = []
    for one in characters:
        if spans and ord(spans[-1][1]) + 1 == ord(one):
            spans[-1][1] = one
        else:
            spans.append([one, one])
    return "".join(f"{first}-{last}" for first, last in spans)


_UPPER = _ranges(one for one in map(chr, range(sys.maxunicode + 1)) if one.isupper() or one.istitle())
_INSIDE = r"\w*+(?:[-’'.&/]\w++)*+"
# A capitalised word, or one written as no common word is: `__init__`, `os.path`, `iPhone`.
_NAME = rf"(?:(?:(?:al|el|ad|an|ar|as|ash|at|az|d|l)[-’'])?[{_UPPER}]{_INSIDE}|_\w*[a-zA-Z]{_INSIDE}|[a-z]++(?:_|\.(?=[a-z_])|[A-Z]){_INSIDE})"
_NUMBER = r"\d{1,4}(?:st|nd|rd|th)?\b"
_GAP = r"(?:\.?[^\S\n]|\.?\n(?!\s)|\ &\ )"
_RUN = re.compile(
    rf"(?<![\w.])(?:{_NUMBER}\s)?{_NAME}"
    rf"(?:{_GAP}(?:{_NUMBER}|(?:(?:{'|'.join(sorted(_CONNECTORS))}){_GAP}){{0,{_MOST_CONNECTORS}}}{_NAME}))*"
)
_ALNUM = re.compile(r"[^\W_]")
_HONORIFICS = frozenset(
    "mr mrs ms dr prof professor sir dame lord lady king queen prince princess emperor empress pope president "
    "chancellor minister senator governor mayor captain general colonel major admiral bishop archbishop cardinal count "
    "countess duke duchess baron baroness rev judge justice".split()
)
_STYLES = _HONORIFICS | frozenset(
    "earl viscount marquess marquis margrave landgrave elector baronet archduke archduchess dauphin holy".split()
)
_CALENDAR = frozenset(
    "january february march april may june july august september october november december jan feb mar apr jun jul aug "
    "sep sept oct nov dec monday tuesday wednesday thursday friday saturday sunday ad bc ce bce am pm".split()
)
_NO_NAMES = OPENERS | frozenset(
    "i i'm i've o however moreover furthermore therefore nevertheless meanwhile instead otherwise indeed perhaps maybe "
    "please see note notes example examples e.g i.e yes ok if unless whether whereas besides except including like "
    "being having given based born died located named called used using known found made first second third finally "
    "afterwards afterward again always never often usually generally typically recently currently previously originally "
    "eventually soon now still just even only very much several few four five six seven eight nine ten upon within "
    "into onto about above below across behind beyond near since toward towards until via per let let's don't doesn't "
    "isn't can't it'll you'll there's that's what's us me him them himself herself itself themselves".split()
)
_GENERIC_HEADINGS = frozenset(
    "introduction overview summary abstract contents table of contents see also references external links notes further "
    "reading history background description usage examples example installation getting started conclusion appendix "
    "acknowledgements acknowledgments changelog license licence faq readme about index methods results discussion "
    "details parameters returns raises arguments args".split()
) | frozenset(("see also", "table of contents", "external links", "further reading", "getting started", "what's new"))


@dataclass(frozen=True, slots=True)
class Concepts:
    """Names, the most telling first."""

    handled: Sequence[str]
    mentioned: Sequence[str]


def subject(title: str, opening: str) -> list[str]:
    """What a document is about: its title, its aliases, and what its first sentence calls it."""
    names = [title, *_title_aliases(title)] if title else []
    words = set(_words(title))
    for run in _runs(opening, ((0, len(opening)),)):
        name = run.said(opening)
        if run.start < 25 and "(" in opening[run.end : run.end + 2]:  # the full name before "(born 1952)" or "(WHO)"
            if words & set(_words(name)) or _stands_for(title, name):
                names.append(name)
        break
    names.extend(match[1] for match in _BOLD.finditer(opening))
    for match in _KNOWN_AS.finditer(opening):
        names.extend(_name_at(opening, match.end()))
    for match in _ACRONYM.finditer(opening):
        if any(_stands_for(match[1], name) for name in names):
            names.append(match[1])
    return _distinct(names, MOST_CONCEPTS)


def concepts(subject: Sequence[str], heading_path: Sequence[str], text: str, sentences: Sequence[Span]) -> Concepts:
    """The concepts of a passage; `sentences` are spans of `text`, `subject` is its document's."""
    headings = [name for heading in reversed(heading_path) for name in _heading_names(heading)]
    handled = _distinct([*subject[:1], *headings[:4], *subject[1:], *headings[4:]], MOST_CONCEPTS)
    runs = list(_runs(text, sentences))
    styled = [
        _spoken(text, run.start, end)
        for run, style in pairwise(runs)
        if _is_style(text, run, style)
        for end in (style.end, next(_parted(style.tokens, text, _PARTING))[-1][1])
    ]
    mentions = [name for run in runs for name in run.names(text)]
    quoted = [name for match in _QUOTED.finditer(text) if _is_title(name := match[1] or match[2] or match[3], match)]
    own = {name.casefold() for name in handled}
    found = _distinct([*quoted, *styled, *mentions], MOST_MENTIONS + len(own))
    return Concepts(handled, [name for name in found if name.casefold() not in own][:MOST_MENTIONS])


Token: TypeAlias = tuple[int, int, bool]
"""Where a word is, and whether it is a connector."""


@dataclass(slots=True)
class _Run:
    """A run of capitalised words, with the connectors between them."""

    tokens: list[Token]

    @property
    def start(self) -> int:
        return self.tokens[0][0]

    @property
    def end(self) -> int:
        return self.tokens[-1][1]

    def said(self, text: str) -> str:
        return _spoken(text, self.start, self.end)

    def names(self, text: str) -> Iterator[str]:
        """The whole run, then the names in it."""
        tokens = self.tokens
        if len(tokens) <= _MOST_WORDS:
            yield _spoken(text, self.start, self.end)
        if len(tokens) == 1:
            return
        for clause in _parted(tokens, text, _PARTING):
            if len(clause) < len(tokens):
                yield _spoken(text, clause[0][0], clause[-1][1])
            bare = _unstyled(clause, text)
            if len(bare) < len(clause):
                yield _spoken(text, bare[0][0], bare[-1][1])
            for at, part in enumerate(_parted(clause, text, _OF)):
                if len(part) < len(clause) and (at or len(part) > 1):  # "Duke" is no name in "Duke of Tuscany"
                    yield _spoken(text, part[0][0], part[-1][1])


def _unstyled(clause: list[Token], text: str) -> list[Token]:
    """Without an article, a number or forms of address before the name."""
    first = 0
    while first + 1 < len(clause) and not clause[first + 1][2]:
        word = text[clause[first][0] : clause[first][1]]
        if word != "The" and not word[0].isdecimal() and not _HONORIFICS.issuperset(word.lower().split("-")):
            break
        first += 1
    return clause[first:]


def _parted(tokens: list[Token], text: str, at: frozenset[str]) -> Iterator[list[Token]]:
    """A run's parts between some connectors; a possessive parts names as "of" does."""
    part: list[Token] = []
    for token in tokens:
        word = text[token[0] : token[1]]
        if token[2] and (word in at or not part):
            if part:
                yield part
            part = []
            continue
        part.append(token)
        if at is _OF and word.endswith(("'s", "’s")):
            yield part
            part = []
    if part:
        yield part


def _is_style(text: str, run: _Run, style: _Run) -> bool:
    """Whether `style` is a title after a name: "Gordon Howard, 5th Earl of Effingham"."""
    if style.start - run.end != 2 or text[run.end] != "," or len(style.tokens) < 2:
        return False
    words = [text[at:stop].lower() for at, stop, _ in style.tokens[:2]]
    return words[0] in _STYLES or (words[0][0].isdecimal() and words[1] in _STYLES)


def _runs(text: str, sentences: Iterable[Span]) -> Iterator[_Run]:
    for start, end in sentences:
        yield from _sentence_runs(text, start, end)


def _sentence_runs(text: str, start: int, end: int) -> Iterator[_Run]:
    opens = True
    for match in _RUN.finditer(text, start, end):
        tokens = [
            (word.start(), word.end(), word[0] in _CONNECTORS) for word in _TOKEN.finditer(text, *match.span())
        ]
        yield from _without_edges(text, tokens, opens and not _ALNUM.search(text, start, match.start()))
        opens = False


def _without_edges(text: str, run: list[Token], opens: bool) -> Iterator[_Run]:
    """The run without dates at its ends, and without common words at a sentence's beginning, if a name is left."""
    first, last = 0, len(run)
    while first < last and (run[first][2] or _is_no_beginning(text, run[first:last], opens)):
        first += 1
    while first < last and (run[last - 1][2] or _is_date(text[run[last - 1][0] : run[last - 1][1]], last - first)):
        last -= 1
    if first < last:
        yield _Run(run[first:last])


def _is_no_beginning(text: str, run: list[Token], opens: bool) -> bool:
    at, stop, _ = run[0]
    word = text[at:stop]
    lower = word.lower()
    if lower in _CALENDAR:
        return True
    if word[0].isdecimal():  # the 1984 Summer Olympics, but not "2001 American" or "14 June"
        return len(run) < 3 or run[1][2] or text[run[1][0] : run[1][1]].lower() in _CALENDAR
    if len(run) == 1:
        return lower in _NO_NAMES or len(word) == 1
    return opens and lower in _NO_NAMES and word != "The"


def _is_date(word: str, length: int) -> bool:
    return word.lower() in _CALENDAR or (word.isdecimal() and (length == 1 or (len(word) == 4 and word[0] in "12")))


def _spoken(text: str, start: int, end: int) -> str:
    name = text[start:end]
    if name.endswith(("'s", "’s")):
        name = name[:-2]
    if "\n" in name or "  " in name:
        name = " ".join(name.split())
    return name


def _is_title(name: str, match: re.Match[str]) -> bool:
    """Whether what is in quotes is a name: code, or few words that begin with a capital."""
    if match[3]:
        return True
    return (name[0].isupper() or name[0].isdecimal()) and name.count(" ") < _MOST_WORDS and not name.isdecimal()


def _title_aliases(title: str) -> Iterator[str]:
    final = _FINAL_PARENTHESIS.search(title)
    if final and final.start():
        bare = title[: final.start()]
        yield bare
        if _stands_for(final[1], bare) or _stands_for(bare, final[1]):
            yield final[1]


def _heading_names(heading: str) -> Iterator[str]:
    name = _NUMBERING.sub("", heading).strip().rstrip(":")
    if name.casefold() in _GENERIC_HEADINGS or not name:
        return
    yield name
    yield from _title_aliases(name)


def _name_at(text: str, at: int) -> Iterator[str]:
    """The name, or the quoted words, that begin at `at`."""
    if quoted := _QUOTED.match(text, at):
        yield quoted[1] or quoted[2] or quoted[3]
        return
    if bold := _BOLD.match(text, at):
        yield bold[1]
        return
    for run in _sentence_runs(text, at, min(len(text), at + LONGEST_NAME)):
        if run.start - at <= 4:
            yield run.said(text)
        return


def _stands_for(acronym: str, words: str) -> bool:
    """Whether the acronym is made of the first letters of the last words (connectors may be left out)."""
    letters = [letter for letter in acronym if letter.isupper()]
    if not 2 <= len(letters) <= 10 or len(letters) < len(acronym) / 2:
        return False
    said = _TOKEN.findall(words)
    every = [part[0].upper() for word in said for part in word.split("-") if part]
    capitals = [part[0].upper() for word in said for part in word.split("-") if part and word not in _CONNECTORS]
    return every[-len(letters) :] == letters or capitals[-len(letters) :] == letters


def _words(name: str) -> Iterator[str]:
    return (word.casefold() for word in _TOKEN.findall(name) if len(word) > 1)


def _distinct(names: Iterable[str], most: int) -> list[str]:
    """The first of each name, folding case; none that is too long or says nothing."""
    found: dict[str, str] = {}
    for name in names:
        said = name.strip(" .,;:*_") if not name.startswith("_") else name
        if 1 < len(said) <= LONGEST_NAME:
            found.setdefault(said.casefold(), said)
            if len(found) == most:
                break
    return list(found.values())
