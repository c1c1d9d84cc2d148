"""Pages of the contracts, one for each package: every call with its path, role and fields, as `proto/` says them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from google.api.field_behavior_pb2 import FieldBehavior, field_behavior
from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    EnumDescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
    MethodDescriptorProto,
    ServiceDescriptorProto,
)

from myriad.type.v1.access_pb2 import Role, callers, role
from scripts.contracts import OURS, Declared, Type, rest, services, short, sources, types

_KINDS = {number: name.removeprefix("TYPE_").lower() for name, number in FieldDescriptorProto.Type.items()}


def write(folder: Path) -> None:
    """Write all pages and their index into `folder`, which is made if it is not there."""
    folder.mkdir(exist_ok=True)
    ours = sources()
    packages = sorted({file.package for file in ours})
    for package in packages:
        page = "\n".join(_page(package, [file for file in ours if file.package == package]))
        _renew(folder / f"{package}.md", page)
    listed = "\n".join(packages)
    _renew(folder / "index.md", f"{INTRODUCTION}\n```{{toctree}}\n:maxdepth: 1\n\n{listed}\n```\n")


INTRODUCTION = """\
# Contracts

Every message and every call, as `proto/` says it. Over REST the names of fields are in lowerCamelCase; see
[the API](../api.md) for examples of each call.
"""


def _renew(page: Path, text: str) -> None:
    if not page.exists() or page.read_text() != text:  # an unchanged page is not read again by the builder
        page.write_text(text)


def _page(package: str, sources: list[FileDescriptorProto]) -> Iterator[str]:
    yield f"# {package}\n"
    for file in sources:
        for service in services(file):
            yield from _service(service)
    for file in sources:
        for one in types(file):
            yield from _type_of_its_own(one)


def _service(service: Declared[ServiceDescriptorProto]) -> Iterator[str]:
    yield f"## {service.short}\n\n{service.comment}\n"
    for method, comment in zip(service.proto.method, service.parts, strict=True):
        yield f"### {service.short}.{method.name}\n\n{comment}\n"
        yield f"- gRPC: `/{service.name}/{method.name}`"
        if over_rest := rest(method):
            yield f"- REST: `{over_rest.verb} {over_rest.path}`"
        yield f"- takes {_link(method.input_type)}{' (a stream)' if method.client_streaming else ''}"
        yield f"- gives {_link(method.output_type)}{' (a stream)' if method.server_streaming else ''}"
        yield from _access(method)
        yield ""


def _access(method: MethodDescriptorProto) -> Iterator[str]:
    if least := method.options.Extensions[role]:
        yield f"- for keys that are at least {Role.Name(least).removeprefix('ROLE_').lower()}"
    if inside := method.options.Extensions[callers]:
        yield f"- for the components {', '.join(sorted(inside))}"


def _type_of_its_own(one: Type) -> Iterator[str]:
    yield f"({_anchor(one.name)})=\n\n## {one.short}\n\n{one.comment}\n"
    match one.proto:
        case DescriptorProto(field=fields) if fields:
            yield "| field | type | what it is |\n|---|---|---|"
            for field, comment in zip(fields, one.parts, strict=True):
                yield f"| `{field.name}` | {_type(field, one.proto)} | {comment}{_behaviour(field)} |"
        case EnumDescriptorProto(value=values):
            yield "| value | number | what it is |\n|---|---|---|"
            for value, comment in zip(values, one.parts, strict=True):
                yield f"| `{value.name}` | {value.number} | {comment} |"
    yield ""


def _type(field: FieldDescriptorProto, owner: DescriptorProto) -> str:
    entries = {f".{nested.name}": nested for nested in owner.nested_type if nested.options.map_entry}
    for ending, entry in entries.items():
        if field.type_name.endswith(ending):
            key, value = entry.field
            return f"map of {_type(key, entry)} to {_type(value, entry)}"
    many = "repeated " if field.label == FieldDescriptorProto.LABEL_REPEATED else ""
    return many + (_link(field.type_name) if field.type_name else _KINDS[field.type])


def _behaviour(field: FieldDescriptorProto) -> str:
    given = field.options.Extensions[field_behavior]
    said = {FieldBehavior.REQUIRED: "Required.", FieldBehavior.OUTPUT_ONLY: "Only in answers."}
    return "".join(f" {text}" for behaviour, text in said.items() if behaviour in given)


def _link(type_name: str) -> str:
    name = type_name.lstrip(".")
    return f"[{short(name)}](#{_anchor(name)})" if name.startswith(OURS) else f"`{name}`"


def _anchor(name: str) -> str:
    return name.lower().replace(".", "-").replace("_", "-")
