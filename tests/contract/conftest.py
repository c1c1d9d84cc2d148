"""What contract suites of several components run on."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from mesh.adapters.redis import Redis
from tests import redis_servers
from tests.servers import Cluster


@pytest.fixture
def redis_cluster_url(redis_cluster: Cluster) -> str:
    return redis_cluster.url


@pytest.fixture(params=["redis_server", "redis_cluster_url"])
def redis_url(request: pytest.FixtureRequest) -> str:
    url: str = request.getfixturevalue(request.param)
    return url


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    """An empty Redis, opened: one server, and a Cluster."""
    async with redis_servers.opened(redis_url) as one:
        yield one
