"""PowerPoint: a page of HTML for each slide that is shown, with its tables, the figures of its charts, its notes."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import groupby
from typing import Any

from pptx import Presentation

from genesis.formats.container import office
from genesis.formats.core import properties
from genesis.formats.parts import Part, Parts, Spot

_DEEPEST = 10
"""Groups of shapes in groups."""


def read(content: bytes) -> Parts:
    """A part a slide. Unreadable."""
    with office(content) as archive:
        title, told = properties(archive)
    parts = []
    for number, slide in enumerate(Presentation(io.BytesIO(content)).slides, 1):
        if slide.element.get("show") == "0":
            continue
        head, html = _slide(slide)
        if html or head:
            text = html or f"<p>{escape(head)}</p>"
            parts.append(Part(text, "text/html", head if html else "", [Spot(0, "SLIDE", number, head)]))
    return Parts(parts, _title(title, parts), told)


def _title(stated: str, parts: Sequence[Part]) -> str:
    """The stated one, unless it is what the program writes when nobody says one; the first slide's."""
    first = parts[0].spots[0].name if parts else ""
    return first if not stated or stated.casefold().startswith("powerpoint") else stated


def _slide(slide: Any) -> tuple[str, str]:
    """A slide's title, and what stands on it besides."""
    title = slide.shapes.title
    head = " ".join(title.text_frame.text.split()) if title is not None and title.has_text_frame else ""
    own = title.shape_id if title is not None else None
    shapes = [shape for shape in _flat(slide.shapes) if shape.shape_id != own]
    said = [part for shape in sorted(shapes, key=_place) for part in _shape(shape)]
    if slide.has_notes_slide and (frame := slide.notes_slide.notes_text_frame) is not None:
        said += _paragraphs(frame)
    return head, "\n".join(said)


def _flat(shapes: Iterable[Any], depth: int = 0) -> Iterator[Any]:
    for shape in shapes:
        if hasattr(shape, "shapes"):
            if depth < _DEEPEST:
                yield from _flat(shape.shapes, depth + 1)
        else:
            yield shape


def _place(shape: Any) -> tuple[int, int]:
    """As one reads: from above, from the left; what has no place of its own keeps its turn."""
    return (shape.top or 0, shape.left or 0)


def _shape(shape: Any) -> Iterator[str]:
    if getattr(shape, "has_table", False):
        yield _table([[cell.text for cell in row.cells] for row in shape.table.rows])
    elif getattr(shape, "has_chart", False):
        yield from _chart(shape.chart)
    elif shape.has_text_frame:
        yield from _paragraphs(shape.text_frame)


def _paragraphs(frame: Any) -> Iterator[str]:
    """Of one line a paragraph; of several a list, as deep as they are."""
    said = [(one.level, " ".join(one.text.split())) for one in frame.paragraphs if one.text.strip()]
    for is_sentence, run in groupby(said, key=lambda one: len(said) == 1 or (not one[0] and one[1].endswith("."))):
        if is_sentence:
            yield from (f"<p>{escape(text)}</p>" for _, text in run)
        else:
            yield _list(list(run))


def _list(items: Sequence[tuple[int, str]]) -> str:
    html, depth = ["<ul>"], items[0][0]
    base = depth
    for given, text in items:
        level = max(given, base)
        html += ["<ul>"] * (level - depth) if level > depth else ["</ul>"] * (depth - level)
        html.append(f"<li>{escape(text)}</li>")
        depth = level
    return "".join((*html, *["</ul>"] * (depth - base + 1)))


def _table(rows: Sequence[Sequence[str]]) -> str:
    head, *others = rows or [[]]
    html = ["<table><tr>", *(f"<th>{escape(cell)}</th>" for cell in head), "</tr>"]
    for row in others:
        html += ["<tr>", *(f"<td>{escape(cell)}</td>" for cell in row), "</tr>"]
    return "".join((*html, "</table>"))


def _chart(chart: Any) -> Iterator[str]:
    """The figures that a chart was drawn from, as a table."""
    if chart.has_title and chart.chart_title.has_text_frame:
        yield f"<p>{escape(chart.chart_title.text_frame.text)}:</p>"
    for plot in chart.plots:
        series = list(plot.series)
        names = [str(one) for one in plot.categories]
        rows = [[name, *(_figure(one.values, at) for one in series)] for at, name in enumerate(names)]
        if rows:
            yield _table([["", *(one.name for one in series)], *rows])


def _figure(values: Sequence[float | None], at: int) -> str:
    value = values[at] if at < len(values) else None
    return "" if value is None else f"{value:.15g}"
