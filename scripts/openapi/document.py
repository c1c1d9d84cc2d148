"""The document: what `proto/` says, and what `base.yaml` and `openai.yaml` say by hand."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import yaml
from google.protobuf.descriptor_pb2 import ServiceDescriptorProto

from scripts.contracts import Declared, rest, services, sources
from scripts.openapi.operations import Call, Operations
from scripts.openapi.schemas import Schemas, said

HERE = Path(__file__).parent
PROJECT = Path(__file__).resolve().parents[2] / "pyproject.toml"
_ORDER = (
    *("OrchestratorService", "AnswerService", "ModelService", "DocumentService", "MindService", "AgentAskService"),
    *("AgentService", "KeyService", "UsageService", "AuditService", "FleetService"),
)
"""In which services come on the page; others follow."""


def document() -> dict[str, Any]:
    made, of_openai, examples = map(_by_hand, ("base", "openai", "examples"))
    made["info"]["version"] = tomllib.loads(PROJECT.read_text())["project"]["version"]
    schemas = Schemas()
    operations = Operations(schemas, examples)
    made["paths"] = of_openai["paths"]
    offered = {one.short: one for file in sources() for one in services(file) if any(map(rest, one.proto.method))}
    for service in sorted(offered.values(), key=_place):
        made["tags"].append({"name": service.short, "description": said(service.comment)})
        for method, comment in zip(service.proto.method, service.parts, strict=True):
            if how := rest(method):
                call = Call(method, comment, how)
                operation = operations.operation(call, service.short)
                made["paths"].setdefault(operations.path(call), {})[how.verb.lower()] = operation
    components = made["components"]["schemas"] | of_openai["schemas"] | schemas.components()
    made["components"]["schemas"] = dict(sorted(components.items()))
    return made


def _by_hand(name: str) -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((HERE / f"{name}.yaml").read_text())
    return read


def _place(service: Declared[ServiceDescriptorProto]) -> tuple[int, str]:
    return _ORDER.index(service.short) if service.short in _ORDER else len(_ORDER), service.short
