"""Processes: started, restarted, stopped, never left behind; with small stand-ins for the components."""

from __future__ import annotations

import asyncio
import errno
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from cli.errors import Failure
from cli.supervisor import child as child_module
from cli.supervisor import envoy, leash, ports, programs
from cli.supervisor.child import Child, last_words
from cli.supervisor.folder import LARGEST_LOG_BYTES, DataFolder
from cli.supervisor.programs import STOP_STAGES, Program
from cli.up import suited

SLEEPS = "import time; time.sleep(60)"
STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)"
)


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    (tmp_path / "logs").mkdir()
    return DataFolder(tmp_path)


def stand_in(folder: DataFolder, script: str, said: list[str] | None = None, stop_seconds: float = 1.8) -> Child:
    command = (sys.executable, "-c", script)
    told = dict(os.environ)
    program = Program("stand-in", "host", command, "127.0.0.1:1", environment=told, stop_seconds=stop_seconds)
    return Child(program, folder, (said if said is not None else []).append)


async def until(true: Callable[[], object], seconds: float = 10.0) -> None:
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110  # what is watched is another process
            await asyncio.sleep(0.01)


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


async def test_what_dies_is_started_again_and_that_is_told(folder: DataFolder) -> None:
    said: list[str] = []
    one = stand_in(folder, SLEEPS, said)
    keeping = asyncio.create_task(one.keep())
    await until(lambda: one.pid)
    first = one.pid
    assert first
    one.served = True
    os.kill(first, signal.SIGKILL)
    await until(lambda: one.pid and one.pid != first)
    assert said == ["stand-in ended (SIGKILL) and is being started again"]
    keeping.cancel()
    await asyncio.gather(keeping, return_exceptions=True)
    await one.stop()
    assert one.pid is None


async def test_who_says_why_it_cannot_start_is_quoted_and_not_tried_again(folder: DataFolder) -> None:
    said: list[str] = []
    script = "import sys; print('{\"event\": 1}', file=sys.stderr); sys.stderr.write('data is newer\\n'); sys.exit(2)"
    with pytest.raises(Failure, match="data is newer") as caught:
        await stand_in(folder, script, said).keep()
    assert caught.value.exit_code == 2
    assert not said


