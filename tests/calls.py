"""Calls of the methods that keys open, made from the contracts: a new method is called without another word."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any, TypeAlias
from urllib.parse import quote

from google.api import field_behavior_pb2
from google.protobuf import descriptor_pool
from google.protobuf.descriptor_pb2 import FieldDescriptorProto
from google.protobuf.json_format import ParseDict
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from tests.unit.test_contracts import MESSAGES, RPCS, Rpc, image, variables

QUESTION = "Who keeps the lighthouse?"
NOTHING = "nothing"
"""The id of what there is not."""
_EXAMPLES: Mapping[int, Any] = {
    FieldDescriptorProto.TYPE_STRING: NOTHING,
    FieldDescriptorProto.TYPE_BOOL: True,
    FieldDescriptorProto.TYPE_BYTES: "",
}
"""What a field of a type gets that has to be there; a number gets 1."""

OPEN = [rpc for rpc in RPCS.values() if rpc.role]
"""What keys open."""
INSIDE = [rpc for rpc in RPCS.values() if not rpc.role]
"""What no key opens."""

Choice: TypeAlias = Callable[[FieldDescriptorProto, str], Any]
"""The value of a field, which is bound to a part of the path of this form or to none (""); None leaves it out."""


@dataclass(frozen=True)
class Call:
    """A method and what it is asked, as JSON."""

    rpc: Rpc
    fields: Mapping[str, Any]

    @property
    def message(self) -> bytes:
        """The request over gRPC."""
        return ParseDict(dict(self.fields), message(self.rpc)).SerializeToString()

    @property
    def path(self) -> str:
        """Where it is over REST, with all that is not in the body."""
        filled = self.rpc.path
        for name, template in variables(self.rpc.path):
            value = quote(str(at(self.fields, name)), safe="/" if "/" in template else "")
            filled = re.sub(rf"{{{name}(=[^}}]*)?}}", value.replace("\\", r"\\"), filled)
        if self.rpc.body == "*":
            return filled
        rest = {name: value for name, value in self.fields.items() if name not in self._apart}
        query = "&".join(f"{name}={quote(str(value), safe='')}" for name, value in rest.items())
        return f"{filled}?{query}" if query else filled

    @property
    def body(self) -> Any:
        """What it brings over REST."""
        if self.rpc.body == "*":
            bound = {name for name, _ in variables(self.rpc.path)}
            return {name: value for name, value in self.fields.items() if name not in bound}
        return self.fields.get(self.rpc.body, {}) if self.rpc.body else None

    @property
    def _apart(self) -> set[str]:
        return {name for name, _ in variables(self.rpc.path)} | {self.rpc.body}


def at(fields: Mapping[str, Any], name: str) -> Any:
    """The value of a field, which may be a field of a field, or an empty string."""
    outer, _, inner = name.partition(".")
    value = fields.get(outer, "")
    return at(value, inner) if inner and value else value


def message(rpc: Rpc) -> Message:
    """An empty request."""
    for file in image().file:
        if file.name.startswith("myriad/"):
            import_module(f"{file.name.removesuffix('.proto').replace('/', '.')}_pb2")
    return GetMessageClass(descriptor_pool.Default().FindMessageTypeByName(rpc.request))()


def call(rpc: Rpc, choose: Choice) -> Call:
    return Call(rpc, _fields(rpc.request, choose, dict(variables(rpc.path))))


def plain(rpc: Rpc, mind: str, ids: Mapping[str, str] | None = None) -> Call:
    """A call about a mind with what has to be there and no more; `ids` are those of resources, by their collection."""

    def choose(field: FieldDescriptorProto, template: str) -> Any:
        if template:
            return "/".join(_filled(template, mind, ids or {}))
        match field.name:
            case "question":
                return QUESTION
            case "mind" | "minds" | "parent":
                return mind
            case "mind_id":
                return mind.removeprefix("minds/")
        return _EXAMPLES.get(field.type, 1) if required(field) else None

    return call(rpc, choose)


def required(field: FieldDescriptorProto) -> bool:
    return field_behavior_pb2.REQUIRED in field.options.Extensions[field_behavior_pb2.field_behavior]


def _filled(template: str, mind: str, ids: Mapping[str, str]) -> Iterator[str]:
    """The parts of a path, the mind and the others' ids in the place of stars."""
    before = ""
    for part in template.split("/"):
        if part != "*":
            yield part
        else:
            yield mind.removeprefix("minds/") if before == "minds" else ids.get(before, NOTHING)
        before = part


def _fields(message: str, choose: Choice, bound: Mapping[str, str]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    chosen: set[int] = set()
    for field in MESSAGES[message].field:
        if field.HasField("oneof_index") and field.oneof_index in chosen:
            continue
        value = _value(field, choose, {name: one for name, one in bound.items() if name.split(".")[0] == field.name})
        if value is not None:
            made[field.name] = [value] if field.label == FieldDescriptorProto.LABEL_REPEATED else value
            if field.HasField("oneof_index"):
                chosen.add(field.oneof_index)
    return made


def _value(field: FieldDescriptorProto, choose: Choice, bound: Mapping[str, str]) -> Any:
    inner = field.type_name.removeprefix(".")
    if field.type != FieldDescriptorProto.TYPE_MESSAGE:
        return choose(field, bound.get(field.name, ""))
    if not inner.startswith("myriad.") or MESSAGES[inner].options.map_entry:
        return None
    below = {name.partition(".")[2]: template for name, template in bound.items()}
    return _fields(inner, choose, below) or ({} if required(field) else None)
