"""Schemas of messages and enums as ProtoJSON writes them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Set
from typing import Any, NamedTuple, TypeAlias

from google.api import field_info_pb2
from google.api.field_behavior_pb2 import FieldBehavior, field_behavior
from google.protobuf.descriptor_pb2 import DescriptorProto, EnumDescriptorProto, FieldDescriptorProto

from myriad.type.v1.error_reason_pb2 import ErrorReason
from scripts.contracts import Declared, Type, short, sources, types

Schema: TypeAlias = dict[str, Any]
_FIELD = FieldDescriptorProto
_SCALARS: Mapping[int, Schema] = {
    _FIELD.TYPE_STRING: {"type": "string"},
    _FIELD.TYPE_BOOL: {"type": "boolean"},
    _FIELD.TYPE_INT32: {"type": "integer", "format": "int32"},
    _FIELD.TYPE_UINT32: {"type": "integer", "format": "uint32", "minimum": 0},
    _FIELD.TYPE_INT64: {"type": "string", "format": "int64", "pattern": r"^-?\d+$"},
    _FIELD.TYPE_UINT64: {"type": "string", "format": "uint64", "pattern": r"^\d+$"},
    _FIELD.TYPE_DOUBLE: {"type": "number", "format": "double"},
    _FIELD.TYPE_BYTES: {"type": "string", "contentEncoding": "base64"},
}
_OF_OTHERS: Mapping[str, Schema] = {
    ".google.protobuf.Timestamp": {"type": "string", "format": "date-time"},
    ".google.protobuf.Duration": {"type": "string", "pattern": r"^-?\d+(\.\d{1,9})?s$"},
    ".google.protobuf.FieldMask": {"type": "string"},
    ".google.rpc.Status": {"$ref": "#/components/schemas/Status"},
}
_FORMATS = {field_info_pb2.FieldInfo.UUID4: "uuid"}
_REASONS = "|".join(name.removeprefix("ERROR_REASON_") for name in ErrorReason.keys())
_REASON = re.compile(rf"(?<![`\w])(?:{_REASONS})(?![`\w])")
_FIELD_NAME = re.compile(r"`[\w.]*_[\w.]*`")


class Body(NamedTuple):
    """What a request's body is: a message, without the fields that the path names; a part of it for PATCH."""

    message: str
    without: Set[str]
    partial: bool


class Schemas:
    """The schemas that somebody refers to. Types are named as fields name them, with a dot before their package."""

    def __init__(self) -> None:
        self._types: dict[str, Type] = {f".{one.name}": one for file in sources() for one in types(file)}
        self._entries = {
            f"{name}.{nested.name}": nested
            for name, one in self._types.items()
            if isinstance(one.proto, DescriptorProto)
            for nested in one.proto.nested_type
            if nested.options.map_entry
        }
        self._bodies: dict[str, Body] = {}
        self._taken: set[str] = set()
        self._given: set[str] = set()

    def message(self, name: str) -> Declared[DescriptorProto]:
        return self._types[name]  # type: ignore[return-value]  # who asks knows that it is no enum

    def taken(self, body: Body, request: str) -> Schema:
        """Refer to what comes in the body of a request."""
        if not body.without and not body.partial:
            self._taken.add(body.message)
            return _ref(body.message)
        self._bodies[request] = body
        self._taken |= {field.type_name for field in self.message(body.message).proto.field} & self._types.keys()
        return _ref(request)

    def given(self, name: str) -> Schema:
        """Refer to what comes in a response."""
        self._given.add(name)
        return _ref(name)

    def field(self, field: FieldDescriptorProto, comment: str) -> Schema:
        schema = dict(self._value(field))
        if entry := self._entries.get(field.type_name):
            schema = {"type": "object", "additionalProperties": self._value(entry.field[1])}
        elif _repeated(field):
            schema = {"type": "array", "items": schema}
        if form := _FORMATS.get(field.options.Extensions[field_info_pb2.field_info].format):
            schema["format"] = form
        if FieldBehavior.OUTPUT_ONLY in field.options.Extensions[field_behavior]:
            schema["readOnly"] = True
        if field.options.deprecated:
            schema["deprecated"] = True
        return schema | {"description": said(comment)}

    def components(self) -> dict[str, Schema]:
        """All that was referred to, and all that this refers to."""
        taken, given = self._reached(self._taken), self._reached(self._given)
        made = {short(name): self._component(name, taken) for name in taken | given}
        if len(made) < len(taken | given):
            raise ValueError("two of the types that the API shows have one name")
        for name, body in self._bodies.items():
            made[short(name)] = self._object(
                self.message(body.message), body.without, _never if body.partial else required
            )
        return made

    def _component(self, name: str, taken: Set[str]) -> Schema:
        one = self._types[name]
        if isinstance(one.proto, EnumDescriptorProto):
            values = [value.name for value in one.proto.value]
            listed = "\n".join(f"- `{value}`: {said(text)}" for value, text in zip(values, one.parts, strict=True))
            return {"type": "string", "enum": values, "description": f"{said(one.comment)}\n\n{listed}"}
        return self._object(self.message(name), frozenset(), required if name in taken else _always_there)

    def _object(
        self, one: Declared[DescriptorProto], without: Set[str], there: Callable[[FieldDescriptorProto], bool]
    ) -> Schema:
        fields = [pair for pair in zip(one.proto.field, one.parts, strict=True) if pair[0].name not in without]
        schema: Schema = {"type": "object", "description": said(one.comment)}
        if fields:
            schema["properties"] = {field.json_name: self.field(field, comment) for field, comment in fields}
        if names := [field.json_name for field, _ in fields if there(field)]:
            schema["required"] = names
        return schema

    def _value(self, field: FieldDescriptorProto) -> Schema:
        if field.type in _SCALARS:
            return _SCALARS[field.type]
        return _OF_OTHERS.get(field.type_name) or _ref(field.type_name)

    def _reached(self, names: Set[str]) -> Set[str]:
        found, new = set[str](), set(names)
        while new:
            found |= new
            new = {below for name in new for below in self._below(name)} - found
        return found

    def _below(self, name: str) -> Iterator[str]:
        proto = self._types[name].proto
        if isinstance(proto, DescriptorProto):
            yield from {field.type_name for field in proto.field} & self._types.keys()


def said(comment: str) -> str:
    """A comment in the words of JSON: fields in lowerCamelCase, reasons as code."""
    return _REASON.sub(r"`\g<0>`", _FIELD_NAME.sub(lambda name: _camel(name[0]), comment))


def required(field: FieldDescriptorProto) -> bool:
    return FieldBehavior.REQUIRED in field.options.Extensions[field_behavior]


def _always_there(field: FieldDescriptorProto) -> bool:
    """Whether a response always has it: the transcoder is told so (`always_print_primitive_fields`)."""
    return _repeated(field) or not (field.type == _FIELD.TYPE_MESSAGE or field.HasField("oneof_index"))


def _never(_field: FieldDescriptorProto) -> bool:
    return False


def _repeated(field: FieldDescriptorProto) -> bool:
    return field.label == _FIELD.LABEL_REPEATED


def _camel(name: str) -> str:
    return re.sub(r"(?<=[a-z])_([a-z])", lambda found: found[1].upper(), name)


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{short(name)}"}
