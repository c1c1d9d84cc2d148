"""Documents in XML (DocBook, JATS, DITA, TEI): a page of HTML, whose elements have other names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from genesis.readers.xml.markup import escaped
from genesis.readers.xml.tree import Element, Text
from genesis.structure import Shown, joined, verbatim

_ROOTS = frozenset(
    ("article", "book", "chapter", "concept", "reference", "refentry", "section", "task", "topic", "TEI")
)
_PARAGRAPHS = frozenset(("p", "para", "simpara", "ab"))
_SECTIONS = """
section sect1 sect2 sect3 sect4 sect5 simplesect chapter appendix preface part sec abstract ack app topic concept task
reference refsection refsect1 refsect2 div div1 div2 div3 glossary bibliography ref-list
"""
_NAMES: Mapping[str, str] = {
    **dict.fromkeys((*_PARAGRAPHS, "l", "author", "caption", "mixed-citation", "bibliomixed", "shortdesc", "cmd"), "p"),
    **dict.fromkeys(("itemizedlist", "simplelist", "ul", "list", "listBibl", "choices"), "ul"),
    **dict.fromkeys(("orderedlist", "procedure", "steps", "ol", "substeps"), "ol"),
    **dict.fromkeys(("listitem", "li", "item", "list-item", "step", "member", "ref", "bibl", "choice"), "li"),
    **dict.fromkeys(("variablelist", "glosslist", "dl", "def-list"), "dl"),
    **dict.fromkeys(("term", "glossterm", "dt"), "dt"),
    **dict.fromkeys(("glossdef", "dd", "def"), "dd"),
    **dict.fromkeys(("programlisting", "screen", "codeblock", "literallayout", "synopsis", "preformat", "eg"), "pre"),
    **dict.fromkeys(("informaltable", "table", "simpletable"), "table"),
    **dict.fromkeys(("row", "strow", "sthead"), "tr"),
    **dict.fromkeys(("blockquote", "disp-quote", "lg"), "blockquote"),
    **dict.fromkeys(("superscript", "sup"), "sup"),
    **dict.fromkeys(("subscript", "sub"), "sub"),
    **dict.fromkeys(("bold", "b"), "b"),
}
_UNSAID = """
journal-meta article-id permissions indexterm xref-alt prolog graphic imageobject videoobject processing-meta
article-categories self-uri pub-history counts funding-group teiHeader object-id label-alt metadata alt-text
"""
_SECTION_NAMES, _UNSAID_NAMES = frozenset(_SECTIONS.split()), frozenset(_UNSAID.split())
_TITLES = frozenset(("title", "article-title", "head"))
_HEADED = _SECTION_NAMES | _ROOTS | {"title-group", "body"}
"""Elements whose title is a heading."""
_FOOTNOTES = frozenset(("footnote", "fn"))
_LARGEST_SPAN = 50


def is_document(root: Element) -> bool:
    """Whether it is one: it is called so, and has paragraphs."""
    return root.name in _ROOTS and any(one.name in _PARAGRAPHS for one in root.every())


def page(source: str, root: Element) -> Shown:
    """The whole document as a page of HTML."""
    return joined(_Page(source).element(root, None, 0))


class _Page:
    def __init__(self, source: str) -> None:
        self._source = source
        self._notes: list[Shown] = []
        """Notes of the paragraph that is open, which are said behind it."""

    def element(self, element: Element, above: Element | None, depth: int) -> Iterator[Shown]:
        name = element.name
        if name in _UNSAID_NAMES or (name == "xref" and self._is_mark(element)):
            if name == "teiHeader":
                yield from self._title(element)
            return
        if name == "label" and above and (above.name == "ref" or any(one.name in _TITLES for one in above.elements)):
            return
        if name in _FOOTNOTES:
            self._notes += (Shown("<p>"), *self._inside(element, depth), Shown("</p>"))
        elif name in _TITLES:
            yield from self._heading(element, above, depth)
        elif name == "contrib-group":
            yield from self._authors(element)
        else:
            tag = self._tag(element, above)
            yield Shown(f"<{tag}>" if tag else "")
            yield from self._inside(element, depth + (name in _SECTION_NAMES and above is not None))
            yield Shown(f"</{tag.partition(' ')[0]}>" if tag else "")
            if tag == "p" and self._notes:
                notes, self._notes = self._notes, []
                yield from notes

    def _inside(self, element: Element, depth: int) -> Iterator[Shown]:
        for one in element.parts:
            if isinstance(one, Element):
                yield from self.element(one, element, depth)
            elif isinstance(one, Text):
                text = verbatim(self._source, one.start, one.end)
                yield escaped(text) if one.is_literal else text

    def _heading(self, element: Element, above: Element | None, depth: int) -> Iterator[Shown]:
        """What is called: a part of the document, or a table, a list, a figure."""
        of = above.name if above else ""
        in_reference = of in ("mixed-citation", "element-citation", "bibl", "biblioentry", "biblioset", "ref")
        if in_reference:
            yield from self._inside(element, depth)
            return
        tag = "caption" if of in ("table", "informaltable") else "p"
        if of in _HEADED or of.endswith("info"):
            tag = f"h{min(depth + 1, 6)}"
        label = next((one for one in above.elements if one.name == "label"), None) if above else None
        yield Shown(f"<{tag}>")
        if label:
            yield from (*self._inside(label, depth), Shown(" "))
        yield from self._inside(element, depth)
        yield Shown(f"</{tag}>")

    def _title(self, header: Element) -> Iterator[Shown]:
        """Of TEI, whose header has much else."""
        if title := next((one for one in header.every() if one.name == "title"), None):
            yield from (Shown("<h1>"), *self._inside(title, 0), Shown("</h1>"))

    def _authors(self, group: Element) -> Iterator[Shown]:
        names = []
        for one in group.elements:
            called = next((each for each in one.elements if each.name in ("name", "string-name", "collab")), None)
            if called is not None:
                parts = sorted(called.elements, key=lambda part: part.name == "surname")
                names.append(" ".join(part.said(self._source).text for part in parts) or called.said(self._source).text)
        if names:
            said = escaped(Shown(", ".join(names).replace('"', "'"))).text
            yield Shown(f'<meta name="author" content="{said}">')

    def _tag(self, element: Element, above: Element | None) -> str:
        name = element.name
        if name in ("entry", "stentry", "td", "th"):
            is_head = name == "th" or (above is not None and above.name == "sthead")
            rows = element.given("morerows")
            rows = str(int(rows) + 1) if rows.isdecimal() and len(rows) < 3 else element.given("rowspan")
            spans = {"rowspan": rows, "colspan": element.given("colspan")}
            given = "".join(f' {key}="{value}"' for key, value in spans.items() if value.isdecimal() and len(value) < 3)
            return f"{'th' if is_head else 'td'}{given}"
        if name in ("thead", "tbody", "tr"):
            return name
        if name == "list" and element.given("list-type") in ("order", "alpha-lower", "roman-lower"):
            return "ol"
        if name == "listitem" and above is not None and above.name == "varlistentry":
            return "dd"
        if name in ("emphasis", "hi"):
            return "b" if "bold" in (element.given("role"), element.given("rend")) else ""
        if name == "caption" and any(one.name in _PARAGRAPHS for one in element.elements):
            return "div"
        if name == "info" and above is not None and above.name in ("step", "substep"):
            return "p"
        if name in _SECTION_NAMES:
            return "div"
        return _NAMES.get(name, "") if above is not None else "div"

    def _is_mark(self, element: Element) -> bool:
        """Whether it only says which note, or which work, is meant."""
        return not element.said(self._source).text.strip("[](), -–0123456789*†")
