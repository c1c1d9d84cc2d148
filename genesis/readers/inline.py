"""
What stands within a paragraph of Markdown: its marks are not shown, what they mark is.

One pass over the marks, whatever they are; what is open waits on a stack, so a mass of marks costs what as many words
do. Marks that mark nothing are text.
"""

from __future__ import annotations

import re
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from html import unescape

from genesis.structure import Edit, Shown, in_order, verbatim

_MARK = re.compile(
    r"""(?P<escape>\\(?:[!-/:-@\[-`{-~]|\r?\n))
      | (?P<code>`++)
      | (?P<stress>\*++|_++|~~++)
      | (?P<wiki>!?\[\[[^\[\]\n|]{1,200}+(?:\|[^\[\]\n]{1,200}+)?\]\])
      | (?P<open>!?\[)
      | (?P<close>\])
      | (?P<auto><(?:[a-zA-Z][a-zA-Z0-9+.-]{1,31}:[^\s<>]{0,2000}+|[\w.+-]{1,64}+@[\w.-]{1,255}+)>)
      | (?P<comment><!--)
      | (?P<hidden>(?<![\w%])%%(?!%))
      | (?P<tag></?[a-zA-Z][\w.:-]{0,60}+(?:\s[^<>]{0,4000}+)?/?>)
      | (?P<entity>&(?:\#\d{1,7}|\#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});)
      | (?P<attributes>\{(?:[ ]?[\#.:][^{}\n]{0,300}+|\*[^{}\n]{0,300}+\*|![^{}\n]{0,300}+!)\})
      | (?P<template>\{\{|\{%)
      | (?P<role>\{[\w:.+-]{1,40}+\}(?=`))
    """,
    re.VERBOSE,
)
_MAY_MARK = re.compile(r"[\\`*_~!\[\]<&{]|%%")  # looked for first: it is many times as fast
_QUOTED_LINE = re.compile(r"(?<=[\r\n])[ \t]*+(?>(?:>[ \t]?)+)[ \t]*+")
_TARGET = re.compile(
    r"""\(\s*+(?:<[^<>\n]{0,2000}+>|(?>(?:[^\s()\\]|\\.|\([^\s()]{0,200}+\)){0,2000}))
        (?:\s++(?:"[^"]{0,1000}+"|'[^']{0,1000}+'|\([^()]{0,1000}+\)))?+\s*+\)(?>(?:\{[^{}\n]{0,300}+\})?)""",
    re.VERBOSE,
)
_LABEL = re.compile(r"\[([^\[\]\n]{0,200}+)\]")
_NAME = re.compile(r"[a-zA-Z][\w.:-]*+")
_ROLE_TARGET = re.compile(r"(?<!\s)\s*+<[^<>]{1,500}+>$")
_ALT = re.compile(r"""\balt\s*+=\s*+(?:"([^"]{1,500}+)"|'([^']{1,500}+)')""", re.IGNORECASE)
_SAYS = re.compile(r"(?<![^\W\d_])[^\W\d_]{2,}+\W++[^\W_]{2,}+")
_FILE_NAME = re.compile(r"\S++\.(?:png|jpe?g|svg|gif|webp)\s*+$", re.IGNORECASE)
_BLOCKS = """
br p div li tr td th dd dt hr h1 h2 h3 h4 h5 h6 summary details ul ol table figcaption blockquote section pre
"""
_INLINE = """
a abbr address article aside audio b bdi bdo big body button caption center cite code col colgroup data datalist del dfn
dialog dl em embed fieldset figure font footer form head header hgroup html i iframe img input ins kbd label legend link
main map mark math menu meta meter nav nobr noscript object optgroup option output param picture progress q rp rt ruby s
samp script search select slot small source span strike strong style sub sup svg tbody template textarea tfoot thead
time title tt u var video wbr
"""
_BREAKS = frozenset(_BLOCKS.split())
_NAMES = _BREAKS | frozenset(_INLINE.split())
_UNSHOWN = frozenset({"script", "style", "svg", "template", "iframe", "math"})
_LONGEST_LABEL = 300
_HIDDEN_END = re.compile(r"(?<![\d%])%%(?![\w%])")
_BAR = re.compile(r"\\\|")
_PUNCTUATION = re.compile(r"[^\w\s]")


