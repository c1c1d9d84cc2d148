"""Comparing two messages of one type, field by field."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import zip_longest
from typing import Any

from google.protobuf.message import Message

SHOWN_CHARACTERS = 80
_NOTHING = "nothing"


def differences(then: Message, now: Message, passed_over: Collection[str] = (), path: str = "") -> Iterator[str]:
    """The fields that differ, as `path: then → now`; those named in `passed_over` do not count, wherever they are."""
    for field in then.DESCRIPTOR.fields:
        if field.name in passed_over:
            continue
        values = _listed if field.is_repeated else _single
        for number, (old, new) in enumerate(zip_longest(values(then, field.name), values(now, field.name))):
            place = f"{path}{field.name}[{number}]" if field.is_repeated else f"{path}{field.name}"
            if isinstance(old, Message) and isinstance(new, Message):
                yield from differences(old, new, passed_over, f"{place}.")
            elif old != new:
                yield f"{place}: {_shown(old)} → {_shown(new)}"


def _listed(message: Message, name: str) -> list[Any]:
    return list(getattr(message, name))


def _single(message: Message, name: str) -> list[Any]:
    value = getattr(message, name)
    return [] if isinstance(value, Message) and not message.HasField(name) else [value]


def _shown(value: Any) -> str:
    if value is None:
        return _NOTHING
    text = " ".join(str(value).split())
    return repr(text) if len(text) <= SHOWN_CHARACTERS else repr(text[:SHOWN_CHARACTERS]) + "…"
