"""Pages of the contracts, one for each package: every call with its path, role and fields, as `proto/` says them."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from google.api import annotations_pb2
from google.api.field_behavior_pb2 import FieldBehavior, field_behavior
from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    EnumDescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
    FileDescriptorSet,
    MethodDescriptorProto,
    ServiceDescriptorProto,
)

from myriad.type.v1.access_pb2 import Role, callers, role

OURS = "myriad."
_MESSAGE, _ENUM = (4,), (5,)
_SERVICE, _METHOD, _FIELD, _VALUE, _NESTED = 6, 2, 2, 2, 3
_VERBS = ("get", "post", "put", "patch", "delete")
_KINDS = {number: name.removeprefix("TYPE_").lower() for name, number in FieldDescriptorProto.Type.items()}


def write(folder: Path) -> None:
    """Write all pages and their index into `folder`, which is made if it is not there."""
    folder.mkdir(exist_ok=True)
    image = FileDescriptorSet.FromString((files("myriad") / "myriad.binpb").read_bytes())
    ours = [file for file in image.file if file.package.startswith(OURS)]
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


class _Comments:
    """What is written before each thing in a file, by its path (`SourceCodeInfo.Location.path`)."""

    def __init__(self, file: FileDescriptorProto) -> None:
        self._texts = {tuple(at.path): at.leading_comments for at in file.source_code_info.location}

    def of(self, *path: int) -> str:
        return " ".join(self._texts.get(path, "").split())


def _page(package: str, sources: list[FileDescriptorProto]) -> Iterator[str]:
    yield f"# {package}\n"
    for file in sources:
        comments = _Comments(file)
        for at, service in enumerate(file.service):
            yield from _service(service, comments, (_SERVICE, at), package)
    for file in sources:
        comments = _Comments(file)
        for at, message in enumerate(file.message_type):
            yield from _message(message, comments, (*_MESSAGE, at), f"{package}.{message.name}")
        for at, enum in enumerate(file.enum_type):
            yield from _enum(enum, comments, (*_ENUM, at), f"{package}.{enum.name}")


def _service(service: ServiceDescriptorProto, comments: _Comments, at: tuple[int, ...], package: str) -> Iterator[str]:
    yield f"## {service.name}\n\n{comments.of(*at)}\n"
    for number, method in enumerate(service.method):
        yield f"### {service.name}.{method.name}\n\n{comments.of(*at, _METHOD, number)}\n"
        yield f"- gRPC: `/{package}.{service.name}/{method.name}`"
        yield from _rest(method)
        yield f"- takes {_link(method.input_type)}{' (a stream)' if method.client_streaming else ''}"
        yield f"- gives {_link(method.output_type)}{' (a stream)' if method.server_streaming else ''}"
        yield from _access(method)
        yield ""


def _rest(method: MethodDescriptorProto) -> Iterator[str]:
    rule = method.options.Extensions[annotations_pb2.http]
    for verb in _VERBS:
        if path := getattr(rule, verb):
            yield f"- REST: `{verb.upper()} {path}`"


def _access(method: MethodDescriptorProto) -> Iterator[str]:
    if least := method.options.Extensions[role]:
        yield f"- for keys that are at least {Role.Name(least).removeprefix('ROLE_').lower()}"
    if inside := method.options.Extensions[callers]:
        yield f"- for the components {', '.join(sorted(inside))}"


def _message(message: DescriptorProto, comments: _Comments, at: tuple[int, ...], name: str) -> Iterator[str]:
    if message.options.map_entry:
        return
    yield f"({_anchor(name)})=\n\n## {name.rsplit('.v1.', maxsplit=1)[-1]}\n\n{comments.of(*at)}\n"
    if message.field:
        yield "| field | type | what it is |\n|---|---|---|"
    for number, field in enumerate(message.field):
        yield f"| `{field.name}` | {_type(field, message)} | {comments.of(*at, _FIELD, number)}{_behaviour(field)} |"
    yield ""
    for number, nested in enumerate(message.nested_type):
        yield from _message(nested, comments, (*at, _NESTED, number), f"{name}.{nested.name}")
    for number, enum in enumerate(message.enum_type):
        yield from _enum(enum, comments, (*at, 4, number), f"{name}.{enum.name}")


def _enum(enum: EnumDescriptorProto, comments: _Comments, at: tuple[int, ...], name: str) -> Iterator[str]:
    yield f"({_anchor(name)})=\n\n## {name.rsplit('.v1.', maxsplit=1)[-1]}\n\n{comments.of(*at)}\n"
    yield "| value | number | what it is |\n|---|---|---|"
    for number, value in enumerate(enum.value):
        yield f"| `{value.name}` | {value.number} | {comments.of(*at, _VALUE, number)} |"
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
    short = name.split(".v1.")[-1]
    return f"[{short}](#{_anchor(name)})" if name.startswith(OURS) else f"`{name}`"


def _anchor(name: str) -> str:
    return name.lower().replace(".", "-").replace("_", "-")
