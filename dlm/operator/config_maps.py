"""ConfigMaps as sources: each of their values is a file."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence

from dlm.errors import SourceUnavailable
from dlm.operator.ports import File
from mesh.cluster import CONFIG_MAPS, Cluster
from mesh.documents import is_single


class ConfigMapSource:
    """See `dlm.operator.ports.Source`. It is read once."""

    def __init__(self, cluster: Cluster, namespace: str, name: str, key: str = "") -> None:
        self._cluster = cluster
        self._name = name
        self._key = key
        self.uri = f"configmap://{namespace}/{name}/"
        self._values: dict[str, bytes] = {}

    async def files(self) -> Sequence[File]:
        body = await self._cluster.get(CONFIG_MAPS, self._name)
        if body is None:
            raise SourceUnavailable(f"there is no ConfigMap {self._name!r}", config_map=self._name)
        values = {key: text.encode() for key, text in (body.get("data") or {}).items()}
        values |= {key: base64.b64decode(text) for key, text in (body.get("binaryData") or {}).items()}
        if self._key and self._key not in values:
            raise SourceUnavailable(f"the ConfigMap {self._name!r} has no key {self._key!r}", config_map=self._name)
        self._values = {
            key: value for key, value in values.items() if (key == self._key if self._key else is_single(key))
        }
        return [File(key, _tag(value), len(value)) for key, value in sorted(self._values.items())]

    async def read(self, name: str) -> bytes | None:
        return self._values.get(name)


def _tag(value: bytes) -> str:
    return hashlib.sha256(value).hexdigest()[:32]
