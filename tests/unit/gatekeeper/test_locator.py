"""The locator: which agent a request asks, and where that agent is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.locator import ASK_AGENT, Locator, agent_asked
from mesh import names
from mesh.errors import ComponentUnavailable, MyriadError, Overloaded
from mesh.placements import PlacementView
from myriad.dlm.v1.host_pb2 import Host

NAME = "minds/m/agents/a1"


@pytest.mark.parametrize(
    "path",
    [
        "/v1/minds/m/agents/a1:ask",
        "/v1/minds/m/agents/a1:ask?pretty",
        "/v1/minds/m/agents/a1:ask?x=/v1/minds/n/agents/b:ask",
        "/v1/minds/%6D/agents/a%31:ask",
    ],
)
def test_the_path_of_a_rest_call_names_the_agent(path: str) -> None:
    assert agent_asked(path, {}) == NAME
    assert agent_asked(path, {"x-myriad-agent": "minds/other/agents/b"}) == NAME


def test_the_header_of_a_grpc_call_names_the_agent() -> None:
    assert agent_asked(ASK_AGENT, {"x-myriad-agent": NAME}) == NAME
    assert agent_asked(ASK_AGENT, {}) == ""


@pytest.mark.parametrize(
    "path",
    [
        "/v1/minds/M/agents/a1:ask",
        "/v1/minds/m/agents/A1:ask",
        "/v1/minds/m/agents/%FF%00:ask",
        "/v1/minds/../agents/a1:ask",
    ],
)
def test_what_is_asked_under_a_wrong_name_has_none_and_goes_to_a_host_all_the_same(path: str) -> None:
    assert agent_asked(path, {"x-myriad-agent": NAME}) == ""


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "*",
        "/v1/query",
        "/v1/minds/m/agents/a1",
        "/v1/minds/m/agents/a1:hydrate",
        "/v1/minds/m/agents/a1%3Aask",
        "/v1/minds/m%2Fagents/a1:ask",
        "/v1/minds/m/agents/a1/x:ask",
        "//v1/minds/m/agents/a1:ask",
        "/v1/minds/m/agents/a1:ask\n",
        "/myriad.agent.v1.AgentService/GetAgent",
    ],
)
def test_every_other_path_asks_no_agent(path: str) -> None:
    assert agent_asked(path, {"x-myriad-agent": NAME}) is None


@given(st.one_of(st.text(), st.text().map("/v1/minds/{}/agents/a:ask".format)), st.text())
def test_whatever_comes_the_result_is_a_right_name_or_nothing(path: str, header: str) -> None:
    for name in (agent_asked(path, {"x-myriad-agent": header}), agent_asked(ASK_AGENT, {"x-myriad-agent": header})):
        assert not name or names.agent(*names.parse_agent(name)) == name


class View(PlacementView):
    """Hosts, of which those that are not idle hold the agent."""

    def __init__(self, *hosts: Host) -> None:
        self._known = hosts

    def hosts(self) -> list[Host]:
        return list(self._known)

    def hosts_of(self, agent: str) -> list[Host]:
        return [host for host in self._known if agent == NAME and host.phase != Host.PHASE_IDLE]


class Dlm:
    """Names one host, or fails."""

    def __init__(self, error: MyriadError | None = None) -> None:
        self.asked: list[str] = []
        self.error = error

    async def locate(self, agent: str) -> str:
        self.asked.append(agent)
        if self.error:
            raise self.error
        return "10.0.0.9:1"


def host(number: int, phase: Host.Phase.ValueType, state: Host.State.ValueType = Host.STATE_READY) -> Host:
    return Host(id=f"h{number}", address=f"10.0.0.{number}:1", state=state, phase=phase)


IDLE, ACTIVE, LEAVING = Host.PHASE_IDLE, Host.PHASE_ACTIVE, Host.PHASE_DRAINING


async def test_active_hosts_come_first_and_those_that_leave_last_and_nobody_is_asked() -> None:
    view = View(host(1, LEAVING, Host.STATE_DRAINING), host(2, ACTIVE), host(3, Host.PHASE_UNSPECIFIED))
    dlm = Dlm()
    assert await Locator(view, dlm).addresses(NAME) == "10.0.0.2:1,10.0.0.3:1,10.0.0.1:1"
    assert not dlm.asked


@pytest.mark.parametrize("hosts", [(), (host(1, IDLE), host(2, IDLE)), (host(1, IDLE), host(2, LEAVING))])
async def test_the_dlm_says_where_an_agent_goes_that_sleeps_or_whose_host_is_about_to_be_idle(
    hosts: tuple[Host, ...],
) -> None:
    dlm = Dlm()
    assert await Locator(View(*hosts), dlm).addresses(NAME) == "10.0.0.9:1"
    assert await Locator(View(*hosts), dlm).addresses("") == "10.0.0.9:1"
    assert dlm.asked == [NAME, ""]


async def test_an_agent_that_sleeps_goes_to_an_active_host_with_room_the_same_each_time() -> None:
    full, busy = host(1, ACTIVE), host(2, ACTIVE)
    full.full = busy.busy = True
    view, dlm = View(full, busy, host(3, ACTIVE), host(4, ACTIVE), host(5, IDLE)), Dlm()
    agents = ["", *(f"minds/m/agents/b{number}" for number in range(40))]
    chosen = [await Locator(view, dlm).addresses(agent) for agent in agents]
    assert set(chosen) == {"10.0.0.3:1", "10.0.0.4:1"}
    assert chosen == [await Locator(view, dlm).addresses(agent) for agent in agents]
    assert not dlm.asked
    assert await Locator(View(full, busy, host(5, IDLE)), dlm).addresses(agents[1]) == "10.0.0.9:1"


async def test_a_dlm_that_hangs_is_asked_once_a_second_and_one_that_refuses_again() -> None:
    now = [0.0]
    hanging, refusing = Dlm(ComponentUnavailable("dlm", component="dlm")), Dlm(Overloaded("no host"))
    locators = [Locator(View(), dlm, lambda: now[0]) for dlm in (hanging, refusing)]
    for now[0] in (0.0, 0.5, 0.9, 1.1):
        assert [await locator.addresses(NAME) for locator in locators] == ["", ""]
    assert (len(hanging.asked), len(refusing.asked)) == (2, 4)
