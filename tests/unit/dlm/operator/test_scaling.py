"""Scaling: a pool never takes away what is in use, and is never larger than it may be for what is not."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dlm.operator.scaling import IDLE_COST, RESERVED_COST, Pod, is_limited, replicas, to_spare, wanted

PODS = st.lists(
    st.builds(
        Pod,
        name=st.text("ab01", min_size=1, max_size=6),
        state=st.sampled_from(["", "idle", "active", "draining"]),
        agents=st.integers(0, 100_000),
        leaving=st.booleans(),
    ),
    max_size=20,
    unique_by=lambda pod: pod.name,
)


@given(PODS, st.integers(0, 5), st.integers(0, 30), st.integers(0, 5))
def test_only_idle_pods_and_those_without_a_host_are_taken_away(
    pods: list[Pod], warm: int, most: int, asked: int
) -> None:
    """`asked` pods are not made yet."""
    staying = [pod for pod in pods if not pod.leaving]
    now = len(staying) + asked
    target = wanted(pods, warm, most)
    spared = to_spare(pods, now - target)
    after = replicas(pods, now, target, len(spared))
    used = sum(pod.state in ("active", "draining") for pod in staying)
    assert after >= min(used, now)
    assert after >= min(target, now)
    states = {pod.name: pod.state for pod in staying}
    assert all(states[name] == "idle" for name in spared)
    assert len(spared) <= max(now - target, 0)


@given(PODS, st.integers(0, 5), st.integers(1, 30))
def test_a_pool_has_what_is_in_use_and_so_many_warm_ones_up_to_its_most(pods: list[Pod], warm: int, most: int) -> None:
    used = sum(pod.state in ("active", "draining") for pod in pods if not pod.leaving)
    assert wanted(pods, warm, most) == min(used + warm, most)
    assert is_limited(pods, warm, most) == (used + warm > most)


def test_of_idle_pods_the_same_are_chosen_whatever_their_order() -> None:
    pods = [Pod(name, "idle") for name in ("c", "a", "b")]
    assert to_spare(pods, 2) == to_spare(pods[::-1], 2) == ["a", "b"]


def test_a_pod_costs_the_more_the_more_agents_it_holds_and_what_may_go_the_least() -> None:
    costs = [Pod("a", "active", agents).cost(False) for agents in (0, 1, 100, 10_000)]
    assert costs == sorted(costs)
    assert min(costs) > Pod("a", "idle").cost(False) == IDLE_COST > Pod("a", "idle").cost(True) == RESERVED_COST
