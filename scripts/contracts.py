"""What `proto/` says, with its comments, from the descriptor image that lies beside the generated code."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib.resources import files
from typing import Generic, NamedTuple, TypeAlias, TypeVar

from google.api import annotations_pb2
from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    EnumDescriptorProto,
    FileDescriptorProto,
    FileDescriptorSet,
    MethodDescriptorProto,
    ServiceDescriptorProto,
)

OURS = "myriad."
_MESSAGES, _ENUMS, _SERVICES = 4, 5, 6
_NESTED_MESSAGES, _NESTED_ENUMS = 3, 4
_PARTS = 2
"""The field of a message, an enum or a service in which its fields, values or methods are."""
_At: TypeAlias = tuple[int, ...]
P = TypeVar("P", DescriptorProto, EnumDescriptorProto, ServiceDescriptorProto)


class Declared(NamedTuple, Generic[P]):
    """A message, an enum or a service, by its full name."""

    name: str
    proto: P
    comment: str
    parts: Sequence[str]
    """The comments of its fields, values or methods."""

    @property
    def short(self) -> str:
        return short(self.name)


Type: TypeAlias = Declared[DescriptorProto] | Declared[EnumDescriptorProto]


class Rest(NamedTuple):
    """How a method is called over REST."""

    verb: str
    path: str
    body: str
    response_body: str


def short(name: str) -> str:
    """A full name without its package."""
    return name.rsplit(".v1.", maxsplit=1)[-1]


def sources() -> list[FileDescriptorProto]:
    """The files of our packages."""
    image = FileDescriptorSet.FromString((files("myriad") / "myriad.binpb").read_bytes())
    return [file for file in image.file if file.package.startswith(OURS)]


def services(file: FileDescriptorProto) -> Iterator[Declared[ServiceDescriptorProto]]:
    comments = _Comments(file)
    for number, service in enumerate(file.service):
        yield comments.declared(file.package, service, (_SERVICES, number), len(service.method))


def types(file: FileDescriptorProto) -> Iterator[Type]:
    """Messages and enums, those inside a message after it."""
    comments = _Comments(file)
    yield from comments.messages(file.package, file.message_type, (_MESSAGES,))
    yield from comments.enums(file.package, file.enum_type, (_ENUMS,))


def rest(method: MethodDescriptorProto) -> Rest | None:
    rule = method.options.Extensions[annotations_pb2.http]
    verb = rule.WhichOneof("pattern")
    return Rest(verb.upper(), getattr(rule, verb), rule.body, rule.response_body) if verb else None


class _Comments:
    """What is written before each thing in a file, by its path (`SourceCodeInfo.Location.path`)."""

    def __init__(self, file: FileDescriptorProto) -> None:
        self._texts = {tuple(at.path): at.leading_comments for at in file.source_code_info.location}

    def declared(self, within: str, proto: P, at: _At, parts: int) -> Declared[P]:
        said = [self._of(*at, _PARTS, number) for number in range(parts)]
        return Declared(f"{within}.{proto.name}", proto, self._of(*at), said)

    def messages(self, within: str, messages: Sequence[DescriptorProto], at: _At) -> Iterator[Type]:
        for number, message in enumerate(messages):
            if message.options.map_entry:
                continue
            one = self.declared(within, message, (*at, number), len(message.field))
            yield one
            yield from self.messages(one.name, message.nested_type, (*at, number, _NESTED_MESSAGES))
            yield from self.enums(one.name, message.enum_type, (*at, number, _NESTED_ENUMS))

    def enums(self, within: str, enums: Sequence[EnumDescriptorProto], at: _At) -> Iterator[Type]:
        for number, enum in enumerate(enums):
            yield self.declared(within, enum, (*at, number), len(enum.value))

    def _of(self, *path: int) -> str:
        return " ".join(self._texts.get(path, "").split())
