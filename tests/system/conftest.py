"""What the system tests share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.system.harness import Up, start
from tests.system.production import production


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """One Myriad for all tests that kill nothing; each keeps to minds of its own."""
    folder = tmp_path_factory.mktemp("running")
    up = start(folder / "data", folder / "state")
    try:
        yield up
    finally:
        up.stop()


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """One Myriad on production stores for all tests after which everything runs again."""
    with production(tmp_path_factory.mktemp("served")) as up:
        yield up
