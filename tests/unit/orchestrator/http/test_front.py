"""What anybody may ask: what this is, and whether questions can be answered."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from importlib.metadata import version

import httpx
import pytest

from mesh.placements import PlacementView
from myriad.dlm.v1.host_pb2 import Host
from myriad.dlm.v1.lifecycle_service_pb2 import WatchPlacementsResponse
from orchestrator import readiness
from orchestrator.http import front
from orchestrator.http.app import application
from orchestrator.readiness import Readiness


class Component:
    def __init__(self, *, well: bool = True) -> None:
        self.well = well
        self.asked = 0

    async def serving(self) -> bool:
        self.asked += 1
        await asyncio.sleep(0.01)
        return self.well


async def view(*hosts: Host) -> PlacementView:
    one = PlacementView()

    async def changes() -> AsyncGenerator[WatchPlacementsResponse, None]:
        yield WatchPlacementsResponse(hosts=hosts)
        yield WatchPlacementsResponse(synced=True)

    await one.follow(changes())
    return one


def client(ready: Readiness) -> httpx.AsyncClient:
    app = application([], front.routes(ready))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://orchestrator")


HOST = Host(id="h", state=Host.STATE_READY)


async def test_the_front_says_what_this_is_and_where_the_rest_is() -> None:
    async with client(Readiness({}, await view(HOST))) as http:
        told = (await http.get("/")).json()
    assert (told["name"], told["version"]) == ("Myriad", version("myriad"))
    assert {told["documentation"], told["openapi"], told["health"]} == {"/docs", "/openapi.json", "/healthz"}


async def test_all_is_well_while_nothing_is_missing() -> None:
    async with client(Readiness({"synth": Component()}, await view(HOST))) as http:
        response = await http.get("/healthz")
        head = await http.head("/healthz")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})
    assert (head.status_code, head.content) == (200, b"")


@pytest.mark.parametrize(
    ("well", "hosts", "said"),
    [
        (False, [HOST], "the synth is not here"),
        (True, [], "the agent host is not here"),
        (True, [Host(id="h", state=Host.STATE_DRAINING)], "the agent host is not here"),
        (False, [], "the synth and the agent host are not here"),
    ],
)
async def test_what_is_missing_is_named(well: bool, hosts: list[Host], said: str) -> None:
    async with client(Readiness({"synth": Component(well=well)}, await view(*hosts))) as http:
        response = await http.get("/healthz")
    assert response.status_code == 503
    assert said in response.json()["message"]


async def test_however_many_ask_the_components_are_asked_once_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    component = Component()
    ready = Readiness({"synth": component}, await view(HOST))
    await asyncio.gather(*(ready.missing() for _ in range(100)))
    assert component.asked == 1
    component.well = False
    monkeypatch.setattr(readiness, "KEPT_SECONDS", 0.0)
    assert await ready.missing() == ["synth"]


async def test_the_icon_that_browsers_ask_for_is_nothing_and_no_error() -> None:
    async with client(Readiness({}, await view(HOST))) as http:
        response = await http.get("/favicon.ico")
    assert (response.status_code, response.content) == (204, b"")


async def test_anything_else_needs_a_key_and_says_so_in_the_form_of_its_path() -> None:
    async with client(Readiness({}, await view(HOST))) as http:
        for path in ("/healthz/x", "/v1/models", "/x"):
            assert (await http.get(path)).status_code == 401
        assert (await http.get("/healthz/x")).json()["details"][0]["reason"] == "KEY_MISSING"
        assert (await http.get("/v1/models")).json()["error"]["code"] == "invalid_api_key"
