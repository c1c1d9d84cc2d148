"""What the system tests share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.system.harness import Up, start


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """One Myriad for all tests that kill nothing; each keeps to minds of its own."""
    folder = tmp_path_factory.mktemp("running")
    up = start(folder / "data", folder / "state")
    try:
        yield up
    finally:
        up.stop()
