"""PowerPoint: a page of HTML for each slide that is shown, with its tables, the figures of its charts, its notes."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from html import escape
from typing import Any

from pptx import Presentation

from genesis.formats.container import office
from genesis.formats.core import properties
from genesis.formats.parts import Part, Parts, Spot
from genesis.formats.slides.figures import chart, diagram, table
from genesis.formats.slides.shapes import ordered
from genesis.formats.slides.texts import paragraphs


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
    said = [part for shape in ordered(slide.shapes) if shape.shape_id != own for part in _shape(shape)]
    if slide.has_notes_slide and (frame := slide.notes_slide.notes_text_frame) is not None:
        said += paragraphs(frame)
    return head, "\n".join(said)


def _shape(shape: Any) -> Iterator[str]:
    if getattr(shape, "has_table", False):
        yield table(shape.table)
    elif getattr(shape, "has_chart", False):
        yield from chart(shape.chart)
    elif shape.has_text_frame:
        yield from paragraphs(shape.text_frame)
    else:
        yield from diagram(shape)
