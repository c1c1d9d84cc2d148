"""What holds of a Myriad at rest, whatever has happened to it."""

from __future__ import annotations

import asyncio
import hashlib
import os
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any
from unittest.mock import patch

import httpx
import tantivy

from genesis.adapters.connectome import GrpcConnectome
from genesis.adapters.dlm import GrpcResidents
from genesis.settings import Settings
from genesis.storage import Storage
from genesis.sweep import sweep
from mesh.channels import channel
from mesh.settings import load
from substrate import bundles
from substrate.bundles import Place
from substrate.stores import open_store
from tests.system import kept
from tests.system.faults import Deeds
from tests.system.harness import Up, alive, name_of, until_well, variables
from tests.system.load import MIND, River, query, recall, tried
from tests.system.production import HEAL_SECONDS, failing, store_of

ASKED = 4
"""Rivers that are asked for each time, besides the youngest."""
SOUGHT = 4
"""Forgotten rivers that are looked for in all stores each time."""


def hold(deeds: Deeds, processes: Counter[str], chance: random.Random) -> None:
    """All of them, once nothing fails any more."""
    up = deeds.up
    until_well(lambda: unwell(up, processes), HEAL_SECONDS)
    with up.http() as http:
        answered(http, deeds, chance)
        assert documents(http) == {river.id for river in deeds.known}
        agents = located(http)
        assert len(agents) == len(deeds.known)
        assert agents <= packets(up)
        until_well(lambda: indexed(up) - len(agents), HEAL_SECONDS)
        asyncio.run(swept(up))
        assert located(http) == packets(up)
        gone(up, deeds.forgotten[-SOUGHT:])


def unwell(up: Up, processes: Counter[str]) -> object:
    """What does not run, or more than once, or does not serve, or which store does not answer; nothing if all is."""
    try:
        with up.http() as http:
            fleet: dict[str, Any] = http.get("/v1/fleet").raise_for_status().json()
        down = [one["name"] for one in fleet["components"] if one["state"] != "STATE_SERVING"]
        hosts = {one["id"]: one["state"] for one in fleet["hosts"] if one["state"] != "STATE_READY"}
        missing = len(fleet["hosts"]) - len({name for name in processes if name.startswith(("host-", "mind"))})
        return down or hosts or missing or failing(up) or running(up) - processes or processes - running(up)
    except (httpx.HTTPError, KeyError) as error:
        return error


def running(up: Up) -> Counter[str]:
    """What runs: components, Envoy and servers, and how many times each; who works for one of them comes and goes."""
    return Counter(name for pid in up.children() if alive(pid) and (name := store_of(up, pid) or name_of(pid)))


def answered(http: httpx.Client, deeds: Deeds, chance: random.Random) -> None:
    """What was acknowledged answers, and what was forgotten does not."""
    asked = [deeds.known[-1], *chance.sample(deeds.known, min(ASKED, len(deeds.known)))]
    for river in asked:
        until_well(lambda river=river: tried("query", query("myriad-base"), http, river).problem, HEAL_SECONDS)  # type: ignore[misc]
    for river in deeds.forgotten[-SOUGHT:]:
        assert http.get(f"/v1/minds/{MIND}/documents/{river.id}").status_code == httpx.codes.NOT_FOUND
        until_well(partial(_told, http, river), HEAL_SECONDS)


def _told(http: httpx.Client, river: River) -> str:
    """What is told of a river that was forgotten, or why nothing can be."""
    outcome = tried("recall", recall, http, river)
    return "" if outcome.problem.startswith("wrong") else outcome.problem or "it is told"


def documents(http: httpx.Client) -> set[str]:
    return {one["name"].rpartition("/")[2] for one in listed(http, "documents")}


def listed(http: httpx.Client, what: str) -> Iterator[dict[str, str]]:
    """All documents or agents of the mind, page by page."""
    token = ""
    while True:
        params = {"pageSize": "1000", "pageToken": token}
        page = http.get(f"/v1/minds/{MIND}/{what}", params=params).raise_for_status().json()
        yield from page[what]
        if not (token := page["nextPageToken"]):
            return


def located(http: httpx.Client) -> set[tuple[str, str]]:
    """Where the packets of all agents are, by the connectome's records: the name of the bundle, and the SHA-256."""
    places = (Place.parse(one["packetLocation"]) for one in listed(http, "agents"))
    return {(bundle_name(place.bundle), place.sha256) for place in places}


async def swept(up: Up) -> None:
    """Sweep, as one more genesis would, what is left over, however young it is."""
    pid = up.pid("genesis")
    assert pid
    told = variables(pid)
    settings = load(Settings, told)
    with patch.dict(os.environ, {name: value for name, value in told.items() if name.startswith("AWS_")}):
        async with (
            open_store(settings) as store,
            channel(settings.connectome_target, "connectome", settings.tls) as connectome,
            channel(settings.dlm_target, "dlm", settings.tls) as dlm,
        ):
            await sweep(store, Storage(store, GrpcConnectome(connectome), GrpcResidents(dlm)), old_seconds=-1.0)


def packets(up: Up) -> set[tuple[str, str]]:
    """What the packet store holds for the mind, unpacked: the name of each packet's bundle, and its SHA-256."""
    pid = up.pid("mind")
    assert pid
    return {
        (bundle_name(key), hashlib.sha256(bundles.packet(content[start : start + length])).hexdigest())
        for key, content in kept.objects(variables(pid))
        if f"minds/{MIND}/" in key
        for start, length, _ in bundles.index(content).values()
    }


def bundle_name(uri: str) -> str:
    """Of its URI, its path or its key, what is its own."""
    return uri.rpartition("/")[2]


def indexed(up: Up) -> int:
    """Entries of the lexical index, without the mark of its version."""
    index = tantivy.Index.open(str(up.data / "connectome" / "lexical" / "minds" / MIND))
    return int(index.searcher().num_docs) - 1


def gone(up: Up, forgotten: Sequence[River]) -> None:
    """Of what was forgotten nothing is left in any store, and in no file."""
    for river in forgotten:
        until_well(partial(kept.holding, up, river.lake), HEAL_SECONDS)
