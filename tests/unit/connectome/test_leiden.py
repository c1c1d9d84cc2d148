"""Ties are divided into communities."""

from __future__ import annotations

import random
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from connectome.adapters.leiden import FEWEST_CONCEPTS, MOST_CONCEPTS, divide
from connectome.regions import Tie

TIES = st.lists(st.builds(Tie, st.integers(0, 20), st.integers(0, 20), st.sampled_from([1.0, 2.0])), max_size=60)


def test_nothing_is_divided_into_nothing() -> None:
    assert divide([]) == {}


@given(TIES, st.randoms(use_true_random=False))
def test_the_order_of_ties_is_of_no_matter_and_small_communities_are_none(
    ties: list[Tie], chosen: random.Random
) -> None:
    ties = list({(tie.agent, tie.concept): tie for tie in ties}.values())
    divided = divide(ties)
    shuffled = ties[:]
    chosen.shuffle(shuffled)
    assert divide(shuffled) == divided
    sizes = Counter(community for community, _ in divided.values())
    assert all(FEWEST_CONCEPTS <= size <= MOST_CONCEPTS for size in sizes.values())
    assert all(weight >= 0 for _, weight in divided.values())


def test_a_community_that_is_too_large_is_divided_again() -> None:
    """A long chain of agents, each naming its two neighbours' concepts."""
    ties = [Tie(agent, (agent + side) % 5_000, 1.0) for agent in range(5_000) for side in (0, 1)]
    sizes = Counter(community for community, _ in divide(ties).values())
    assert sum(sizes.values()) > 4_900
    assert max(sizes.values()) <= MOST_CONCEPTS


def test_what_cannot_be_divided_into_communities_of_a_size_is_none() -> None:
    assert divide(Tie(1, concept, 1.0) for concept in range(MOST_CONCEPTS + 1)) == {}