async def test_who_crashes_from_the_start_is_given_up_with_its_last_words(
    folder: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(child_module, "FIRST_WAIT_SECONDS", 0.001)
    with pytest.raises(Failure, match="ZeroDivisionError: division by zero"):
        await stand_in(folder, "1/0").keep()


async def test_who_does_not_stop_is_killed(folder: DataFolder) -> None:
    one = stand_in(folder, STUBBORN, stop_seconds=0.2)
    keeping = asyncio.create_task(one.keep())
    await until(lambda: "deaf" in (folder.log("stand-in").read_text() if folder.log("stand-in").exists() else ""))
    pid = one.pid
    assert pid
    keeping.cancel()
    await asyncio.gather(keeping, return_exceptions=True)
    await one.stop()
    assert not alive(pid)


async def test_a_child_that_is_being_started_when_all_stops_is_not_left(folder: DataFolder) -> None:
    one = stand_in(folder, SLEEPS)
    keeping = asyncio.create_task(one.keep())
    await asyncio.sleep(0)
    keeping.cancel()
    await asyncio.gather(keeping, return_exceptions=True)
    await one.stop()
    assert one.pid is None


SUPERVISOR = """
import asyncio, os, sys
from pathlib import Path
from cli.supervisor.child import Child
from cli.supervisor.folder import DataFolder
from cli.supervisor.programs import Program

async def main():
    folder = DataFolder(Path(sys.argv[1]))
    script = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"
    children = [
        Child(Program(str(n), "host", (sys.executable, "-c", script), "", dict(os.environ)), folder, print)
        for n in range(3)
    ]
    keepers = [asyncio.create_task(child.keep()) for child in children]
    while not all(child.pid for child in children):
        await asyncio.sleep(0.01)
    print(*(child.pid for child in children), flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ties a child's life to its parent's")
def test_no_child_outlives_a_supervisor_that_is_killed(folder: DataFolder) -> None:
    """Not even one that is deaf to SIGTERM."""
    root = Path(__file__).parents[3]
    environment = {**os.environ, "PYTHONPATH": f"{root}{os.pathsep}{root / 'gen'}"}
    with subprocess.Popen(
        [sys.executable, "-c", SUPERVISOR, str(folder.path)], stdout=subprocess.PIPE, text=True, env=environment
    ) as supervisor:
        assert supervisor.stdout
        pids = [int(pid) for pid in supervisor.stdout.readline().split()]
        assert len(pids) == 3
        assert all(map(alive, pids))
        supervisor.kill()
    deadline = time.monotonic() + 5
    while any(map(alive, pids)) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not [pid for pid in pids if alive(pid)]


def test_a_leash_whose_supervisor_is_gone_runs_nothing(tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    done = subprocess.run(
        [sys.executable, leash.__file__, "1", "touch", str(ran)], check=False, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr.strip()) == (1, "the supervisor has ended")
    assert not ran.exists()


def test_a_data_folder_has_one_holder_at_a_time_and_says_who(folder: DataFolder) -> None:
    with folder.held(), pytest.raises(Failure, match=rf"in use .* process {os.getpid()}") as caught, folder.held():
        pass
    assert caught.value.exit_code == 2
    with folder.held():
        pass


def test_a_data_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Failure, match="cannot use"), DataFolder(tmp_path / "file").held():
        pass


def test_logs_stay_small_where_there_is_no_room_for_the_old_one(
    folder: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def copyfile(_source: Path, target: Path) -> None:
        target.write_text("half of it")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(shutil, "copyfile", copyfile)
    log = folder.log("envoy")
    log.write_bytes(bytes(LARGEST_LOG_BYTES + 1))
    folder.bound_logs()
    assert log.stat().st_size == 0
    assert [path.name for path in log.parent.iterdir()] == ["envoy.log"]


async def test_what_can_write_no_log_is_started_all_the_same(folder: DataFolder) -> None:
    folder.log("stand-in").mkdir()
    one = stand_in(folder, SLEEPS)
    keeping = asyncio.create_task(one.keep())
    await until(lambda: one.pid)
    keeping.cancel()
    await one.stop()


def test_logs_keep_one_generation_and_stay_small(folder: DataFolder) -> None:
    log = folder.log("envoy")
    log.write_text("old")
    folder.turn_logs()
    assert not log.exists()
    assert (folder.path / "logs" / "envoy.log.1").read_text() == "old"
    with log.open("ab") as writer:
        writer.truncate(LARGEST_LOG_BYTES + 1)
        folder.bound_logs()
        writer.write(b"next")
    assert log.read_bytes() == b"next"


def test_last_words_are_the_last_line_for_people(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text('Traceback:\n  File "x"\nValueError: why\n{"event": "component.stopped"}\n\n')
    assert last_words(log) == "ValueError: why"
    assert last_words(tmp_path / "none") == ""


def test_a_port_that_was_asked_for_and_is_taken_is_an_error() -> None:
    with socket.socket() as taken:
        taken.bind((ports.LOOPBACK, 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(Failure, match=f"port {port} is in use") as caught:
            ports.edge(port)
    assert caught.value.exit_code == 2
    assert ports.edge(port) == port


def test_the_default_port_gives_way_to_the_next_free_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports, "is_free", lambda port: port >= ports.DEFAULT_EDGE + 2)
    assert ports.edge(None) == ports.DEFAULT_EDGE + 2


def test_internal_ports_are_different_and_outside_of_what_systems_hand_out() -> None:
    found = ports.free(12)
    assert len(set(found)) == 12
    assert all(port in ports.INTERNAL for port in found)


def test_envoy_missing_says_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(Failure, match="make setup") as caught:
        envoy.binary({"PATH": str(tmp_path)}, tmp_path)
    assert caught.value.exit_code == 2
    with pytest.raises(Failure, match="MYRIAD_ENVOY is /nowhere"):
        envoy.binary({"MYRIAD_ENVOY": "/nowhere"}, tmp_path)


def test_envoys_bootstrap_is_found_in_a_wheel_and_in_a_source_tree(tmp_path: Path) -> None:
    template = "${NODE_ID} ${DLM_ENDPOINTS} ${ADMIN} ${CERTIFICATE}"
    for place in ("cli/supervisor/bootstrap.yaml", "envoy/bootstrap.yaml"):
        file = tmp_path / place.replace("/", "-") / place
        file.parent.mkdir(parents=True)
        file.write_text(template)
        root = tmp_path / place.replace("/", "-")
        filled = envoy.bootstrap("127.0.0.1:7, [::1]:8", Path('/a "b"'), root)
        assert filled.endswith(r''' "envoy.sock" "/a \"b\"/certificate.json"''')
        endpoints = json.loads(filled.removeprefix('"edge" ').partition(' "envoy.sock"')[0])
        sockets = [one["endpoint"]["address"]["socket_address"] for one in endpoints]
        assert sockets == [{"address": "127.0.0.1", "port_value": 7}, {"address": "::1", "port_value": 8}]


def test_the_plan_gives_each_program_its_port_and_nobody_our_key(
    folder: DataFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MYRIAD_API_KEY", "secret")
    planned = programs.plan(folder, 8080, 3, "/bin/envoy", {"MYRIAD_PACKETS": "folder:/packets"})
    assert len({program.address for program in planned}) == len(planned) == 4 + 2 + 1
    assert {program.kind for program in planned} == {kind for stage in STOP_STAGES for kind in stage} - {"store"}
    assert "secret" not in repr(planned)
    hosts = [program.environment for program in planned if program.kind == "host"]
    assert [host["MYRIAD_HOST_ID"] for host in hosts] == ["host-1", "host-2"]
    by_name = {program.name: program for program in planned}
    assert all(host["MYRIAD_DLM_TARGET"] == by_name["dlm"].address for host in hosts)
    served = {name: address for program in planned for name, address in program.serves.items()}
    assert set(served) == {"connectome", "synth", "orchestrator", "host-3"}
    assert by_name["mind"].environment["MYRIAD_HOST_ID"] == "host-3"
    assert by_name["mind"].environment["MYRIAD_AGENT_HOST_TARGET"] == served.pop("host-3")
    assert all(by_name["genesis"].environment[f"MYRIAD_{name.upper()}_TARGET"] == served[name] for name in served)
    assert by_name["dlm"].environment["MYRIAD_EDGE_LISTEN"] == "127.0.0.1:8080"


def test_replicas_share_the_hosts_and_all_but_the_first_follow_the_first_ones_connectome(folder: DataFolder) -> None:
    planned = programs.plan(folder, 8080, 2, "/bin/envoy", {}, replicas=3)
    by_name = {program.name: program for program in planned}
    minds = [by_name[name] for name in ("mind", "mind-2", "mind-3")]
    assert [mind.environment["MYRIAD_HOST_ID"] for mind in minds] == ["host-1", "host-2", "host-3"]
    assert not [program for program in planned if program.kind == "host"]
    connectome = minds[0].serves["connectome"]
    assert [mind.environment["MYRIAD_WRITER_TARGET"] for mind in minds] == ["", connectome, connectome]
    assert len({mind.environment["MYRIAD_CONNECTOME_TARGET"] for mind in minds}) == 3
    assert by_name["dlm"].environment["MYRIAD_ORCHESTRATOR_TARGET"] == ",".join(mind.address for mind in minds)
    for name in ("genesis", "dlm", "gatekeeper"):
        assert by_name[name].environment["MYRIAD_CONNECTOME_TARGET"] == connectome
    assert by_name["genesis"].environment["MYRIAD_ORCHESTRATOR_TARGET"] == minds[0].address
    jobs = json.loads(folder.collecting.read_text())["scrape_configs"]
    assert {job["tls_config"]["server_name"] for job in jobs if job["job_name"].startswith("orchestrator")} == {
        "orchestrator.myriad.internal"
    }


@pytest.mark.parametrize("told_by", ["stores", "environment"])
def test_with_replicas_and_redis_there_are_two_dlms_and_all_know_both(
    folder: DataFolder, monkeypatch: pytest.MonkeyPatch, told_by: str
) -> None:
    stores = {"MYRIAD_REDIS": "redis://127.0.0.1:1"}
    if told_by == "environment":
        monkeypatch.setenv("MYRIAD_REDIS", stores.pop("MYRIAD_REDIS"))
    planned = programs.plan(folder, 8080, 2, "/bin/envoy", stores, replicas=2)
    dlms = [program for program in planned if program.kind == "dlm"]
    assert [dlm.name for dlm in dlms] == ["dlm", "dlm-2"]
    assert [dlm.environment["MYRIAD_LISTEN"] for dlm in dlms] == [dlm.address for dlm in dlms]
    known = ",".join(dlm.address for dlm in dlms)
    for program in planned[:-1]:
        assert program.environment["MYRIAD_DLM_TARGET"] == known
    assert len({dlm.environment["MYRIAD_ORCHESTRATOR_TARGET"] for dlm in dlms}) == 1
    assert all(str(dlm.address.rpartition(":")[2]) in folder.bootstrap.read_text() for dlm in dlms)
    jobs = {job["job_name"]: job for job in json.loads(folder.collecting.read_text())["scrape_configs"]}
    assert jobs["dlm-2"]["tls_config"]["server_name"] == "dlm.myriad.internal"
    alone = programs.plan(folder, 8080, 2, "/bin/envoy", stores, replicas=1)
    assert [program.name for program in alone if program.kind == "dlm"] == ["dlm"]


@pytest.mark.parametrize(("cores", "replicas"), [(1, 1), (2, 1), (4, 2), (8, 4), (64, 4)])
def test_half_of_the_cores_answer_and_four_at_most(cores: int, replicas: int) -> None:
    assert suited(cores) == replicas
