"""A Myriad that speaks TLS, and one that does not, for clients in all languages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from tests.system.harness import Up, start


@pytest.fixture(scope="package")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    folder = tmp_path_factory.mktemp("secured")
    up = start(folder / "data", folder / "state", options=("--replicas", "1", "--tls"))
    try:
        yield up
    finally:
        up.stop()


@pytest.fixture(scope="package")
def told(secured: Up) -> Mapping[str, str]:
    """The variables by which a client finds it."""
    return {
        "MYRIAD_URL": secured.url,
        "MYRIAD_API_KEY": secured.key,
        "MYRIAD_CA": str(secured.data / "tls" / "ca.crt"),
    }


@pytest.fixture(scope="package")
def told_plainly(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, str]]:
    """The same, of a Myriad that speaks plain HTTP."""
    folder = tmp_path_factory.mktemp("plain")
    up = start(folder / "data", folder / "state", options=("--replicas", "1"))
    try:
        yield {"MYRIAD_URL": up.url, "MYRIAD_API_KEY": up.key, "MYRIAD_CA": ""}
    finally:
        up.stop()
