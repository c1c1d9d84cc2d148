"""
The Secrets of a Helm release: the chart makes them without content, and here they get it.

So whoever fills them needs no right to make any, they go with the release, and nothing that renders the chart again
replaces what is in them. What is there and lasts stays.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from cli import certificates
from cli.state import write_private
from mesh.cluster import SECRETS, Cluster, Object, Outdated, Refused
from mesh.identity import AUTHORITY, CERTIFICATE, KEY

AUTHORITY_SECRET, FIRST_KEY, STORES = "authority", "first-key", "stores"
PASSWORDS = ("graph", "state", "packets")
TRIES = 5


def _of(component: str) -> str:
    return f"{component.replace('_', '-')}-tls"


SUFFIXES = frozenset((AUTHORITY_SECRET, FIRST_KEY, STORES, *map(_of, certificates.COMPONENTS)))


async def filled(cluster: Cluster, release: str, suffixes: Collection[str]) -> Sequence[str]:
    """Fill Secrets by the ends of their names, and say which were changed. MyriadError."""
    for _ in range(TRIES - 1):
        try:
            return await _fill(cluster, release, suffixes)
        except Outdated:  # somebody else fills them too
            continue
    return await _fill(cluster, release, suffixes)


async def _fill(cluster: Cluster, release: str, suffixes: Collection[str]) -> Sequence[str]:
    there = {suffix: await _read(cluster, f"{release}-{suffix}") for suffix in suffixes}
    wanted = {
        **(_certificates(there) if AUTHORITY_SECRET in there else {}),
        FIRST_KEY: _random(there.get(FIRST_KEY), ("key",), lambda: "myr_" + secrets.token_urlsafe(32)),
        STORES: _random(there.get(STORES), PASSWORDS, secrets.token_urlsafe),
    }
    changed = []
    for suffix, data in wanted.items():
        if suffix in there and data != _content(there[suffix], data):
            await _write(cluster, there[suffix], data)
            changed.append(f"{release}-{suffix}")
    return changed


async def _read(cluster: Cluster, name: str) -> Object:
    secret = await cluster.get(SECRETS, name)
    if secret is None:
        raise Refused(f"there is no Secret {name}, which the chart makes")
    return secret


def _certificates(there: Mapping[str, Object]) -> Mapping[str, Mapping[str, bytes]]:
    """What the authority and each component shall have."""
    components = [component for component in certificates.COMPONENTS if _of(component) in there]
    with TemporaryDirectory() as place:
        folder = Path(place)
        _unpack(there[AUTHORITY_SECRET], folder, (certificates.AUTHORITY_KEY, AUTHORITY))
        for component in components:
            _unpack(there[_of(component)], folder / component, (CERTIFICATE, KEY, AUTHORITY))
        certificates.provide(folder, components)
        own = {_of(component): _files(folder / component, (CERTIFICATE, KEY, AUTHORITY)) for component in components}
        # Written first: should that break off, certificates of another authority are made anew the next time.
        return {AUTHORITY_SECRET: _files(folder, (certificates.AUTHORITY_KEY, AUTHORITY)), **own}


def _random(secret: Object | None, names: Iterable[str], make: Callable[[], str]) -> Mapping[str, bytes]:
    known = _content(secret or {}, names)
    return {name: known.get(name) or make().encode() for name in names}


def _unpack(secret: Object, folder: Path, names: Iterable[str]) -> None:
    for name, content in _content(secret, names).items():
        write_private(folder / name, content.decode(errors="replace"))


def _files(folder: Path, names: Iterable[str]) -> Mapping[str, bytes]:
    return {name: (folder / name).read_bytes() for name in names}


def _content(secret: Object, names: Iterable[str]) -> Mapping[str, bytes]:
    data = secret.get("data") or {}
    return {name: base64.b64decode(data[name]) for name in names if name in data}


async def _write(cluster: Cluster, secret: Object, data: Mapping[str, bytes]) -> None:
    """Outdated if it was changed since it was read."""
    version = {"resourceVersion": secret["metadata"]["resourceVersion"]}
    encoded = {name: base64.b64encode(content).decode() for name, content in data.items()}
    await cluster.patch(SECRETS, secret["metadata"]["name"], {"metadata": version, "data": encoded})
