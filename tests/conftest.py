"""What all tests share."""

from __future__ import annotations

import pytest

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
