"""The document: what `base.yaml` says by hand, and what `proto/` says."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import yaml
from google.protobuf.descriptor_pb2 import ServiceDescriptorProto

from scripts.contracts import Declared, rest, services, sources
from scripts.openapi.operations import Call, Operations
from scripts.openapi.schemas import Schemas, said

BASE, EXAMPLES = (Path(__file__).with_name(f"{name}.yaml") for name in ("base", "examples"))
PROJECT = Path(__file__).resolve().parents[2] / "pyproject.toml"
_ORDER = (
    *("OrchestratorService", "AnswerService", "ModelService", "DocumentService", "MindService", "AgentAskService"),
    *("AgentService", "KeyService", "UsageService", "AuditService", "FleetService"),
)
"""In which services come on the page; others follow."""


def document() -> dict[str, Any]:
    made: dict[str, Any] = yaml.safe_load(BASE.read_text())
    made["info"]["version"] = tomllib.loads(PROJECT.read_text())["project"]["version"]
    schemas = Schemas()
    operations = Operations(schemas, yaml.safe_load(EXAMPLES.read_text()))
    offered = {one.short: one for file in sources() for one in services(file) if any(map(rest, one.proto.method))}
    for service in sorted(offered.values(), key=_place):
        made["tags"].append({"name": service.short, "description": said(service.comment)})
        for method, comment in zip(service.proto.method, service.parts, strict=True):
            if how := rest(method):
                call = Call(method, comment, how)
                operation = operations.operation(call, service.short)
                made["paths"].setdefault(operations.path(call), {})[how.verb.lower()] = operation
    made["components"]["schemas"] |= schemas.components()
    return made


def _place(service: Declared[ServiceDescriptorProto]) -> tuple[int, str]:
    return _ORDER.index(service.short) if service.short in _ORDER else len(_ORDER), service.short
