"""Placement: the rules of where a sleeping agent goes."""

from __future__ import annotations

import math
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from dlm.placement import LOAD_FACTOR, SLACK, place

hosts = st.sets(st.from_regex(r"host-[a-z0-9]{1,6}", fullmatch=True), min_size=1, max_size=8)
names = st.sets(st.from_regex(r"minds/m/agents/a[a-z0-9]{1,8}", fullmatch=True), max_size=40)


@given(names, hosts)
def test_the_same_question_is_placed_the_same_way(agents: set[str], there: set[str]) -> None:
    ordered = sorted(agents)
    forward, backward = dict.fromkeys(sorted(there), 0), dict.fromkeys(sorted(there, reverse=True), 0)
    assert place(ordered, forward) == place(ordered, backward)


@given(names, hosts.filter(lambda there: len(there) > 1), st.data())
def test_a_host_that_leaves_moves_its_own_agents_only(agents: set[str], there: set[str], data: st.DataObject) -> None:
    few = sorted(agents)[:SLACK]  # below every bound, so that hashing alone decides
    gone = data.draw(st.sampled_from(sorted(there)))
    before = place(few, dict.fromkeys(there, 0))
    after = place(few, dict.fromkeys(there - {gone}, 0))
    assert {agent for agent in few if before[agent] != after[agent]} <= {a for a in few if before[a] == gone}


@given(names, st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 300), min_size=1))
def test_no_host_goes_above_the_bound_while_another_is_below(agents: set[str], held: dict[str, int]) -> None:
    placed = Counter(place(sorted(agents), held).values())
    bound = math.ceil(LOAD_FACTOR * (sum(held.values()) + len(agents)) / len(held)) + SLACK
    assert all(held[host] + taken <= bound for host, taken in placed.items())
    assert placed.total() == len(agents)


def test_agents_spread_evenly() -> None:
    placed = Counter(place((f"minds/m/agents/a{n}" for n in range(3000)), dict.fromkeys("abc", 0)).values())
    assert all(abs(count - 1000) < 100 for count in placed.values())


@given(names, st.dictionaries(st.sampled_from("abcd"), st.integers(0, 300), min_size=2))
def test_no_agent_goes_to_a_host_that_is_barred_for_it(agents: set[str], held: dict[str, int]) -> None:
    barred = {agent: {min(held)} for agent in agents}
    assert min(held) not in place(sorted(agents), held, barred).values()
