"""The servers that contract suites run on."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import AbstractAsyncContextManager, contextmanager
from typing import TypeVar

import pytest

from tests import redis_servers
from tests.redis_servers import Server

T = TypeVar("T")


@pytest.fixture(scope="session")
def redis_alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sequence[Server]]:
    with _running(redis_servers.server(tmp_path_factory.mktemp("redis"))) as one:
        yield [one]


@pytest.fixture(scope="session")
def redis_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sequence[Server]]:
    with _running(redis_servers.cluster(tmp_path_factory.mktemp("redis"))) as several:
        yield several


@contextmanager
def _running(servers: AbstractAsyncContextManager[T]) -> Iterator[T]:
    with asyncio.Runner() as runner:
        yield runner.run(servers.__aenter__())
        runner.run(servers.__aexit__(None, None, None))
