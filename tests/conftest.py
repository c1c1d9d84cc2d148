"""What all tests share."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

from tests.servers import (  # noqa: F401  # pytest finds fixtures here
    neo4j,
    neo4j_process,
    redis_cluster,
    redis_cluster_processes,
    redis_process,
    redis_sentinel,
    redis_server,
    s3,
    s3_process,
)

# On a busy machine any example may take long.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")
SOAK_SECONDS = 5_400
"""The longest that one soak test may take."""


@pytest.fixture(
    params=[
        pytest.param(False, id="sample"),
        pytest.param(True, id="all", marks=[pytest.mark.soak, pytest.mark.timeout(SOAK_SECONDS)]),
    ]
)
def thorough(request: pytest.FixtureRequest) -> bool:
    """Whether a test goes to its full length, as in `make soak`, or takes a seeded sample, as in `make check`."""
    return bool(request.param)
