"""The document of the REST API, and whether what was answered is as it says."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Any, NamedTuple

from jsonschema import Draft202012Validator

TEXT = (files("myriad") / "openapi.json").read_text()
DOCUMENT: dict[str, Any] = json.loads(TEXT)
PAGE = (files("myriad") / "openapi.html").read_text()


class Operation(NamedTuple):
    """What is called by a verb at a path."""

    verb: str
    path: str
    said: Mapping[str, Any]

    def answer(self, status: str, kind: str) -> dict[str, Any]:
        """The schema of an answer of this status and media type."""
        responses = self.said["responses"]
        response = resolved(responses.get(status, responses["default"]))
        schema: dict[str, Any] = response["content"][kind]["schema"]
        return schema

    def example(self) -> Any:
        """An example of its body; None if it has none."""
        content = self.said.get("requestBody", {"content": {}})["content"]
        return content.get("application/json", {}).get("example")


OPERATIONS = {
    said["operationId"]: Operation(verb, path, said)
    for path, item in DOCUMENT["paths"].items()
    for verb, said in item.items()
}


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    """What it refers to, if it refers to something."""
    if "$ref" not in schema:
        return schema
    found = DOCUMENT
    for part in schema["$ref"].removeprefix("#/").split("/"):
        found = found[part]
    return found


def validate(value: Any, schema: Mapping[str, Any]) -> None:
    """Raises what is wrong with it."""
    checker = Draft202012Validator.FORMAT_CHECKER
    Draft202012Validator({**schema, "components": DOCUMENT["components"]}, format_checker=checker).validate(value)


def unknown(value: Any, schema: dict[str, Any], at: str = "") -> Iterator[str]:
    """The fields that the document does not have: to validate lets them pass."""
    schema = resolved(schema)
    if isinstance(value, dict) and "properties" in schema:
        for name, inner in value.items():
            if name in schema["properties"]:
                yield from unknown(inner, schema["properties"][name], f"{at}.{name}")
            else:
                yield f"{at}.{name}"
    elif isinstance(value, list) and "prefixItems" not in schema:
        for inner in value:
            yield from unknown(inner, schema["items"], at)
