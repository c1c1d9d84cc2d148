"""Tables of a slide, the figures of its charts, the words of its diagrams, as HTML."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from typing import Any

from genesis.formats.core import parsed
from genesis.formats.excel import masks
from genesis.formats.slides.texts import Line, listed

_RELATED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}dm"
_NO_WORDS = ("doc", "pres", "parTrans", "sibTrans")
"""Kinds of points of a diagram that only say how it is drawn."""


def table(given: Any) -> str:
    """With its merged cells; its header goes on as far down as a cell of its first row."""
    rows = [list(row.cells) for row in given.rows]
    first = rows[0] if rows else []
    headed = max((one.span_height for one in first if one.is_merge_origin), default=1) if given.first_row else 0
    if headed == 1 and len(rows) > 2 and any(1 < one.span_width < len(first) for one in first if one.is_merge_origin):
        headed = 2
    html = []
    for number, row in enumerate(rows):
        name = "th" if number < headed else "td"
        html.append("<tr>")
        for cell in row:
            if cell.is_spanned:
                continue
            spans = f' rowspan="{cell.span_height}" colspan="{cell.span_width}"' if cell.is_merge_origin else ""
            html.append(f"<{name}{spans}>{escape(cell.text)}</{name}>")
        html.append("</tr>")
    return "".join(("<table>", *html, "</table>"))


def chart(given: Any) -> Iterator[str]:
    """The figures that it was drawn from, as it shows them."""
    if given.has_title and given.chart_title.has_text_frame:
        yield f"<p>{escape(given.chart_title.text_frame.text)}:</p>"
    for plot in given.plots:
        series = list(plot.series)
        names = [str(one) for one in plot.categories]
        shown = [(one.values, _mask(one)) for one in series]
        rows = [[name, *(_figure(values, at, mask) for values, mask in shown)] for at, name in enumerate(names)]
        if rows:
            heads = "".join(f"<th>{escape(one.name)}</th>" for one in series)
            lines = ("".join(f"<td>{escape(cell)}</td>" for cell in row) for row in rows)
            yield f"<table><tr><th></th>{heads}</tr>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>"


def diagram(shape: Any) -> Iterator[str]:
    """The words that stand in it, in the order in which they were written."""
    for name in filter(None, (one.get(_RELATED) for one in shape.element.iter())):
        root = parsed(shape.part.related_part(name).blob)
        lines = []
        for point in root.iter("{*}pt"):
            if point.get("type") not in _NO_WORDS:
                text = " ".join("".join(one.text or "" for one in point.iter("{*}t")).split())
                lines += [Line(0, text)] if text else []
        if lines:
            yield listed(lines)


def _mask(series: Any) -> str:
    codes = series._element.xpath("./c:val//c:formatCode/text()")  # noqa: SLF001 - it has no other way
    return "" if not codes or codes[0] == "General" else str(codes[0])


def _figure(values: Sequence[float | None], at: int, mask: str) -> str:
    value = values[at] if at < len(values) else None
    if value is None:
        return ""
    return masks.shown(value, mask) if mask else masks.general(value)
