"""Typed spans: dates, numbers, names and more in a text, each with a `normal` in which equal values are equal."""

from __future__ import annotations

from typing import NamedTuple

from language.values import Form, values
from myriad.agent.v1.text_pb2 import SpanType

_TYPES = {
    Form.DATE: SpanType.SPAN_TYPE_DATE,
    Form.NUMBER: SpanType.SPAN_TYPE_NUMBER,
    Form.NAME: SpanType.SPAN_TYPE_NAME,
}


class Span(NamedTuple):
    """A typed thing: `text[start:end]`."""

    start: int
    end: int
    type: SpanType.ValueType
    normal: str


def spans(text: str, language: str) -> list[Span]:  # noqa: ARG001 - months and marks differ by language
    """The typed things in a text, in order; none over another."""
    return sorted(Span(value.start, value.end, _TYPES[value.form], value.normal) for value in values(text))
