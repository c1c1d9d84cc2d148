"""The locator: which agent a request asks, and where that agent is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.locator import ASK_AGENT, Locator, agent_asked
from mesh import names
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
        "",
        "/",
        "*",
        "/v1/query",
        "/v1/minds/m/agents/a1",
        "/v1/minds/m/agents/a1:hydrate",
        "/v1/minds/m/agents/a1%3Aask",
        "/v1/minds/m%2Fagents/a1:ask",
        "/v1/minds/m/agents/a1/x:ask",
        "/v1/minds/M/agents/a1:ask",
        "/v1/minds/m/agents/A1:ask",
        "/v1/minds/m/agents/%FF%00:ask",
        "/v1/minds/../agents/a1:ask",
        "//v1/minds/m/agents/a1:ask",
        "/v1/minds/m/agents/a1:ask\n",
        "/myriad.agent.v1.AgentService/GetAgent",
    ],
)
def test_every_other_path_names_no_agent(path: str) -> None:
    assert agent_asked(path, {"x-myriad-agent": NAME}) == ""


@given(st.one_of(st.text(), st.text().map("/v1/minds/{}/agents/a:ask".format)), st.text())
def test_whatever_comes_the_result_is_a_right_name_or_nothing(path: str, header: str) -> None:
    for name in (agent_asked(path, {"x-myriad-agent": header}), agent_asked(ASK_AGENT, {"x-myriad-agent": header})):
        assert name == "" or names.agent(*names.parse_agent(name)) == name


class View(PlacementView):
    def __init__(self, *hosts: Host) -> None:
        self._known = hosts

    def hosts_of(self, agent: str) -> list[Host]:
        return list(self._known) if agent == NAME else []


def test_an_agent_that_nobody_is_known_to_hold_has_no_address() -> None:
    assert Locator(View()).addresses(NAME) == ""
    assert Locator(View(Host(address="10.0.0.1:1", state=Host.STATE_READY))).addresses("") == ""


def test_ready_hosts_come_first_and_draining_ones_last() -> None:
    view = View(
        Host(id="a", address="10.0.0.1:1", state=Host.STATE_DRAINING),
        Host(id="b", address="10.0.0.2:1", state=Host.STATE_READY),
        Host(id="c", address="10.0.0.3:1", state=Host.STATE_READY),
    )
    assert Locator(view).addresses(NAME) == "10.0.0.2:1,10.0.0.3:1,10.0.0.1:1"
