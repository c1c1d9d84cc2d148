"""The REST API as OpenAPI has it and as a page: that they are true to the contracts and to themselves."""

from __future__ import annotations

import json
import re
from collections import Counter
from html.parser import HTMLParser
from typing import Any

import openapi_spec_validator
import pytest
from google.protobuf import descriptor_pool
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from google.rpc.status_pb2 import Status

from dlm.xds.listener import TRUSTED_HEADERS
from dlm.xds.routes import UNTRANSCODED
from mesh import forms
from mesh.errors import InvalidField
from orchestrator.http import asking, messages
from scripts.openapi.page import page
from tests.calls import message
from tests.openapi import DOCUMENT, OPERATIONS, PAGE, resolved, unknown, validate
from tests.unit.test_contracts import ROUTES, RPCS, Rpc

OF_OPENAI = {"CreateChatCompletion", "CreateResponse", "GetResponse"}
TRICKY = '<script src=//evil.example></script> [x](javascript:y) ![z](https://evil.example) `</code>` & "'


def test_the_document_is_valid() -> None:
    openapi_spec_validator.validate(DOCUMENT)


def test_it_has_every_method_that_rest_opens_and_openai_s_paths_and_no_other() -> None:
    assert OPERATIONS.keys() == {rpc.name.partition(".")[2] for rpc in ROUTES} | OF_OPENAI
    ours = {to.path for to in UNTRANSCODED if forms.OPENAI.holds(to.path) and not to.path.endswith("/")}
    assert ours <= DOCUMENT["paths"].keys()


def test_closed_sets_that_are_written_by_hand_are_those_that_the_code_knows() -> None:
    schemas = DOCUMENT["components"]["schemas"]
    assert set(schemas["Message"]["properties"]["role"]["enum"]) == messages.ROLES
    assert set(schemas["TextPart"]["properties"]["type"]["enum"]) == messages._TEXTS.keys()
    assert set(schemas["Form"]["properties"]["type"]["enum"]) == asking._FORMATS.keys()


@pytest.mark.parametrize("rpc", ROUTES, ids=lambda rpc: rpc.name)
def test_a_method_is_at_its_path_with_all_its_fields(rpc: Rpc) -> None:
    service, _, method = rpc.name.partition(".")
    verb, path, said = OPERATIONS[method]
    template = re.sub(r"{[\w.]+=([^}]+)}", r"\1", rpc.path)
    assert (verb, re.sub(r"{\w+}", "*", path)) == (rpc.verb, re.sub(r"{\w+}", "*", template))
    assert said["tags"] == [service]
    names = [one["name"] for one in said.get("parameters", []) if one["in"] == "path"]
    assert re.findall(r"{(\w+)}", path) == names
    shown = {one["name"] for one in said.get("parameters", []) if one["in"] == "query"}
    if body := said.get("requestBody"):
        schema = body["content"]["application/json"]["schema"]
        shown |= set(resolved(schema)["properties"]) if rpc.body == "*" else {rpc.body}
    bound = {name.partition(".")[0] for name in re.findall(r"{([\w.]+)", rpc.path)}
    fields = {field.json_name for field in message(rpc).DESCRIPTOR.fields if field.name not in bound - {rpc.body}}
    assert shown == fields


def test_nothing_is_shown_that_no_key_opens() -> None:
    inside = {rpc.request.rpartition(".")[2] for rpc in RPCS.values() if not rpc.path}
    assert not inside & DOCUMENT["components"]["schemas"].keys()
    assert not any(header in json.dumps(DOCUMENT) for header in TRUSTED_HEADERS)


@pytest.mark.parametrize("rpc", [rpc for rpc in ROUTES if rpc.name != "UsageService.ExportUsage"], ids=lambda r: r.name)
@pytest.mark.parametrize("full", [False, True], ids=["empty", "full"])
def test_what_protobuf_writes_of_a_response_is_what_the_schema_says(rpc: Rpc, full: bool) -> None:
    kinds = OPERATIONS[rpc.name.partition(".")[2]].said["responses"]["200"]["content"]
    ((_, content),) = kinds.items()
    response = given(rpc)
    if full:
        fill(response, 8)
    validate(MessageToDict(response, always_print_fields_with_no_presence=True), content["schema"])


@pytest.mark.parametrize("rpc", ROUTES, ids=lambda rpc: rpc.name)
def test_a_schema_knows_every_field_of_a_response(rpc: Rpc) -> None:
    """A field that the document lacks would pass unseen."""
    response = given(rpc)
    fill(response, 8)
    content = OPERATIONS[rpc.name.partition(".")[2]].said["responses"]["200"]["content"]
    for one in (one for one in content.values() if "$ref" in one["schema"]):
        assert not list(unknown(MessageToDict(response), one["schema"]))


