"""What tests of the orchestrator share."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.service.line_in_process import LineInProcess
from tests.service.request_line import Components, Orchestrator, World, running


@pytest.fixture(scope="module")
def in_process(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LineInProcess]:
    """A line that has learned the module's `DOCUMENTS`."""
    made = LineInProcess(tmp_path_factory.mktemp("line"), request.module.DOCUMENTS)
    yield made
    made.close()


@pytest.fixture
async def world() -> AsyncIterator[World]:
    made = World()
    await made.start_host("a", range(40))
    await made.start_host("b")
    yield made
    await made.stop_hosts()


@pytest.fixture
async def components(world: World) -> AsyncIterator[Components]:
    made = Components(world)
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
async def line(components: Components) -> AsyncIterator[Orchestrator]:
    async with running(components) as made:
        yield made
