"""Comments of configurations: lines that begin with a mark, and which of them belong to the key below."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from genesis.structure import Shown, joined, verbatim

_APART = re.compile(r"\n[ \t]*+\r?\n")
_SETTING = re.compile(
    r"""(?:-[ \t]{1,9}+)?+(?:export[ \t]{1,9}+)?+["']?+([A-Za-z_][\w./-]{0,99}+)["']?+[ \t]{0,50}+"""
    r"""(?:(=)(?!=)|:(?=\s|\Z))[ \t]{0,50}+"""
)
_VALUE = re.compile(
    r"""(?:"[^"]{0,300}+"|'[^']{0,300}+'|\[[^\]]{0,300}+\]|\{[^}]{0,300}+\}|(?![#"'\[{])\S{1,300}+(?<![.:])|[\[{])"""
    r"""[,;]?+(?:[ \t]{1,99}+[#;].{0,600}+)?+\Z""",
    re.DOTALL,
)
_ITEM = re.compile(r"-[ \t]{1,9}+")
_OPENING = (":", "=", "[", "{", "|", ">", ",")
"""How a setting ends that goes on below."""
_REMARKS = """
author default defaults doc docs note notes ref todo fixme example examples see unit units value values option options
allowed min max range required optional warning hint tip format usage since deprecated
"""
_PROSE = frozenset(_REMARKS.split())
"""What often opens a remark, as a key would."""
_INDENT = re.compile(r"[ \t]*+")


class Said(NamedTuple):
    """What comments before a key say."""

    loose: Shown
    """Those on their own."""
    off: Sequence[Shown]
    """Settings that are commented out, with their marks, each with what stands above it."""
    above: Shown
    """Those right above the key."""


def is_setting(text: str, is_close: bool = False, opens: bool = False) -> bool:
    """
    Whether what a comment says is a setting that is commented out: a key with one value, or with any after its `=` if
    the mark of the comment stands right before it, or with none if it opens what follows.
    """
    found = _SETTING.match(text)
    if not found:
        return False
    key, assigned = found.groups()
    if (not is_close and key.casefold() in _PROSE) or (not assigned and key[:1].isupper() and key[1:].islower()):
        return False
    if found.end() == len(text.rstrip()):
        return bool(assigned) or opens
    return bool(assigned and is_close) or bool(_VALUE.match(text, found.end(), len(text.rstrip())))


def _is_deeper(line: re.Match[str], column: int) -> bool:
    return bool(line[1]) and line.start(1) - line.start() > column


class Comments:
    """The lines of comments of a source, taken in order. `line` finds one; its group is what it says."""

    def __init__(self, source: str, line: re.Pattern[str], start: int, end: int) -> None:
        self._source = source
        self._lines: Iterator[re.Match[str]] = line.finditer(source, start, end)
        self._next = next(self._lines, None)

    def before(self, at: int) -> Said:
        """Those before a place that were not taken yet."""
        runs: list[list[re.Match[str]]] = [[]]
        last = at
        while self._next and self._next.end() <= at:
            if runs[-1] and _APART.search(self._source, last, self._next.start(1)):
                runs.append([])
            runs[-1].append(self._next)
            last = self._next.end()
            self._next = next(self._lines, None)
        if _APART.search(self._source, last, at):
            runs.append([])
        off: list[Shown] = []
        *loose, above = (self._said(run, off) for run in runs)
        return Said(joined(filter(None, loose), " "), off, above)

    def _said(self, run: Sequence[re.Match[str]], off: list[Shown]) -> Shown:
        """What lines that follow each other say, but for settings that are commented out, with what is above these."""
        said: list[Shown] = []
        deep = -1
        for number, line in enumerate(run):
            column = line.start(1) - line.start()
            following = run[number + 1] if number + 1 < len(run) else None
            opens = bool(following and (_is_deeper(following, column) or _ITEM.match(following[1])))
            item = _ITEM.match(line[1])
            is_first_item = item and not said and _VALUE.match(line[1].rstrip(), item.end())
            goes_on = deep >= 0 and (column > deep or (column == deep and item))
            if goes_on or is_first_item or is_setting(line[1], line.start(1) - 1 == self._mark(line), opens):
                own = verbatim(self._source, self._mark(line), line.end(1)).folded()
                before = (off.pop(),) if goes_on and off and not said else ()
                off.append(joined((*before, *said, own), " "))
                said = []
                is_open = item or line[1].rstrip().endswith(_OPENING)
                deep = deep if goes_on else column if is_open else -1
            else:
                said += filter(None, (verbatim(self._source, *line.span(1)).folded(),))
                deep = -1
        return joined(said, " ")

    def _mark(self, line: re.Match[str]) -> int:
        return self._source.index("#", line.start())

    def within(self, column: int, at: int) -> tuple[Shown, Sequence[Shown]]:
        """
        Those before a place that stand as deep as a block, and deeper than what follows: they end the block. Settings
        that are commented out are told apart.
        """
        line = self._source.rfind("\n", 0, at) + 1
        indent = _INDENT.match(self._source, line)
        following = indent.end() - line if indent and at < len(self._source) else 0
        run: list[re.Match[str]] = []
        while self._next and self._next.end() <= at and column <= self._indent(self._next) > following:
            run.append(self._next)
            self._next = next(self._lines, None)
        off: list[Shown] = []
        said = self._said(run, off)
        return said, off

    def _indent(self, line: re.Match[str]) -> int:
        return self._mark(line) - line.start()

    def skip(self, at: int) -> None:
        """Leave out those before a place: they stand within a text."""
        while self._next and self._next.start() < at:
            self._next = next(self._lines, None)
