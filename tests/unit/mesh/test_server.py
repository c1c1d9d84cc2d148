"""The life of a process: one clear line when it cannot start."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AsyncExitStack

import pytest

from mesh.listening import StartError
from mesh.server import Component, Service, run
from mesh.settings import ServerSettings, setting, settings


@settings
class Settings(ServerSettings):
    size: int = setting("How large.", default=1)


async def cannot(settings: Settings, stack: AsyncExitStack) -> Sequence[Service]:
    raise StartError("component: the folder is full")


@pytest.mark.parametrize(
    ("size", "line"), [("1", "component: the folder is full\n"), ("x", "MYRIAD_SIZE has the wrong form: How large.\n")]
)
def test_a_component_that_cannot_start_says_why_and_exits_with_2(
    size: str, line: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MYRIAD_SIZE", size)
    monkeypatch.setattr("mesh.logs.configure", lambda *_: None)
    with pytest.raises(SystemExit) as caught:
        run(Component("component", Settings, cannot))
    assert caught.value.code == 2
    assert capsys.readouterr().err == line
