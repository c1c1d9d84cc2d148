"""How the state of the whole looks, and what is wrong with it in plain words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from rich.console import Console
from typer.testing import CliRunner

from cli import fleet, status, troubles

SERVING = {"state": "STATE_SERVING"}
HOST: dict[str, Any] = {"id": "host-1", "state": "STATE_READY", "phase": "PHASE_ACTIVE", "address": "10.0.0.9:1"}


def text(state: dict[str, Any], width: int = 100) -> str:
    console = Console(width=width, force_terminal=False, highlight=False)
    with console.capture() as captured:
        console.print(fleet.view(state, "http://x"))
    return captured.get()


def told(state: dict[str, Any]) -> list[str]:
    return [str(trouble) for trouble in troubles.every({"hosts": [HOST], **state})]


def test_a_whole_fleet_is_well() -> None:
    state = {"hosts": [HOST], "components": [{"name": "dlm", **SERVING}]}
    assert told(state) == []
    assert "all is well" in text(state)


def test_a_store_that_does_not_answer_is_named_once_with_who_needs_it_since_when_and_why() -> None:
    up = {"store": "state", "address": "10.0.0.1:6379", "available": True}
    down = {
        "store": "graph",
        "address": "10.0.0.2:7687",
        "failureTime": "2026-01-02T03:04:05Z",
        "failure": "it refuses connections",
    }
    dlms = [{"name": "dlm", **SERVING, "dependencies": [up, down]} for _ in range(2)]
    state = {"components": [{"name": "connectome", **SERVING, "dependencies": [up, down]}, *dlms]}
    (line,) = told(state)
    assert line.startswith(
        "connectome, dlm cannot use graph at 10.0.0.2:7687 since 2026-01-02 03:04: it refuses connections: "
    )
    assert "10.0.0.1:6379" in text(state)


@pytest.mark.parametrize(
    ("state", "line"),
    [
        ({"components": [{"name": "genesis", "state": "STATE_UNREACHABLE"}]}, "genesis does not answer: learning"),
        (
            {"components": [{"name": "synth", **SERVING}, {"name": "synth", "state": "STATE_NOT_SERVING"}]},
            "1 of 2 replicas of synth do not answer: the others",
        ),
        (
            {"hosts": [HOST, HOST | {"id": "host-2", "state": "STATE_LOST", "phase": "PHASE_UNSPECIFIED"}]},
            "agent host host-2 at 10.0.0.9:1 went without a word: its agents are woken elsewhere",
        ),
        ({"hosts": []}, "there is no agent host: no question is answered"),
        ({"hosts": [HOST | {"phase": "PHASE_DRAINING"}]}, "every host is draining"),
        ({"hosts": [HOST | {"full": True}]}, "every host is full"),
        ({"hosts": [HOST | {"busy": True}, HOST | {"phase": "PHASE_DRAINING"}]}, "every host is busy"),
        (
            {"hydration": {"lostCount": "3", "lastLostTime": "2026-01-02T03:04:05Z"}},
            "packets are missing or damaged: an agent was wanted in vain 3 times, last at 2026-01-02 03:04: ",
        ),
        ({"hydration": {"lostCount": "1"}}, "packets are missing or damaged: an agent was wanted in vain 1 time, last"),
        (
            {"components": [{"name": "genesis", **SERVING, "standing": {"diskFreeBytes": "1000"}}]},
            "no room is left on the disk of genesis: nothing can be learned",
        ),
        (
            {"components": [{"name": "genesis", **SERVING, "standing": {"diskFreeBytes": "500000000"}}]},
            "about 469.8 MB of room is left on the disk of genesis",
        ),
        (
            {"version": "2.0", "components": [{"name": "synth", **SERVING, "standing": {"version": "1.0"}}]},
            "synth run 1.0, and the DLM 2.0",
        ),
        ({"edge": {"envoys": [{"node": "edge", "rejection": "no\x1b[31m such"}]}}, "Envoy edge refuses"),
    ],
)
def test_each_trouble_is_told_in_plain_words_with_what_it_means_and_what_to_do(
    state: dict[str, Any], line: str
) -> None:
    (trouble,) = troubles.every({"hosts": [HOST], **state})
    assert str(trouble).startswith(line)
    assert trouble.todo
    assert "\x1b" not in str(trouble)


def test_an_empty_fleet_is_shown_too() -> None:
    assert "hydration" in text({})


def test_hosts_show_what_they_hold() -> None:
    host = HOST | {"askedCount": "4", "missedCount": "1", "busy": True, "agentCount": "1234"}
    shown = text({"hosts": [host | {"usedBytes": "1000000", "capacityBytes": "2000000"}]})
    assert all(part in shown for part in ("active, busy", "1,234", "75.0%", "1.0 MB of 2.0 MB"))


@pytest.mark.parametrize("form", [(), ("--json",)])
@pytest.mark.parametrize(
    ("state", "code"), [({"hosts": [HOST]}, 0), ({"hosts": [HOST | {"full": True}]}, 0), ({"hosts": []}, 1)]
)
def test_status_ends_with_1_where_something_is_wrong_and_not_for_mere_notes(
    monkeypatch: pytest.MonkeyPatch, form: tuple[str, ...], state: dict[str, Any], code: int
) -> None:
    monkeypatch.setattr(status.Following, "look", lambda _: state)
    assert CliRunner().invoke(status.app, form).exit_code == code


@pytest.mark.parametrize(("minutes", "code"), [(0, 1), (14, 1), (16, 0)])
def test_a_lost_packet_is_wrong_for_a_quarter_of_an_hour_and_a_note_after(
    monkeypatch: pytest.MonkeyPatch, minutes: int, code: int
) -> None:
    last = datetime.now(UTC) - timedelta(minutes=minutes)
    state = {"hosts": [HOST], "hydration": {"lostCount": "1", "lastLostTime": f"{last:%Y-%m-%dT%H:%M:%SZ}"}}
    monkeypatch.setattr(status.Following, "look", lambda _: state)
    assert CliRunner().invoke(status.app).exit_code == code


def test_a_lost_host_is_shown_as_such_and_counts_as_none() -> None:
    lost = {"id": "host-1", "state": "STATE_LOST", "address": "10.0.0.9:1"}
    assert "host-1  lost" in text({"hosts": [lost]})
    assert [trouble.what for trouble in troubles.hosts({"hosts": [lost]})][1] == "there is no agent host"


def test_questions_of_replicas_are_added_and_the_slowest_is_shown() -> None:
    figures = [
        {"window": "60s", "answeredCount": "120", "failedCount": "1", "median": "0.010s", "percentile95": "0.100s"},
        {"window": "30.5s", "answeredCount": "61", "failedCount": "0", "median": "0.020s", "percentile95": "1.500s"},
    ]
    state = {"components": [{"name": "orchestrator", **SERVING, "standing": {"questions": one}} for one in figures]}
    assert "4.0/s, 1 failed, 0 waiting; half within 20 ms, 95 of 100 within 1.5 s" in text(state)
    none = {"components": [{"name": "orchestrator", **SERVING, "standing": {"questions": {"window": "1s"}}}]}
    assert "none in the last minute" in text(none)


def test_a_job_under_way_is_shown_with_how_fast_it_goes() -> None:
    job = {"job": "minds/a/jobs/j1", "elapsed": "10s", "documentCount": "7", "agentCount": "500"}
    shown = text({"components": [{"name": "genesis", **SERVING, "standing": {"learning": [job]}}]})
    assert "a: job j1, 7 documents, 500 passages, 50/s, for 0:00:10" in shown


def test_where_it_is_narrow_names_and_states_stay_whole() -> None:
    shown = text({"hosts": [HOST], "components": [{"name": "orchestrator", **SERVING}]}, width=50)
    assert all(part in shown for part in ("orchestrator  serving", "host-1  active"))
    assert max(map(len, shown.splitlines())) <= 50
