"""What a container's program is told: its variables, from wherever the pod takes them."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from typing import Any

import httpx

from tests.kube.kubelet import quantity
from tests.kube.kubelet.api import Api, Object

KINDS = {"configMapRef": "configmaps", "secretRef": "secrets"}
REFERENCE = re.compile(r"\$(\$|\(([-._a-zA-Z0-9]+)\))")


class NotThere(Exception):
    """What a pod refers to does not exist yet, or lacks what is asked of it."""


async def variables(api: Api, pod: Object, container: Object) -> dict[str, str]:
    """NotThere if something is that is not optional."""
    namespace = pod["metadata"]["namespace"]
    found: dict[str, str] = {}
    for source in container.get("envFrom", ()):
        (kind,) = (kind for kind in KINDS if kind in source)
        data = await read(api, namespace, kind, source[kind])
        found |= {source.get("prefix", "") + name: value.decode() for name, value in data.items()}
    for one in container.get("env", ()):
        value = await _value(api, pod, container, one)
        if value is not None:
            found[one["name"]] = expand(value, found)
    return found


def expand(text: str, known: Mapping[str, str]) -> str:
    """With the values of the variables named as `$(NAME)`; unknown ones stay as they are, and `$$` is a `$`."""
    return REFERENCE.sub(lambda match: "$" if match[1] == "$" else known.get(match[2], match[0]), text)


async def _value(api: Api, pod: Object, container: Object, one: Object) -> str | None:
    source = one.get("valueFrom")
    if source is None:
        return str(one.get("value", ""))
    if "fieldRef" in source:
        return field(pod, source["fieldRef"]["fieldPath"])
    if "resourceFieldRef" in source:
        return resource(container, source["resourceFieldRef"])
    (kind,) = (kind for kind in KINDS if f"{kind.removesuffix('Ref')}KeyRef" in source)
    reference = source[f"{kind.removesuffix('Ref')}KeyRef"]
    data = await read(api, pod["metadata"]["namespace"], kind, reference)
    if reference["key"] in data:
        return data[reference["key"]].decode()
    if reference.get("optional"):
        return None
    raise NotThere(f"{kind.removesuffix('Ref')} {reference['name']} has no key {reference['key']}")


async def read(api: Api, namespace: str, kind: str, reference: Object) -> dict[str, bytes]:
    """What a ConfigMap or a Secret holds; nothing if it may be missing, and is. NotThere if it is needed."""
    try:
        one = await api.get(f"/api/v1/namespaces/{namespace}/{KINDS[kind]}/{reference['name']}")
    except httpx.HTTPStatusError as error:
        if error.response.status_code != httpx.codes.NOT_FOUND:
            raise
        if reference.get("optional"):
            return {}
        raise NotThere(f"{KINDS[kind]} {reference['name']} is not there") from None
    if kind == "secretRef":
        return {name: base64.b64decode(value) for name, value in one.get("data", {}).items()}
    binary = {name: base64.b64decode(value) for name, value in one.get("binaryData", {}).items()}
    return binary | {name: value.encode() for name, value in one.get("data", {}).items()}


def field(pod: Object, path: str) -> str:
    """Of the pod itself: `metadata.name`, `metadata.labels['app']`, `status.podIP` and the like."""
    if keyed := re.fullmatch(r"metadata\.(labels|annotations)\['(.+)'\]", path):
        return str(pod["metadata"].get(keyed[1], {}).get(keyed[2], ""))
    if path == "status.podIPs":
        path = "status.podIP"
    value: Any = pod
    for name in path.split("."):
        value = value[name]
    if isinstance(value, dict):
        return "\n".join(f'{name}="{text}"' for name, text in sorted(value.items()))
    return str(value)


def resource(container: Object, reference: Object) -> str:
    """A limit or a request, in units of the divisor, rounded up."""
    where, _, name = reference["resource"].partition(".")
    given = container.get("resources", {}).get(where, {}).get(name, quantity.MOST[name])
    unit = quantity.parse(reference.get("divisor", "0")) or 1
    return str(-(-quantity.parse(given) // unit))
