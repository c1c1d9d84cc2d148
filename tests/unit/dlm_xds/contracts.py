"""What the contracts say, read from the descriptor image."""

from __future__ import annotations

from collections.abc import Iterator

from google.api import annotations_pb2
from google.protobuf.descriptor_pb2 import FileDescriptorSet

from dlm.xds.filters import image
from dlm.xds.routes import DESTINATIONS, UNTRANSCODED
from myriad.type.v1.access_pb2 import role

_EXAMPLES = {
    "{name=minds/*/agents/*}": "minds/m/agents/a1",
    "{name=minds/*/answers/*}": "minds/m/answers/ans_aaaaaaaaaaaaaaaaaaaa",
    "{name=minds/*/documents/*}": "minds/m/documents/d",
    "{name=minds/*/jobs/*}": "minds/m/jobs/j",
    "{name=minds/*}": "minds/m",
    "{mind.name=minds/*}": "minds/m",
    "{key.name=keys/*}": "keys/0123456789abcdef",
    "{parent=minds/*}": "minds/m",
    "{name=keys/*}": "keys/k",
    "{model}": "myriad-base",
    "{host}": "h",
}


def methods() -> dict[str, bool]:
    """Every method of the contracts by its path, and whether a key may open it."""
    return {
        f"/{file.package}.{service.name}/{method.name}": method.options.HasExtension(role)
        for file in FileDescriptorSet.FromString(image()).file
        for service in file.service
        for method in service.method
    }


def goes_to(path: str) -> str | None:
    matching = (d for d in DESTINATIONS if d.path == path or (d.path.endswith("/") and path.startswith(d.path)))
    return next((destination.cluster for destination in matching), None)


def rest_routes() -> Iterator[tuple[str, str, str]]:
    """Every REST route of the contracts that is transcoded: verb, a path that it takes, the method."""
    for file in FileDescriptorSet.FromString(image()).file:
        for service in file.service:
            for method in service.method:
                if method.options.HasExtension(annotations_pb2.http):
                    rule = method.options.Extensions[annotations_pb2.http]
                    verb = str(rule.WhichOneof("pattern"))
                    path = getattr(rule, verb)
                    for part, example in _EXAMPLES.items():
                        path = path.replace(part, example)
                    if any(path == one.path or path.startswith(f"{one.path}/") for one in UNTRANSCODED):
                        continue
                    yield verb, path, f"/{file.package}.{service.name}/{method.name}"
