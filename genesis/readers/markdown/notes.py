"""Notes, tabs and containers of Markdown: what stands in them is below their label."""

from __future__ import annotations

import re
from dataclasses import dataclass

from genesis.readers.markdown.paragraphs import Paragraphs
from genesis.readers.writer import Writer

_NOTE = re.compile(r"(?:!!!|\?\?\?\+?)[ \t]++([\w-]++)?[^\"]*?(?:\"([^\"]*+)\")?[ \t]*+")
_TAB = re.compile(r"===[!+]?[ \t]++\"([^\"]++)\"[ \t]*+")
_COLONS = re.compile(r"(:{3,}|/{3,})[ \t]*+\{?([\w-]*+)\}?[ \t]*+(?:\[([^\[\]]*+)\]|\|?[ \t]*+(.*))", re.DOTALL)


@dataclass(slots=True)
class _Scope:
    """What a note or a tab holds, and the path outside of it."""

    indent: int
    """Of its lines; -1 if a line of marks closes it."""
    path: tuple[str, ...]


class Notes:
    """Those that are open, the outermost first."""

    def __init__(self, out: Writer, paragraphs: Paragraphs) -> None:
        self._out = out
        self._paragraphs = paragraphs
        self._lists = paragraphs.lists
        self.open: list[_Scope] = []

    @property
    def base(self) -> int:
        """How far in the text of the innermost stands."""
        return max(self.open[-1].indent, 0) if self.open else 0

    def read(self, indent: int, said: str) -> bool:
        """Whether the line opens or closes one."""
        if said[0] in "!?=" and (note := _NOTE.fullmatch(said) or _TAB.fullmatch(said)):
            self._paragraphs.close()
            self._enter(indent + 4, note[note.re.groups] or "")
            return True
        if said.startswith((":::", "///")) and (colons := _COLONS.fullmatch(said)):
            self._paragraphs.close()
            if colons[2]:
                self._enter(-1, (colons[3] or colons[4] or "").strip())
            elif any(scope.indent < 0 for scope in self.open):
                while (scope := self.open.pop()).indent >= 0:
                    pass
                self._leave(scope)
            return True
        return False

    def _enter(self, indent: int, label: str) -> None:
        if not self._lists.open:
            self._lists.end()
        self.open.append(_Scope(indent, self._out.path))
        if label and label not in self._out.path:
            self._out.path = (*self._out.path, label)

    def outdent(self, indent: int) -> None:
        """A line that stands to the left of the text of some ends these."""
        while self.open and self.open[-1].indent >= 0 and indent < self.open[-1].indent:
            self._lists.end()
            self._leave(self.open.pop())

    def end(self) -> None:
        """All of them end."""
        while self.open:
            self._leave(self.open.pop())

    def _leave(self, scope: _Scope) -> None:
        if self._out.path[: len(scope.path)] == scope.path:
            self._out.path = scope.path
