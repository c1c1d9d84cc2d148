"""Operations: how each method is called over REST."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from google.api import resource_pb2
from google.protobuf.descriptor_pb2 import DescriptorProto, FieldDescriptorProto, MethodDescriptorProto

from mesh import forms
from myriad.type.v1.access_pb2 import Role, role
from scripts.contracts import Rest, sources, types
from scripts.openapi.schemas import Body, Schema, Schemas, required, said

_VARIABLE = re.compile(r"{([\w.]+)(?:=([^}]+))?}")
_NAMED = re.compile(r"`[A-Z_]+`(, `[A-Z_]+`)*")
"""A sentence that names reasons and says no more."""
_HTTP_BODY = ".google.api.HttpBody"
_TABLE = "text/csv"
"""What the one answer that is no JSON is."""


class Call(NamedTuple):
    """A method, what is said of it, and how it is called."""

    method: MethodDescriptorProto
    comment: str
    rest: Rest

    @property
    def bound(self) -> Mapping[str, str]:
        """The fields that the path says, as `name` or `key.name`, with their forms."""
        return dict(_VARIABLE.findall(self.rest.path))


class Operations:
    """Makes them, with `examples` of bodies by their ids; what they refer to is noted in `schemas`."""

    def __init__(self, schemas: Schemas, examples: Mapping[str, Any]) -> None:
        self._schemas = schemas
        self._examples = examples
        self._patterns = dict(_patterns())

    def path(self, call: Call) -> str:
        """The path, with a variable for each id in it: `/v1/{name=keys/*}` is `/v1/keys/{key}`."""
        return _VARIABLE.sub(lambda found: self._patterns.get(found[2] or "", f"{{{found[1]}}}"), call.rest.path)

    def operation(self, call: Call, tag: str) -> Schema:
        summary, *rest = said(call.comment).removesuffix(".").split(". ")
        least = Role.Name(call.method.options.Extensions[role]).removeprefix("ROLE_").lower()
        told = [f"It may fail with {one}." if _NAMED.fullmatch(one) else f"{one}." for one in rest]
        made: Schema = {
            "operationId": call.method.name,
            "tags": [tag],
            "summary": summary,
            "description": " ".join((*told, f"For keys that are at least *{least}*.")),
        }
        if parameters := [*self._in_path(call), *self._in_query(call)]:
            made["parameters"] = parameters
        if body := self._body(call):
            made["requestBody"] = body
        failed = "OpenAIError" if forms.OPENAI.holds(call.rest.path) else "Error"
        made["responses"] = {
            "200": self._response(call),
            "default": {"$ref": f"#/components/responses/{failed}"},
        }
        return made

    def _in_path(self, call: Call) -> Iterator[Schema]:
        for name in re.findall(r"{(\w+)}", self.path(call)):
            what = f"Id of the {name}."
            yield {"name": name, "in": "path", "required": True, "description": what, "schema": {"type": "string"}}

    def _in_query(self, call: Call) -> Iterator[Schema]:
        if call.rest.body == "*":
            return
        for field, comment in self._fields(call):
            if field.name not in {call.rest.body, *(name.partition(".")[0] for name in call.bound)}:
                schema = self._schemas.field(field, comment)
                description = schema.pop("description")
                yield {
                    "name": field.json_name,
                    "in": "query",
                    "required": required(field),
                    "description": description,
                    "schema": schema,
                }

    def _body(self, call: Call) -> Schema | None:
        """None if the path says it all."""
        if call.rest.body == "*":
            body = Body(call.method.input_type, call.bound.keys(), partial=False)
        elif found := [field for field, _ in self._fields(call) if field.name == call.rest.body]:
            bound = {name.removeprefix(f"{call.rest.body}.") for name in call.bound}
            body = Body(found[0].type_name, bound, partial=call.rest.verb == "PATCH")
        else:
            return None
        fields = [one for one in self._schemas.message(body.message).proto.field if one.name not in body.without]
        if not fields:
            return None
        content: Schema = {"schema": self._schemas.taken(body, call.method.input_type)}
        if example := self._examples.get(call.method.name):
            content["example"] = example
        return {"required": any(map(required, fields)), "content": {"application/json": content}}

    def _response(self, call: Call) -> Schema:
        response = self._schemas.message(call.method.output_type)
        if call.rest.response_body:
            (field,) = (one for one in response.proto.field if one.name == call.rest.response_body)
            if field.type_name != _HTTP_BODY:
                raise ValueError(f"{call.method.name} answers with a part of its response that is no HttpBody")
            return {"description": said(response.parts[0]), "content": {_TABLE: {"schema": {"type": "string"}}}}
        told = said(response.comment.partition(": ")[2]) or "done."
        told = told[0].upper() + told[1:]
        kind = "application/json"
        if call.method.server_streaming:
            told, kind = f"{told} Server-sent events: the `data` of each is one of these.", "text/event-stream"
        return {"description": told, "content": {kind: {"schema": self._schemas.given(call.method.output_type)}}}

    def _fields(self, call: Call) -> Iterator[tuple[FieldDescriptorProto, str]]:
        request = self._schemas.message(call.method.input_type)
        yield from zip(request.proto.field, request.parts, strict=True)


def _patterns() -> Iterator[tuple[str, str]]:
    """The forms of names, such as `keys/*`, and what the resources have for them, `keys/{key}`."""
    for file in sources():
        for one in types(file):
            if isinstance(one.proto, DescriptorProto):
                for pattern in one.proto.options.Extensions[resource_pb2.resource].pattern:
                    yield re.sub(r"{\w+}", "*", pattern), pattern