def given(rpc: Rpc) -> Message:
    """An empty response."""
    message(rpc)  # reads the files of all contracts
    service, method = rpc.method.removeprefix("/").split("/")
    found = descriptor_pool.Default().FindServiceByName(service).methods_by_name[method]
    return GetMessageClass(found.output_type)()


def fill(into: Message, depth: int) -> None:
    """Give every field a value: the largest of its kind."""
    for field in into.DESCRIPTOR.fields:
        if field.message_type and field.message_type.GetOptions().map_entry:
            getattr(into, field.name)["k"] = "v"
        elif field.message_type:
            inner = getattr(into, field.name)
            if depth and field.message_type.full_name.startswith("myriad."):
                fill(inner.add() if field.is_repeated else inner, depth - 1)
                if not field.is_repeated:
                    inner.SetInParent()
            elif isinstance(inner, Status):
                inner.CopyFrom(InvalidField("question", "is missing").status())
            elif not field.is_repeated:
                inner.SetInParent()
        else:
            value = largest(field)
            if field.is_repeated:
                getattr(into, field.name).append(value)
            else:
                setattr(into, field.name, value)


def largest(field: Any) -> Any:
    match field.cpp_type:
        case FieldDescriptor.CPPTYPE_STRING:
            return b"\xff\xfe" if field.type == FieldDescriptor.TYPE_BYTES else "t"
        case FieldDescriptor.CPPTYPE_ENUM:
            return field.enum_type.values[-1].number
        case FieldDescriptor.CPPTYPE_BOOL:
            return True
        case FieldDescriptor.CPPTYPE_DOUBLE:
            return 0.5
        case FieldDescriptor.CPPTYPE_INT32:
            return -(2**31)
        case FieldDescriptor.CPPTYPE_INT64:
            return -(2**63)
        case FieldDescriptor.CPPTYPE_UINT32:
            return 2**32 - 1
    return 2**64 - 1


def test_everything_says_what_it_is() -> None:
    for name, (_, _, said) in OPERATIONS.items():
        assert said["summary"], name
        assert said["description"], name
        for one in said.get("parameters", []):
            assert one["description"], (name, one)
    for name, schema in DOCUMENT["components"]["schemas"].items():
        assert schema["description"], name
        for field, one in schema.get("properties", {}).items():
            assert {"description", "$ref", "const"} & one.keys() or one == {"type": "null"}, (name, field)


def test_an_object_with_fields_has_a_name_and_a_place_on_the_page() -> None:
    for name, schema in DOCUMENT["components"]["schemas"].items():
        for one in schema.get("properties", {}).values():
            assert "properties" not in json.dumps(one), name


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_body_that_has_to_be_there_has_an_example_that_its_schema_allows(name: str) -> None:
    if body := OPERATIONS[name].said.get("requestBody"):
        content = body["content"]["application/json"]
        assert "example" in content or not body["required"]
        if "example" in content:
            validate(content["example"], content["schema"])


class Links(HTMLParser):
    """What a page refers to, and what can be referred to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids, self.links, self.tags = Counter[str](), set[str](), set[str]()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            assert name in {"id", "href", "class", "lang", "charset", "name", "content", "aria-label"}, name
            if name == "id":
                self.ids[value or ""] += 1
            if name == "href":
                self.links.add(value or "")


def test_the_page_refers_to_itself_and_the_document_alone_and_every_link_leads_somewhere() -> None:
    links = Links(PAGE)
    assert {link for link in links.links if not link.startswith("#")} == {"openapi.json"}
    assert {link.removeprefix("#") for link in links.links if link.startswith("#")} <= links.ids.keys()
    assert set(links.ids.values()) == {1}
    assert not {"script", "img", "iframe", "link", "form"} & links.tags
    assert not re.search(r"url\(|@import|expression", PAGE)


def test_the_page_says_what_the_variables_of_its_examples_are() -> None:
    before, _, _ = PAGE.partition("<section")
    assert "<code>$URL</code>" in before
    assert "<code>$KEY</code>" in before


def test_the_page_has_every_operation_and_every_schema() -> None:
    links = Links(PAGE)
    assert OPERATIONS.keys() <= links.ids.keys()
    assert {f"schema-{name}" for name in DOCUMENT["components"]["schemas"]} <= links.ids.keys()


def test_what_a_comment_says_cannot_become_more_than_text_on_the_page() -> None:
    hostile = json.loads(json.dumps(DOCUMENT))
    query = hostile["paths"]["/v1/query"]["post"]
    query["summary"] = query["description"] = hostile["info"]["description"] = TRICKY
    query["requestBody"]["content"]["application/json"]["example"] = {"question": TRICKY}
    hostile["components"]["schemas"]["QueryRequest"]["properties"]["question"]["description"] = TRICKY
    links = Links(page(hostile))
    assert "script" not in links.tags
    assert {link for link in links.links if not link.startswith("#")} == {"openapi.json"}
