"""Lines of a Markdown paragraph that stand for themselves, although nothing but their form marks them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from genesis.readers.clauses import standing

_CLAUSE = re.compile(r"(\d{1,3}(?:\.\d{1,3}){1,5})\.?[ \t]++(?=\S)")
_ENTRY = re.compile(r"([^\W\d_][^\n:.?!*_`]{0,48}+):[ \t]++(?=\S)")
_BOLD_ENTRY = re.compile(
    r"(?:\*\*([^\W_][^*\n:]{0,48}+)(?::\*\*|\*\*:)|__([^\W_][^_\n:]{0,48}+)(?::__|__:))[ \t]++(?=\S)"
)
_MOST_WORDS = 4
"""Of the name of an entry that nothing else marks."""
_LONG = 60
"""Characters of a line that may have been wrapped."""
_SENTENCE_ENDS = (".", "?", "!", ":", ";", "。")


class Line(NamedTuple):
    """Where it begins and ends, its words, and whether its author broke it there."""

    start: int
    end: int
    said: str
    is_broken: bool

    @property
    def last(self) -> int:
        """Where its words end."""
        return self.start + len(self.said)


def line(source: str, start: int, end: int) -> Line:
    """A line of Markdown: two spaces, a backslash or a tag break it."""
    raw = source[start:end].removesuffix("\r")
    said = raw.rstrip()
    is_broken = raw.endswith("  ") or said.endswith(("\\", "<br>", "<br/>", "<br />"))
    return Line(start, end, said.removesuffix("\\").rstrip() if is_broken else said, is_broken)


def pieces(lines: Sequence[Line], names: Mapping[int, str]) -> list[tuple[int, int]]:
    """The lines that belong together, first and last: up to one that its author broke, or to an entry."""
    if not lines:
        return []
    begins = [at for at in range(len(lines)) if not at or at in names or _is_parted(lines[at - 1], lines[at])]
    return list(zip(begins, [*(at - 1 for at in begins[1:]), len(lines) - 1], strict=True))


def _is_parted(above: Line, below: Line) -> bool:
    """Whether a break is not one in the middle of a sentence that was wrapped."""
    is_wrapped = len(above.said) >= _LONG and below.said[:1].islower() and not above.said.endswith(_SENTENCE_ENDS)
    return above.is_broken and not is_wrapped


def is_bare(line: Line) -> bool:
    """Whether it is no sentence."""
    return len(line.said) <= _LONG and not line.said.endswith(_SENTENCE_ENDS)


def entries(lines: Sequence[Line]) -> Mapping[int, str]:
    """
    By line, the names of `Name: value`, if there are several: in bold, on lines that are broken, or of lines that are
    all such.
    """
    if len(lines) < 2:
        return {}
    marked, all_names = {}, {}
    for at, one in enumerate(lines):
        bold = _BOLD_ENTRY.match(one.said)
        found = bold or _ENTRY.match(one.said)
        if not found:
            continue
        all_names[at] = name = (found[1] or found[2] if bold else found[1]).strip()
        if bold or one.is_broken or (at and lines[at - 1].is_broken):
            marked[at] = name
    if len(marked) > 1:
        return marked
    wrapped = (at in all_names or (at and one.said[:1].islower()) for at, one in enumerate(lines))
    plain = all(name[0].isupper() and name.count(" ") < _MOST_WORDS for name in all_names.values())
    return all_names if len(all_names) > 1 and plain and all(wrapped) else {}


def clauses(lines: Sequence[Line]) -> Mapping[int, re.Match[str]]:
    """By line, the numbers of clauses: `2.1` and `2.2` in order, not a figure that was wrapped to the next line."""
    found = {at: mark for at, one in enumerate(lines) if one.said[:1].isdigit() and (mark := _CLAUSE.match(one.said))}
    stands = standing([mark[1] for mark in found.values()])
    return {at: mark for (at, mark), is_clause in zip(found.items(), stands, strict=True) if is_clause}
