"""What every directory does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlm.adapters.memory_directory import MemoryDirectory
from dlm.ports import Directory

A, B, OTHER = "minds/m/agents/a", "minds/m/agents/b", "minds/n/agents/a"


@pytest.fixture(params=["memory"])
def directory() -> Directory:
    return MemoryDirectory()


async def test_it_says_what_is_new_and_what_is_gone(directory: Directory) -> None:
    assert list(await directory.place("h1", [A, B])) == [A, B]
    assert list(await directory.place("h1", [B, OTHER])) == [OTHER]
    assert list(await directory.release("h1", [A, "minds/m/agents/unknown"])) == [A]
    assert list(await directory.release("h1", [A])) == []


async def test_an_agent_may_live_on_several_hosts(directory: Directory) -> None:
    await directory.place("h2", [A])
    await directory.place("h1", [A])
    assert await directory.hosts_of([A, B]) == {A: ("h1", "h2")}
    await directory.release("h1", [A])
    assert await directory.hosts_of([A, B]) == {A: ("h2",)}


async def test_a_host_goes_with_all_it_held(directory: Directory) -> None:
    await directory.place("h1", [A, B])
    await directory.place("h2", [A])
    await directory.drop("h1")
    await directory.drop("unknown")
    assert await directory.hosts_of([A, B]) == {A: ("h2",)}
    assert list(await directory.agents_on("h1")) == []


async def test_a_minds_agents_are_listed_once_each(directory: Directory) -> None:
    await directory.place("h1", [A, B, OTHER])
    await directory.place("h2", [A])
    assert sorted(await directory.agents_of("minds/m")) == [A, B]
    assert await directory.agents_of("minds/unknown") == []


steps = st.lists(
    st.tuples(
        st.sampled_from(["place", "release", "drop"]), st.sampled_from("xyz"), st.sets(st.sampled_from([A, B, OTHER]))
    )
)


@given(steps)
async def test_both_directions_and_the_counts_always_agree(steps: list[tuple[str, str, set[str]]]) -> None:
    directory, model = MemoryDirectory(), dict[str, set[str]]()
    for step, host, agents in steps:
        if step == "drop":
            await directory.drop(host)
            model.pop(host, None)
        elif step == "place":
            await directory.place(host, agents)
            model.setdefault(host, set()).update(agents)
        else:
            await directory.release(host, agents)
            model.setdefault(host, set()).difference_update(agents)
    for host in "xyz":
        assert set(await directory.agents_on(host)) == model.get(host, set())
        assert (await directory.counts()).get(host, 0) == len(model.get(host, set()))
    holders = {agent: tuple(h for h in "xyz" if agent in model.get(h, ())) for agent in (A, B, OTHER)}
    assert await directory.hosts_of(holders) == {agent: hosts for agent, hosts in holders.items() if hosts}
