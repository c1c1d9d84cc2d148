"""Placement: the rules of where sleeping agents go."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable

from hypothesis import example, given
from hypothesis import strategies as st

from dlm.placement import LOAD_FACTOR, SLACK, SLACK_SHARE, Load, in_turn, opened, place

hosts = st.sets(st.from_regex(r"host-[a-z0-9]{1,6}", fullmatch=True), min_size=1, max_size=8)
names = st.lists(st.from_regex(r"minds/m/agents/a[a-z0-9]{1,8}", fullmatch=True), unique=True, max_size=40)
loads = st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 300).map(Load), min_size=1)


def sized(agents: Iterable[str], size: int = 1_000) -> dict[str, int]:
    return dict.fromkeys(agents, size)


@given(names, hosts)
def test_the_same_question_is_placed_the_same_way(agents: list[str], there: set[str]) -> None:
    forward = {host: Load() for host in sorted(there)}
    backward = {host: Load() for host in sorted(there, reverse=True)}
    assert place(sized(agents), forward) == place(sized(agents), backward)


@given(names, hosts.filter(lambda there: len(there) > 1), st.data())
def test_a_host_that_leaves_moves_its_own_agents_only(agents: list[str], there: set[str], data: st.DataObject) -> None:
    few = sized(agents[:SLACK])  # below every bound, so that hashing alone decides
    gone = data.draw(st.sampled_from(sorted(there)))
    before = place(few, {host: Load() for host in there})
    after = place(few, {host: Load() for host in there - {gone}})
    assert {agent for agent in few if before[agent] != after[agent]} <= {a for a in few if before[a] == gone}


@given(names, loads, st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 9)))
def test_no_host_goes_above_the_bound_while_another_is_below(
    agents: list[str], held: dict[str, Load], beside: dict[str, int]
) -> None:
    placed = Counter(place(sized(agents), held, beside).values())
    total = sum(load.agents for load in held.values())
    bound = math.ceil(LOAD_FACTOR * (total + len(agents)) / len(held)) + SLACK
    assert all(held[host].agents + taken <= bound for host, taken in placed.items())
    assert placed.total() == len(agents)


@given(
    st.integers(0, 300),
    st.lists(st.integers(0, 1_000_000), min_size=2, max_size=6),
    st.dictionaries(st.sampled_from([f"h{number}" for number in range(6)]), st.integers(0, 300)),
)
@example(300, [1_000_000] * 4 + [0, 0], {"h0": 300})
def test_no_host_is_filled_far_above_the_others_while_one_is_not(
    count: int, used: list[int], beside: dict[str, int]
) -> None:
    """However many agents one of the others holds that are asked besides, or takes for the question."""
    agents = [f"minds/m/agents/a{number}" for number in range(count)]
    held = {f"h{number}": Load(0, size, 1_000_000) for number, size in enumerate(used)}
    placed = Counter(place(sized(agents), held, beside).values())
    fullest = LOAD_FACTOR * (sum(used) + 1_000 * len(agents)) / (1_000_000 * len(used)) + SLACK_SHARE
    assert all((held[host].used_bytes + 1_000 * taken) / 1_000_000 <= fullest for host, taken in placed.items())


@given(names.filter(bool), hosts)
def test_agents_that_are_asked_together_are_on_one_host(agents: list[str], there: set[str]) -> None:
    assert len(set(place(sized(agents[:SLACK]), {host: Load() for host in there}).values())) == 1


def test_agents_go_where_most_of_those_are_that_are_asked_with_them() -> None:
    held = {"a": Load(50), "b": Load(50), "c": Load(50)}
    assert set(place(sized(["x", "y"]), held, {"a": 1, "c": 3}).values()) == {"c"}


def test_what_different_questions_wake_is_spread_evenly() -> None:
    held = {host: Load() for host in "abc"}
    for number in range(1_000):
        for host in place(sized(f"minds/m/agents/a{number}-{n}" for n in range(3)), held).values():
            held[host] = Load(held[host].agents + 1)
    assert all(abs(load.agents - 1_000) < 150 for load in held.values())


@given(names, st.dictionaries(st.sampled_from("abcd"), st.integers(0, 300).map(Load), min_size=2))
def test_no_agent_goes_to_a_host_that_is_barred_for_it(agents: list[str], held: dict[str, Load]) -> None:
    barred = {agent: {min(held)} for agent in agents}
    assert min(held) not in place(sized(agents), held, barred=barred).values()


rooms = st.dictionaries(st.sampled_from("abcd"), st.integers(0, 100).map(lambda used: Load(1, used, 100)), max_size=4)
idle_rooms = st.dictionaries(st.sampled_from("wxyz"), st.just(Load(0, 0, 100)), max_size=4)


@given(names.filter(bool), st.integers(1, 40), rooms, idle_rooms)
def test_no_idle_host_is_activated_while_active_ones_have_room_and_none_more_than_are_needed(
    agents: list[str], size: int, active: dict[str, Load], idle: dict[str, Load]
) -> None:
    if not (active or idle):
        return
    chosen = opened(sized(agents, size), active, idle)
    needed, room = len(agents) * size, sum(load.room for load in active.values() if load.room > 0)
    assert chosen
    if active and 0 < room >= needed:
        assert chosen.keys() == {host for host, load in active.items() if load.room > 0}
    elif room + 70 * len(idle) >= needed:
        opened_now = chosen.keys() & idle.keys()
        assert room + 70 * (len(opened_now) - 1) < needed
        assert opened_now == set(in_turn(idle)[: len(opened_now)])
    else:
        assert chosen.keys() == active.keys() | idle.keys(), "where nobody has room all are the same"


def test_a_host_that_refused_an_agent_is_no_reason_to_do_without_another() -> None:
    active, idle = {"a": Load(1, 0, 100)}, {"x": Load(0, 0, 100), "y": Load(0, 0, 100)}
    assert len(opened({"one": 1, "two": 1}, active, idle, {"one": ["a"]})) == 2


def test_what_is_woken_goes_to_a_host_that_is_not_busy_and_to_any_if_all_are() -> None:
    busy, quiet = Load(5, 0, 100, busy=True), Load(0, 0, 100)
    assert opened({"a": 1}, {"a": busy}, {"x": quiet}).keys() == {"x"}
    assert opened({"a": 1}, {"a": busy, "b": quiet}, {"x": quiet}).keys() == {"b"}
    assert opened({"a": 1}, {"a": busy, "b": busy}, {}).keys() == {"a", "b"}
