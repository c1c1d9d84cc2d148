"""What components change: an entry of the audit log, with the hashes of names in their place."""

from __future__ import annotations

import json
import re

from gatekeeper.audit import Audit, hashed
from mesh import names
from mesh.errors import InvalidField
from myriad.gatekeeper.v1.change_service_pb2 import RecordChangeRequest

_ACTION = re.compile(r"[a-z]+\.[a-z_]+")
_FIELD = re.compile(r"[a-z_.]+")
_ACTOR = re.compile(r"keys/[A-Za-z0-9_-]{1,64}|[a-z_]+")
_HOST = re.compile(r"hosts/[a-z0-9.-]{1,253}")


class Changes:
    """Writes down what is about to be changed."""

    def __init__(self, audit: Audit) -> None:
        self._audit = audit

    async def record(self, change: RecordChangeRequest) -> None:
        """InvalidField, AuditUnwritten."""
        if not _ACTOR.fullmatch(change.actor):
            raise InvalidField("actor", "is keys/{key} or a component")
        if not _ACTION.fullmatch(change.action):
            raise InvalidField("action", "has the form thing.verb")
        if not all(map(_FIELD.fullmatch, change.fields)):
            raise InvalidField("fields", "are names of fields")
        await self._audit.write(change.actor, change.action, subject(change.subject), details(change))


def subject(name: str) -> str:
    """A resource name with hashes in the place of what people called a mind, and what is in it. InvalidField."""
    if _HOST.fullmatch(name):
        return name
    mind = names.mind(names.parent(name), "subject")
    below = name[len(mind) + 1 :].partition("/")[0]
    if name == mind:
        return f"minds/{hashed(mind)}"
    if below not in ("documents", "jobs"):
        raise InvalidField("subject", "is a host, a mind, a document or a job")
    return f"minds/{hashed(mind)}/{below}/{hashed(name)}"


def details(change: RecordChangeRequest) -> str:
    said: dict[str, object] = {}
    if change.fields:
        said["fields"] = sorted(change.fields)
    if change.source_count:
        said["sources"] = change.source_count
    if change.documents:
        said["names"] = hashed("\n".join(sorted(change.documents)))
    return json.dumps(said, sort_keys=True, separators=(",", ":"))
