"""What a body of JSON says, read field by field: what nobody knows is passed over, what is wrong is named."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from starlette.requests import Request

from mesh.errors import InvalidField, RequestUnreadable

LARGEST = 2**31 - 1


class Fields:
    """A JSON object. A field that is null is as one that is left out. Its methods raise InvalidField."""

    def __init__(self, values: Mapping[str, Any], path: str = "") -> None:
        self._values = values
        self._path = path

    @classmethod
    async def of(cls, request: Request) -> Fields:
        """The object that is a request's body. RequestUnreadable."""
        try:
            values = json.loads(await request.body())
        except (ValueError, RecursionError):
            raise RequestUnreadable("the body is no JSON") from None
        if not isinstance(values, dict):
            raise RequestUnreadable("the body is no JSON object")
        return cls(values)

    def path(self, name: str) -> str:
        """The name of a field as seen from the top, such as `messages[0].content`."""
        return f"{self._path}.{name}" if self._path else name

    def get(self, name: str) -> Any:
        return self._values.get(name)

    def text(self, name: str, default: str = "") -> str:
        return default if (value := self.get(name)) is None else text(value, self.path(name))

    def flag(self, name: str) -> bool:
        value = self.get(name)
        if value is not None and not isinstance(value, bool):
            raise InvalidField(self.path(name), "is true or false")
        return bool(value)

    def count(self, name: str) -> int | None:
        """A number from 1 to LARGEST, if there is one."""
        value = self.get(name)
        if value is not None and (not isinstance(value, int) or isinstance(value, bool) or not 0 < value <= LARGEST):
            raise InvalidField(self.path(name), f"is a whole number from 1 to {LARGEST:,}")
        return value

    def object(self, name: str) -> Fields:
        """An object, without fields if there is none."""
        value = self.get(name)
        return Fields({}, self.path(name)) if value is None else fields(value, self.path(name))

    def objects(self, name: str) -> Sequence[Fields]:
        """The objects of a list that has one at least."""
        value = self.get(name)
        if not isinstance(value, list) or not value:
            raise InvalidField(self.path(name), "is a list with at least one object")
        return [fields(one, f"{self.path(name)}[{number}]") for number, one in enumerate(value)]


def text(value: Any, path: str) -> str:
    """A value that is text. InvalidField."""
    if not isinstance(value, str):
        raise InvalidField(path, "is a string")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise InvalidField(path, "has half of a character (an unpaired surrogate)") from None
    return value


def fields(value: Any, path: str) -> Fields:
    """A value that is an object. InvalidField."""
    if not isinstance(value, dict):
        raise InvalidField(path, "is an object")
    return Fields(value, path)
