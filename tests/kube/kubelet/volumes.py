"""A pod's volumes: folders, filled from the API server, and filled again when what they come from has changed."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Mapping
from pathlib import Path

from tests.kube.kubelet import environment
from tests.kube.kubelet.api import Api, Object

CURRENT = "..data"
FILE_MODE = 0o644
TOKEN_SECONDS = 3600


async def fill(api: Api, pod: Object, folder: Path) -> None:
    """All volumes of the pod, a folder each, of its name. environment.NotThere if something is that they take."""
    for volume in pod["spec"].get("volumes", ()):
        own = folder / volume["name"]
        own.mkdir(parents=True, exist_ok=True)
        if "emptyDir" not in volume:
            _write(own, await _files(api, pod, volume, own / CURRENT), _mode(volume))


async def _files(api: Api, pod: Object, volume: Object, now: Path) -> dict[str, bytes]:
    namespace = pod["metadata"]["namespace"]
    if source := volume.get("secret"):
        named = {**source, "name": source.get("name") or source["secretName"]}
        return _chosen(await environment.read(api, namespace, "secretRef", named), source)
    if source := volume.get("configMap"):
        return _chosen(await environment.read(api, namespace, "configMapRef", source), source)
    if source := volume.get("downwardAPI"):
        return {one["path"]: _told(pod, one).encode() for one in source["items"]}
    if source := volume.get("serviceAccountToken"):
        kept = now / source["path"]
        return {source["path"]: kept.read_bytes() if kept.exists() else await _token(api, pod, source)}
    if source := volume.get("projected"):
        found: dict[str, bytes] = {}
        for one in source["sources"]:
            found |= await _files(api, pod, one, now)
        return found
    raise environment.NotThere(f"a volume of this kind cannot be had here: {volume['name']}")


def _mode(volume: Object) -> int:
    (source,) = (value for name, value in volume.items() if name != "name")
    return int(source.get("defaultMode", FILE_MODE))


def _chosen(data: Mapping[str, bytes], source: Object) -> dict[str, bytes]:
    items = source.get("items") or [{"key": name, "path": name} for name in data]
    if not source.get("optional") and (missing := {one["key"] for one in items} - data.keys()):
        raise environment.NotThere(f"a volume lacks the keys {sorted(missing)}")
    return {one["path"]: data[one["key"]] for one in items if one["key"] in data}


def _told(pod: Object, item: Object) -> str:
    if reference := item.get("resourceFieldRef"):
        (container,) = (one for one in pod["spec"]["containers"] if one["name"] == reference["containerName"])
        return environment.resource(container, reference)
    return environment.field(pod, item["fieldRef"]["fieldPath"])


def _names(folder: Path) -> set[str]:
    return {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}


async def _token(api: Api, pod: Object, source: Object) -> bytes:
    """Of the pod's own ServiceAccount, for longer than any test lasts."""
    metadata = pod["metadata"]
    account = pod["spec"].get("serviceAccountName", "default")
    bound = {"kind": "Pod", "apiVersion": "v1", "name": metadata["name"], "uid": metadata["uid"]}
    wanted: Object = {"expirationSeconds": source.get("expirationSeconds", TOKEN_SECONDS), "boundObjectRef": bound}
    if audience := source.get("audience"):
        wanted["audiences"] = [audience]
    path = f"/api/v1/namespaces/{metadata['namespace']}/serviceaccounts/{account}/token"
    given = await api.post(path, {"spec": wanted})
    return str(given["status"]["token"]).encode()


def _write(folder: Path, files: Mapping[str, bytes], mode: int) -> None:
    """All at once: whoever reads meanwhile finds either all old files or all new ones."""
    old = (folder / CURRENT).resolve()
    if old.is_dir() and {name: (old / name).read_bytes() for name in _names(old)} == files:
        return
    now = folder / f"..{secrets.token_hex(8)}"
    now.mkdir()
    for name, data in files.items():
        (now / name).parent.mkdir(parents=True, exist_ok=True)
        (now / name).write_bytes(data)
        (now / name).chmod(mode)
    half = folder / "..half"
    half.symlink_to(now.name)
    half.replace(folder / CURRENT)
    for name in {name.partition("/")[0] for name in files}:
        if not os.path.lexists(folder / name):
            (folder / name).symlink_to(f"{CURRENT}/{name}")
    if old.name.startswith("..") and old.name != CURRENT:
        shutil.rmtree(old, ignore_errors=True)