class Inline:
    """Shows stretches of a Markdown document; it knows the document's link references."""

    def __init__(self, source: str, references: frozenset[str] = frozenset()) -> None:
        self._source = source
        self._references = references
        self._components: dict[str, bool] = {}

    def shown(self, start: int, end: int, *, quoted: bool = False, in_cell: bool = False) -> Shown:
        """`source[start:end]` without marks, on one line. If it is quoted, its lines begin with `>`."""
        raw = self._source[start:end]
        whole = verbatim(self._source, start, end)
        if not quoted and not _MAY_MARK.search(raw):
            return whole.folded()
        paragraph = _Paragraph(raw, self._references, self._is_tag, quoted, in_cell)
        return whole.edited(paragraph.edits()).folded()

    def _is_tag(self, name: str, given: str) -> bool:
        """Whether `<name>` is a tag and not a word that somebody is to fill in."""
        if name.lower() in _NAMES or given:
            return True
        if name not in self._components:
            self._components[name] = f"</{name}>" in self._source
        return self._components[name]


class _Paragraph:
    def __init__(
        self, raw: str, references: frozenset[str], is_tag: Callable[[str, str], bool], quoted: bool, in_cell: bool
    ) -> None:
        self._raw = raw
        self._references = references
        self._is_tag = is_tag
        self._quoted = quoted
        self._in_cell = in_cell
        self._edits: list[Edit] = []
        self._stress: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
        """By mark, where each one that is open begins, and how many of it are left."""
        self._brackets: list[tuple[int, int]] = []
        """Where each one that is open begins and ends."""
        self._ticks = self._closing_ticks()
        self._unclosed: set[str] = set()
        """Closing marks of which there is none any more."""
        self._readers: Mapping[str, Callable[[re.Match[str]], int]] = {
            "escape": self._escape,
            "code": self._code,
            "stress": self._emphasis,
            "wiki": self._wiki,
            "open": self._open,
            "close": self._close,
            "auto": self._auto,
            "comment": self._comment,
            "hidden": self._hidden,
            "tag": self._tag,
            "entity": self._entity,
            "attributes": self._attributes,
            "template": self._template,
            "role": self._role,
        }

    def edits(self) -> list[Edit]:
        """What is to be shown otherwise, in order."""
        at = 0
        while found := _MAY_MARK.search(self._raw, at):
            mark = _MARK.match(self._raw, found.start())
            at = self._readers[mark.lastgroup or ""](mark) if mark else found.end()
        if self._quoted:
            for line in _QUOTED_LINE.finditer(self._raw):
                self._edits.append(Edit(*line.span(), ""))
        return in_order(self._edits)

    def _edit(self, start: int, end: int, instead: str = "") -> int:
        self._edits.append(Edit(start, end, instead))
        return end

    def _escape(self, mark: re.Match[str]) -> int:
        self._edit(mark.start(), mark.start() + 1)
        return mark.start() + 1 if mark[0][-1] == "\n" else mark.end()

    def _closing_ticks(self) -> Mapping[int, deque[int]]:
        """By length, where runs of back-ticks begin."""
        found: defaultdict[int, deque[int]] = defaultdict(deque)
        if "`" in self._raw:
            for ticks in re.finditer("`++", self._raw):
                found[len(ticks[0])].append(ticks.start())
        return found

    def _code(self, mark: re.Match[str]) -> int:
        """Code is shown as it stands, but for bars that are escaped in a table."""
        size = len(mark[0])
        closing = self._ticks[size]
        while closing and closing[0] < mark.end():
            closing.popleft()
        if not closing:
            return mark.end()
        start, end = mark.end(), closing.popleft()
        said = self._raw[start:end]
        if said.strip() and said[0] == said[-1] == " ":
            start, end = start + 1, end - 1
        self._edit(mark.start(), start)
        for bar in _BAR.finditer(self._raw, start, end) if self._in_cell else ():
            self._edit(bar.start(), bar.start() + 1)
        return self._edit(end, mark.end() + len(said) + size)

    def _role(self, mark: re.Match[str]) -> int:
        """A reference by role shows its text: {ref}`text <target>`."""
        self._edit(mark.start(), mark.end())
        end = self._raw.find("`", mark.end() + 1)
        if end > 0 and (target := _ROLE_TARGET.search(self._raw, mark.end(), end)):
            self._edit(*target.span())
        return mark.end()

    def _emphasis(self, mark: re.Match[str]) -> int:
        raw, (start, end) = self._raw, mark.span()
        before, after = raw[start - 1 : start] or " ", raw[end : end + 1] or " "
        before_mark, after_mark = _PUNCTUATION.match(before), _PUNCTUATION.match(after)
        opens = not after.isspace() and (not after_mark or before.isspace() or before_mark is not None)
        closes = not before.isspace() and (not before_mark or after.isspace() or after_mark is not None)
        char = mark[0][0]
        if char == "_":
            word_before, word_after = not before.isspace() and not before_mark, not after.isspace() and not after_mark
            opens, closes = opens and not word_before, closes and not word_after
        waiting = self._stress[char]
        if closes:
            while waiting and start < end:
                first, size = waiting.pop()
                both = min(size, end - start)
                self._edit(first + size - both, first + size)
                self._edit(start, start + both)
                start += both
                if size > both:
                    waiting.append((first, size - both))
        if opens and start < end:
            waiting.append((start, end - start))
        return end

    def _wiki(self, mark: re.Match[str]) -> int:
        """[[page]], [[page|what it is called]]"""
        called = mark[0].find("|")
        self._edit(mark.start(), mark.start() + called + 1 if called > 0 else mark.start() + mark[0].index("[") + 2)
        return self._edit(mark.end() - 2, mark.end())

    def _open(self, mark: re.Match[str]) -> int:
        if self._raw.startswith("^", mark.end()) and (label := _LABEL.match(self._raw, mark.end() - 1)):
            return self._edit(mark.start(), label.end())  # the mark of a footnote
        self._brackets.append(mark.span())
        return mark.end()

    def _close(self, mark: re.Match[str]) -> int:
        if not self._brackets:
            return mark.end()
        start, first = self._brackets.pop()
        said = self._raw[first : min(mark.start(), first + _LONGEST_LABEL)]
        end = self._linked(said, start, mark.end())
        if not end:
            return mark.end()
        is_image = self._raw[start] == "!"
        if is_image and (not _SAYS.search(said) or _FILE_NAME.match(said)):
            return self._edit(start, end)
        self._edit(start, first)
        return self._edit(mark.start(), end)

    def _linked(self, said: str, start: int, at: int) -> int:
        """Where the link ends whose text ends before `at`; 0 if it is none."""
        if target := _TARGET.match(self._raw, at):
            return target.end()
        if label := _LABEL.match(self._raw, at):
            is_word = start and (self._raw[start - 1].isalnum() or self._raw[start - 1] in "_])")
            if not label[1] or not is_word or _folded(label[1]) in self._references:
                return label.end()
        is_code = len(said) > 2 and said[0] == said[-1] == "`"
        return at if is_code or _folded(said) in self._references else 0

    def _auto(self, mark: re.Match[str]) -> int:
        self._edit(mark.start(), mark.start() + 1)
        return self._edit(mark.end() - 1, mark.end())

    def _comment(self, mark: re.Match[str]) -> int:
        return self._through(mark, "-->")

    def _hidden(self, mark: re.Match[str]) -> int:
        """A comment in Obsidian, which is for its author: %% so %%, but not 5%% and %%name."""
        end = None if "%%" in self._unclosed else _HIDDEN_END.search(self._raw, mark.end())
        if end is None:
            self._unclosed.add("%%")
            return mark.end()
        return self._edit(mark.start(), end.end())

    def _template(self, mark: re.Match[str]) -> int:
        return self._through(mark, "}}" if mark[0] == "{{" else "%}")

    def _through(self, mark: re.Match[str], closing: str, instead: str = "") -> int:
        """Drop all from a mark to the one that closes it, if there is one."""
        end = -1 if closing in self._unclosed else self._raw.find(closing, mark.end())
        if end < 0:
            self._unclosed.add(closing)
            return mark.end()
        return self._edit(mark.start(), end + len(closing), instead)

    def _tag(self, mark: re.Match[str]) -> int:
        called = _NAME.search(mark[0])
        name = called[0].lower() if called else ""
        given = mark[0][called.end() : -1].strip() if called else ""
        if not called or not self._is_tag(called[0], given):
            return mark.end()
        if name in _UNSHOWN and mark[0][1] != "/" and not given.endswith("/"):
            end = self._through(mark, f"</{name}>")
            if end > mark.end():
                return end
        if name == "img" and (alt := _ALT.search(given)):
            said = unescape(alt[1] or alt[2])
            if _SAYS.search(said) and not _FILE_NAME.match(said):
                return self._edit(*mark.span(), said)
        return self._edit(*mark.span(), " " if name in _BREAKS else "")

    def _entity(self, mark: re.Match[str]) -> int:
        said = unescape(mark[0])
        return self._edit(*mark.span(), said) if said != mark[0] else mark.end()

    def _attributes(self, mark: re.Match[str]) -> int:
        return self._edit(*mark.span())


def _folded(label: str) -> str:
    return " ".join(label.split()).casefold()
