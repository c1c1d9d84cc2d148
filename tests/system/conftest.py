"""What the system tests share."""

from __future__ import annotations

from collections.abc import Generator, Iterator

import pytest

from tests.system.harness import Up, start
from tests.system.production import production

MOST_LINES = 20


@pytest.fixture(scope="package")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """One Myriad for all tests that leave everything running; each keeps to minds of its own."""
    folder = tmp_path_factory.mktemp("running")
    up = start(folder / "data", folder / "state")
    try:
        yield up
    finally:
        up.stop()


@pytest.fixture(scope="package")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """One Myriad on production stores for all tests after which everything runs again."""
    with production(tmp_path_factory.mktemp("served")) as up:
        yield up


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """What failed shows which errors the components of a Myriad of its own wrote down meanwhile."""
    report = yield
    folder = getattr(item, "funcargs", {}).get("tmp_path")
    if report.failed and folder:
        for log in sorted(folder.rglob("logs/*.log")):
            lines = [line for line in log.read_text(errors="replace").splitlines() if '"level": "error"' in line]
            if lines:
                report.sections.append((f"errors in {log.name}", "\n".join(lines[-MOST_LINES:])))
    return report
