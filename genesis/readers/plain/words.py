"""Words of plain text as they are shown: on one line, those that a line's end divides whole."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from genesis.readers import rst
from genesis.structure import Edit, Run, Shown, joined

_HYPHEN = re.compile(r"[-\u2010\u00ad]")
"""Of the keyboard, of typeset pages, and one that only a line's end shows."""
_DIVIDED = re.compile(r"(?<=[^\W\d_])[-\u2010\u00ad][^\S\n]*+\n\s*+(?=[^\W\d_])")
_LAST_WORD = re.compile(r"(?<![^\W\d_])[^\W\d_]++\Z")
_FIRST_WORD = re.compile(r"[^\W_]*+")
_WORD = re.compile(r"[^\W\d_]++(?>(?:-[^\W\d_]+)+)|[^\W\d_]++")


class Words:
    """A text, and how its stretches are shown."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._known: frozenset[str] | None = None

    def shown(self, start: int, end: int, said: str = "") -> Shown:
        """A stretch on one line; only `said` of it, if that is given and stands there."""
        if said and (at := self.text.find(said, start, end)) >= 0:
            start, end = at, at + len(said)
        elif said:
            return Shown(said)
        text = self.text[start:end]
        whole = Shown(text, (Run(0, end - start, start, end),) if end > start else ())
        if _HYPHEN.search(text) and (
            edits := [edit for one in _DIVIDED.finditer(text) for edit in self._joined(text, one)]
        ):
            whole = whole.edited(edits)
        if "`" in whole.text:
            whole = whole.edited(rst.edits(whole.text))
        return whole.folded()

    def of_parts(self, parts: Sequence[tuple[int, int]]) -> Shown:
        """Several stretches as one."""
        return joined([self.shown(*part) for part in parts], " ") if parts else Shown()

    def _joined(self, text: str, divided: re.Match[str]) -> Iterator[Edit]:
        """A word that a line's end divides; its hyphen stays if it has one elsewhere too."""
        start, end = divided.span()
        first = _LAST_WORD.search(text, max(start - 40, 0), start)
        last = _FIRST_WORD.match(text, end)
        before, after = (first[0] if first else ""), (last[0] if last else "")
        if not after[:1].islower() or text[start - len(before) - 1 : start - len(before)] == "-":
            yield Edit(start + 1, end, "")
            return
        if self._known is None:
            self._known = frozenset(one[0].lower() for one in _WORD.finditer(self.text))
        hyphened = f"{before}-{after}".lower() in self._known and f"{before}{after}".lower() not in self._known
        yield Edit(start + hyphened, end, "")
