"""
Directives: one holds text (`note`), code (`code-block`), a table, or nothing that is read (`image`); any other
(`py:function`, `setting`, `option`) describes what it names, which heads it.
"""

from __future__ import annotations

import re

from genesis.readers.rst.lines import Lines
from genesis.readers.rst.paragraphs import Body, Paragraphs
from genesis.readers.rst.tables import Tables
from genesis.readers.rst.written import Written
from genesis.structure import Kind, Shown, joined

_DIRECTIVE = re.compile(r"(?:\|[^|\n]{1,80}\|[ \t]+)?([\w][\w:.+-]{0,60}?)[ \t]?::(?:[ \t]++|\Z)")
_FOOTNOTE = re.compile(r"\[[^\]\n]{1,80}\][ \t]++")
_OPTION = re.compile(r":[\w-]{1,60}:(?:[ \t]|\Z)")

_CODE_DIRECTIVES = """
code code-block sourcecode testcode testoutput doctest parsed-literal prompt productionlist literal ipython csv-table
graphviz mermaid math
"""
_CODE = frozenset(_CODE_DIRECTIVES.split())
_UNREAD_DIRECTIVES = """
image toctree include literalinclude contents index currentmodule module automodule autosummary raw highlight meta
default-role role rst-class sectnum target-notes header footer tabularcolumns button-ref button-link bibliography
testsetup testcleanup plot jupyter-execute replace unicode date title
"""
_UNREAD = frozenset(_UNREAD_DIRECTIVES.split())
_TEXT_DIRECTIVES = """
note tip hint important warning caution danger attention error seealso epigraph pull-quote highlights todo centered
"""
_TEXT = frozenset(_TEXT_DIRECTIVES.split())
_AROUND = frozenset(
    ("container", "only", "grid", "tab-set", "tabs", "margin", "compound", "glossary", "hlist", "figure")
)
"""What stands around others; its argument is nothing that is read."""
_CAPTIONS = frozenset(("rubric", "table"))
_CHANGES = {
    "versionadded": "New in version ",
    "versionchanged": "Changed in version ",
    "deprecated": "Deprecated since version ",
    "versionremoved": "Removed in version ",
}


class Directives:
    """Reads those of a document."""

    def __init__(self, lines: Lines, written: Written, paragraphs: Paragraphs, body: Body) -> None:
        self._lines = lines
        self._written = written
        self._paragraphs = paragraphs
        self._tables = Tables(lines, written)
        self._body = body

    def read(self, at: int, last: int, margin: int, begins: int) -> int:
        """What begins with two dots: a directive, a footnote, or what nobody sees; where the next block begins."""
        lines, stop = self._lines, self._lines[at].end
        end = lines.inside(at + 1, last, margin)
        if footnote := _FOOTNOTE.match(lines.text, begins, stop):
            then = lines.text_end(at + 1, end)
            self._written.add(Kind.PARAGRAPH, self._written.shown(footnote.end(), lines[then - 1].end))
            self._body(then, end)
        elif named := _DIRECTIVE.match(lines.text, begins, stop):
            self._directive(named[1].lower(), named.end(), at, end)
        return end

    def _directive(self, name: str, begins: int, at: int, end: int) -> None:
        lines = self._lines
        stop, first, options = lines[at].end, at + 1, dict[str, str]()
        while first < end and (option := _OPTION.match(lines.said(first))):
            options[option[0].strip(" \t:")] = lines.said(first)[option.end() :]
            first += 1
        argument = self._written.shown(begins, stop) if stop > begins else Shown()
        if name in _UNREAD or "hide" in options:
            return
        if name in _CODE:
            self._written.code(first, end)
        elif name == "list-table":
            self._tables.listed(first, end, argument, options.get("header-rows", "0").strip() not in ("", "0"))
        elif name in _CHANGES:
            self._change(Shown(_CHANGES[name]) + argument, first, end)
        elif name in _TEXT and argument:
            then = first if options else lines.text_end(first, end)
            self._paragraphs.stretch(begins, lines[then - 1].end, then, end)
        elif name in _AROUND or not argument:
            self._body(first, end)
        elif not lines.is_blank(first, end) or "(" in argument.text:
            self._paragraphs.titled(argument, first, end)
        elif name in _CAPTIONS:
            self._written.add(Kind.PARAGRAPH, argument)

    def _change(self, change: Shown, first: int, end: int) -> None:
        then = self._lines.text_end(first, end)
        said = self._written.shown(self._lines[first].start, self._lines[then - 1].end) if then > first else Shown()
        self._written.add(Kind.PARAGRAPH, joined(filter(None, (change, said)), ": "))
        self._body(then, end)
