"""The document as a page to read: no script, nothing from elsewhere."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import NamedTuple

from markdown_it import MarkdownIt

from scripts.openapi.schemas import Schema

STYLE = Path(__file__).with_name("page.css")
_EXAMPLES = (
    "In the examples `$URL` is the address at which you read this, without `/docs`, and `$KEY` a key: `myriad up` "
    "leaves the first one in `.myriad/admin.key`. The guide is in the folder `docs` of Myriad's source."
)
_SCHEMAS = "#/components/schemas/"
_MARKDOWN = MarkdownIt("js-default", {"html": False}).disable(["image", "link", "autolink"])


class Operation(NamedTuple):
    """What is at a path, by a verb."""

    path: str
    verb: str
    said: Schema

    @property
    def id(self) -> str:
        return str(self.said["operationId"])


def page(document: Schema) -> str:
    return "\n".join(Page(document).lines()) + "\n"


class Page:
    """Writes it, line by line."""

    def __init__(self, document: Schema) -> None:
        self._document = document
        self._schemas: Mapping[str, Schema] = document["components"]["schemas"]
        self._operations = [
            Operation(path, verb, said) for path, item in document["paths"].items() for verb, said in item.items()
        ]

    def lines(self) -> Iterator[str]:
        info = self._document["info"]
        title = escape(f"{info['title']} {info['version']}: REST API")
        yield '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">'
        yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
        yield f"<title>{title}</title>\n<style>{STYLE.read_text()}</style>\n</head>\n<body>"
        yield from self._contents()
        yield f"<main>\n<h1>{title}</h1>\n<p>{escape(info['summary'])}</p>\n{_text(info['description'])}"
        yield '<p>The same for programs, in OpenAPI 3.1: <a href="openapi.json">openapi.json</a></p>'
        yield f"<p>{_inline(_EXAMPLES)}</p>"
        for tag in self._document["tags"]:
            yield f'<section id="{tag["name"]}">\n<h2>{tag["name"]}</h2>\n{_text(tag["description"])}'
            for one in self._tagged(tag["name"]):
                yield from self._operation(one)
            yield "</section>"
        yield '<section id="schemas">\n<h2>Schemas</h2>'
        for name, schema in self._schemas.items():
            yield f'<article id="{_anchor(name)}">\n<h3>{name}</h3>\n{_text(schema["description"])}'
            yield from self._fields(schema)
            yield "</article>"
        yield "</section>\n</main>\n</body>\n</html>"

    def _contents(self) -> Iterator[str]:
        yield '<nav aria-label="Contents">'
        for tag in self._document["tags"]:
            yield f'<a class="group" href="#{tag["name"]}">{tag["name"]}</a>\n<ul>'
            for one in self._tagged(tag["name"]):
                yield f'<li><a href="#{one.id}">{_verb(one)} {escape(one.path)}</a></li>'
            yield "</ul>"
        yield '<a class="group" href="#schemas">Schemas</a>\n</nav>'

    def _tagged(self, tag: str) -> Iterator[Operation]:
        yield from (one for one in self._operations if tag in one.said["tags"])

    def _operation(self, one: Operation) -> Iterator[str]:
        yield f'<article id="{one.id}">\n<h3>{_verb(one)} <code>{escape(one.path)}</code></h3>'
        yield f"<p><strong>{_inline(one.said['summary'])}</strong></p>\n{_text(one.said['description'])}"
        if parameters := one.said.get("parameters"):
            rows = [
                (
                    _name(given["name"], given.get("required")),
                    given["in"],
                    self._type(given["schema"]),
                    _text(given["description"]),
                )
                for given in parameters
            ]
            yield "<h4>Parameters</h4>"
            yield _table(("name", "in", "type", "what it is"), rows)
        if body := _body(one):
            yield f"<h4>Body: {self._type(body['schema'])}</h4>"
            yield from self._fields(self._resolved(body["schema"]), sent=True)
        yield "<h4>Answers</h4>"
        yield _table(("status", "type", "what it is"), self._answers(one))
        yield f"<pre><code>{escape(_curl(one))}</code></pre>\n</article>"

    def _answers(self, one: Operation) -> Iterator[Sequence[str]]:
        for status, said in one.said["responses"].items():
            response = self._resolved(said)
            kinds = (f"{self._type(held['schema'])}, {escape(kind)}" for kind, held in response["content"].items())
            name = "else" if status == "default" else status
            yield name, "<br>".join(kinds), _text(response["description"])

    def _fields(self, schema: Schema, *, sent: bool = False) -> Iterator[str]:
        """The fields of an object; of one that is `sent` those that are read."""
        required = schema.get("required", ())
        rows = [
            (_name(name, name in required), self._type(one), _text(self._said(one)))
            for name, one in schema.get("properties", {}).items()
            if not (sent and one.get("readOnly"))
        ]
        if rows:
            yield _table(("field", "type", "what it is"), rows)

    def _said(self, schema: Schema) -> str:
        said = str(schema.get("description") or self._resolved(schema).get("description", ""))
        return f"{said} Only in answers." if schema.get("readOnly") else said

    def _type(self, schema: Schema) -> str:
        if "$ref" in schema:
            name = schema["$ref"].removeprefix(_SCHEMAS)
            return f'<a href="#{_anchor(name)}">{name}</a>'
        if "const" in schema:
            return f"<code>{escape(json.dumps(schema['const']))}</code>"
        if "enum" in schema:
            return " or ".join(f"<code>{escape(value)}</code>" for value in schema["enum"])
        if "anyOf" in schema:
            return " or ".join(map(self._type, schema["anyOf"]))
        match schema["type"]:
            case "array":
                return f"list of {self._type(schema['items'])}"
            case "object" if "additionalProperties" in schema:
                return f"map of {self._type(schema['additionalProperties'])}"
            case str(kind):
                return " ".join(filter(None, (kind, schema.get("format"), schema.get("contentEncoding"))))
            case kinds:
                return " or ".join(kinds)

    def _resolved(self, schema: Schema) -> Schema:
        if "$ref" not in schema:
            return schema
        found = self._document
        for part in schema["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        return found


def _body(one: Operation) -> Schema:
    """The one kind of body that it takes, if any."""
    kinds: Sequence[Schema] = list(one.said.get("requestBody", {}).get("content", {}).values())
    return kinds[0] if kinds else {}


def _curl(one: Operation) -> str:
    """How to call it from a shell, with what has to be there; variables stand for what the reader knows."""
    path = re.sub(r"{(\w+)}", lambda found: _variable(found[1]), one.path)
    given = [one for one in one.said.get("parameters", []) if one.get("in") == "query" and one["required"]]
    query = "&".join(f"{name}={_variable(name)}" for name in (one["name"] for one in given))
    lines = [f'"$URL{path}{"?" if query else ""}{query}"', '-H "authorization: Bearer $KEY"']
    example = _body(one).get("example")
    if example:
        lines.append(f"-d {shlex.quote(json.dumps(example, ensure_ascii=False))}")
    if one.verb != ("post" if example else "get"):
        lines.insert(0, f"-X {one.verb.upper()}")
    return "curl " + " \\\n  ".join(lines)


def _variable(name: str) -> str:
    return f"${{{re.sub(r'(?<=[a-z])(?=[A-Z])', '_', name).upper()}}}"


def _verb(one: Operation) -> str:
    return f'<span class="{one.verb}">{one.verb.upper()}</span>'


def _anchor(schema: str) -> str:
    return f"schema-{schema}"


def _name(name: str, required: bool | None) -> str:
    return f"<code>{escape(name)}</code>{' <em>required</em>' if required else ''}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    heads = "".join(f"<th>{one}</th>" for one in head)
    lines = "\n".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n{lines}\n</tbody>\n</table>"


def _text(markdown: str) -> str:
    return str(_MARKDOWN.render(markdown))


def _inline(markdown: str) -> str:
    return str(_MARKDOWN.renderInline(markdown))
