"""What another user of the machine, or a component that was taken over, gets from a Myriad that runs: nothing."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import grpc
import pytest

from cli import certificates
from mesh.access import KEY_HEADER, MINDS_HEADER, ROLE_HEADER, SPEAKERS
from mesh.identity import ENVOY, Identity, dns
from tests.system.harness import Up, needs_all, start, until, variables
from tests.unit.test_contracts import RPCS, Rpc

pytestmark = needs_all
ADMIN = ((KEY_HEADER, "k"), (ROLE_HEADER, "ROLE_ADMIN"), (MINDS_HEADER, "*"))
REFUSED = (grpc.StatusCode.UNAVAILABLE,)
NO_PROXY = ("grpc.enable_http_proxy", 0)


def ports(up: Up) -> Mapping[str, str]:
    """Where each component listens."""
    told = {name: value for one in ("dlm", "mind") if (pid := up.pid(one)) for name, value in variables(pid).items()}
    names = [name for name in certificates.COMPONENTS if f"MYRIAD_{name.upper()}_TARGET" in told]
    return {name: told[f"MYRIAD_{name.upper()}_TARGET"] for name in names}


def outcome(channel: grpc.Channel, method: str, metadata: Any = ()) -> tuple[grpc.StatusCode, str]:
    """Status and message of a call that says nothing."""
    call: Any = channel.unary_unary(method)
    try:
        call(b"", timeout=10, metadata=metadata)
    except grpc.RpcError as error:
        return error.code(), str(error.details())
    return grpc.StatusCode.OK, ""


def restarted(up: Up, name: str, was: int) -> bool:
    return up.pid(name) not in (None, was)


@pytest.fixture(scope="module")
def channels(running: Up) -> Iterator[Mapping[tuple[str, str], grpc.Channel]]:
    """From each component to each."""
    with ExitStack() as stack:
        yield {
            (caller, callee): stack.enter_context(running.inside(address, callee, caller))
            for callee, address in ports(running).items()
            for caller in certificates.COMPONENTS
        }


def home(rpc: Rpc, channels: Mapping[tuple[str, str], grpc.Channel]) -> str:
    """The component that serves a method."""
    known = {callee for _, callee in channels}
    (found,) = {
        c for c in known if outcome(channels["operator", c], rpc.method)[0] is not grpc.StatusCode.UNIMPLEMENTED
    }
    return found


@pytest.mark.parametrize("rpc", [rpc for rpc in RPCS.values() if not rpc.client_streaming], ids=lambda rpc: rpc.name)
def test_each_method_is_for_the_components_that_it_names_and_for_keys_by_envoy(
    channels: Mapping[tuple[str, str], grpc.Channel], rpc: Rpc
) -> None:
    callee = home(rpc, channels)
    for caller in certificates.COMPONENTS:
        if caller in rpc.callers:
            continue
        code, message = outcome(channels[caller, callee], rpc.method, () if caller in SPEAKERS else ADMIN)
        if caller == ENVOY:
            assert (code, message) == (grpc.StatusCode.UNAUTHENTICATED, f"{rpc.method} needs a key")
        else:
            assert (code, message) == (grpc.StatusCode.PERMISSION_DENIED, f"{rpc.method} is not for {caller}")
    for speaker, most in SPEAKERS.items():
        if speaker not in rpc.callers and (not rpc.role or rpc.role > most):
            assert outcome(channels[speaker, callee], rpc.method, ADMIN)[0] is grpc.StatusCode.PERMISSION_DENIED


def test_no_port_speaks_to_who_has_no_certificate_or_one_of_another_authority(running: Up, tmp_path: Path) -> None:
    certificates.provide(tmp_path)
    ours = Identity(running.data / "tls" / "genesis").current().authority
    told = variables(running.pid("gatekeeper") or 0)
    for callee, address in {**ports(running), "gatekeeper ": told["MYRIAD_CHECK_LISTEN"]}.items():
        options = [("grpc.ssl_target_name_override", dns(callee.strip())), NO_PROXY]
        forged = Identity(tmp_path / "envoy").current()
        for credentials in (
            grpc.ssl_channel_credentials(ours),
            grpc.ssl_channel_credentials(ours, forged.key, forged.certificate),
        ):
            with grpc.secure_channel(address, credentials, options=options) as channel:
                assert outcome(channel, "/grpc.health.v1.Health/Check")[0] in REFUSED
        with grpc.insecure_channel(address, options=[NO_PROXY]) as channel:
            assert outcome(channel, "/grpc.health.v1.Health/Check")[0] in REFUSED


def test_envoy_listens_at_the_public_port_alone_and_its_admin_is_its_owners(running: Up) -> None:
    pid = running.pid("envoy")
    assert pid
    links = [str(path.readlink()) for path in Path(f"/proc/{pid}/fd").iterdir()]
    own = {found[1] for link in links if (found := re.match(r"socket:\[(\d+)\]", link))}
    lines = [
        line.split() for name in ("tcp", "tcp6") for line in Path(f"/proc/{pid}/net/{name}").read_text().splitlines()
    ]
    listening = {int(line[1].rpartition(":")[2], 16) for line in lines if line[3] == "0A" and line[9] in own}
    assert listening == {int(running.url.rpartition(":")[2])}
    assert (running.data / "envoy.sock").stat().st_mode & 0o077 == 0


def test_nobody_else_reads_anything_of_what_is_kept(running: Up) -> None:
    open_ = [path for path in (running.data, *running.data.rglob("*")) if path.lstat().st_mode & 0o077]
    assert open_ == []


def test_a_folder_that_was_open_to_others_is_closed(tmp_path: Path) -> None:
    data = tmp_path / "data"
    for name in ("connectome/graph.db-journal", "packets/minds/m/bundles/a", "logs/old.log"):
        (data / name).parent.mkdir(parents=True)
        (data / name).write_text("")
    for path in (data, *data.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    up = start(data, tmp_path / "state")
    try:
        test_nobody_else_reads_anything_of_what_is_kept(up)
    finally:
        up.stop()


def test_another_authority_is_taken_up_while_all_runs(tmp_path: Path) -> None:
    up = start(tmp_path / "data", tmp_path / "state")
    try:
        with up.http() as http:
            (up.data / "tls" / certificates.AUTHORITY_KEY).unlink()
            certificates.provide(up.data / "tls")
            for name in ("gatekeeper", "host-1", "dlm"):  # who connects to them anew, does so with what is new
                pid = up.pid(name)
                assert pid
                os.kill(pid, 9)
                until(partial(restarted, up, name, pid), 10)
            until(lambda: http.get("/v1/minds").is_success, 20)
            until(
                lambda: [one["state"] for one in http.get("/v1/fleet").json().get("hosts", [])] == ["STATE_READY"] * 2,
                20,
            )
    finally:
        up.stop()
