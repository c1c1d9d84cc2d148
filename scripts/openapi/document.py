"""The document: what `base.yaml` says by hand, and what `proto/` says."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import yaml
from google.protobuf.descriptor_pb2 import FileDescriptorProto

from scripts.contracts import rest, services, sources
from scripts.openapi.operations import Call, Operations
from scripts.openapi.schemas import Schemas, said

BASE, EXAMPLES = (Path(__file__).with_name(f"{name}.yaml") for name in ("base", "examples"))
PROJECT = Path(__file__).resolve().parents[2] / "pyproject.toml"
_ORDER = ("orchestrator", "genesis", "connectome", "agent", "gatekeeper", "dlm", "synth", "type")
"""In which packages come on the page."""


def document() -> dict[str, Any]:
    made: dict[str, Any] = yaml.safe_load(BASE.read_text())
    made["info"]["version"] = tomllib.loads(PROJECT.read_text())["project"]["version"]
    schemas = Schemas()
    operations = Operations(schemas, yaml.safe_load(EXAMPLES.read_text()))
    for file in sorted(sources(), key=_place):
        for service in services(file):
            called = zip(service.proto.method, service.parts, strict=True)
            calls = [Call(method, comment, how) for method, comment in called if (how := rest(method))]
            if calls:
                made["tags"].append({"name": service.short, "description": said(service.comment)})
            for call in calls:
                operation = operations.operation(call, service.short)
                made["paths"].setdefault(operations.path(call), {})[call.rest.verb.lower()] = operation
    made["components"]["schemas"] |= schemas.components()
    return made


def _place(file: FileDescriptorProto) -> tuple[int, str]:
    return _ORDER.index(file.package.split(".")[1]), file.name
