"""What reading costs, as a multiple of what as much prose costs: whatever the shape, and whatever the size."""

from __future__ import annotations

import random

import pytest

from benchmarks.reading import measured
from tests.shapes import SHAPES, Shape

PROSE = SHAPES[0]
SMALL, LARGE = 32 * 1024, 256 * 1024
MOST = 6.0
"""Times prose: the benchmark asks for less, but a machine that does other things besides measures what it likes."""
GROWTH = 3.0
TRIES = 5


def cost(shape: Shape, size: int) -> float:
    return measured(shape, size)[1]


@pytest.mark.parametrize("shape", random.Random(6).sample(SHAPES, 40), ids=lambda shape: shape.name)
def test_no_shape_costs_many_times_what_prose_does(shape: Shape) -> None:
    assert costs_like_prose(shape, SMALL)


@pytest.mark.soak
@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_not_one_shape_costs_many_times_what_prose_does(shape: Shape) -> None:
    assert costs_like_prose(shape, LARGE)


@pytest.mark.parametrize("shape", random.Random(6).sample(SHAPES, 20), ids=lambda shape: shape.name)
def test_the_cost_of_a_shape_grows_with_its_size_alone(shape: Shape) -> None:
    assert grows_linearly(shape, SMALL, LARGE)


@pytest.mark.soak
@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_the_cost_of_any_shape_grows_with_its_size_alone(shape: Shape) -> None:
    assert grows_linearly(shape, LARGE, 8 * LARGE)


def costs_like_prose(shape: Shape, size: int) -> bool:
    return any(cost(shape, size) < MOST * cost(PROSE, size) for _ in range(TRIES))


def grows_linearly(shape: Shape, small: int, large: int) -> bool:
    """Per MiB a larger document costs what a smaller one does; what costs next to nothing may cost twice that."""
    return any(cost(shape, large) < GROWTH * cost(shape, small) + cost(PROSE, small) / 2 for _ in range(TRIES))
