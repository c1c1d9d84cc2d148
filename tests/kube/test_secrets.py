"""What the chart's Job fills: certificates by which components know each other, the first key, passwords."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

import pytest
from cryptography import x509

from cli import certificates
from cli.release import filled
from gatekeeper.keys import digest
from mesh.adapters.kubernetes import open_cluster
from mesh.identity import Identity
from tests.kube.chart import CHART, RELEASE
from tests.kube.control_plane import ControlPlane
from tests.kube.tool import Tool

pytestmark = pytest.mark.usefixtures("crds")
Fill = Callable[[], list[str]]


@pytest.fixture
def fill(control_plane: ControlPlane, helm: Tool, kubectl: Tool, tmp_path: Path) -> Fill:
    """Runs what the Job runs, with the rights that it has; says what was changed."""
    helm("install", RELEASE, CHART, "--set", "stores.bundled=true")
    token = kubectl("create", "token", f"{RELEASE}-secrets")
    control_plane.write_kubeconfig(tmp_path / "kubeconfig", token)

    def run() -> list[str]:
        (job,) = json.loads(kubectl("get", "jobs", "-o", "json"))["items"]
        (container,) = job["spec"]["template"]["spec"]["containers"]
        done = subprocess.run(
            [sys.executable, "-P", "-m", "cli", *container["args"]],
            env={**os.environ, "KUBECONFIG": str(tmp_path / "kubeconfig"), "MYRIAD_NAMESPACE": kubectl.namespace},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return [line.removesuffix(" filled") for line in done.stdout.splitlines() if line.endswith(" filled")]

    return run


def test_all_are_filled_once_and_then_stay(fill: Fill, kubectl: Tool, tmp_path: Path) -> None:
    filled = fill()
    assert sorted(filled) == [name for name in sorted(names(kubectl)) if name.startswith(f"{RELEASE}-")]
    assert filled[0] == f"{RELEASE}-authority"
    for component in ("agent-host", "dlm", "envoy", "prometheus"):
        folder = tmp_path / component
        folder.mkdir()
        for name, content in secret(kubectl, f"{component}-tls").items():
            (folder / name).write_bytes(content)
        assert Identity(folder).component == component.replace("-", "_")
    assert digest(secret(kubectl, "first-key")["key"].decode())
    assert secret(kubectl, "stores").keys() == {"graph", "state", "packets"}
    assert fill() == []


def test_a_certificate_that_cannot_be_used_is_made_anew_and_no_other(fill: Fill, kubectl: Tool) -> None:
    fill()
    before = secret(kubectl, "dlm-tls")
    empty = json.dumps({"data": {"tls.crt": "", "tls.key": "/w=="}})
    kubectl("patch", "secret", f"{RELEASE}-synth-tls", "--patch", empty)
    assert fill() == [f"{RELEASE}-synth-tls"]
    authority = x509.load_pem_x509_certificate(secret(kubectl, "authority")["ca.crt"])
    x509.load_pem_x509_certificate(secret(kubectl, "synth-tls")["tls.crt"]).verify_directly_issued_by(authority)
    assert secret(kubectl, "dlm-tls") == before


async def test_a_certificate_that_ends_soon_is_renewed_by_the_same_authority(
    fill: Fill, kubectl: Tool, control_plane: ControlPlane, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUBECONFIG", str(control_plane.kubeconfig))
    monkeypatch.setattr(certificates, "DAYS", certificates.RENEWED_DAYS - 1)
    async with open_cluster(kubectl.namespace) as cluster:
        await filled(cluster, RELEASE, ["authority", "dlm-tls"])
    before, authority = secret(kubectl, "dlm-tls"), secret(kubectl, "authority")
    assert f"{RELEASE}-dlm-tls" in fill()
    assert secret(kubectl, "authority") == authority
    after = secret(kubectl, "dlm-tls")
    assert ends(after) > ends(before)
    assert after["ca.crt"] == before["ca.crt"]


def test_what_is_in_them_outlives_an_upgrade_and_what_stores_know_the_release(
    fill: Fill, helm: Tool, kubectl: Tool
) -> None:
    fill()
    before = {name: secret(kubectl, name) for name in ("first-key", "stores", "dlm-tls")}
    helm("upgrade", RELEASE, CHART, "--set", "stores.bundled=true,logLevel=debug")
    assert {name: secret(kubectl, name) for name in before} == before
    helm("uninstall", RELEASE)
    helm("install", RELEASE, CHART, "--set", "stores.bundled=true")
    del before["dlm-tls"]
    assert {name: secret(kubectl, name) for name in before} == before


async def test_two_who_fill_them_at_once_agree(fill: Fill, kubectl: Tool) -> None:
    await asyncio.gather(asyncio.to_thread(fill), asyncio.to_thread(fill))
    assert fill() == []
    authority = x509.load_pem_x509_certificate(secret(kubectl, "authority")["ca.crt"])
    for name in names(kubectl):
        if name.endswith("-tls"):
            own = x509.load_pem_x509_certificate(secret(kubectl, name.removeprefix(f"{RELEASE}-"))["tls.crt"])
            own.verify_directly_issued_by(authority)


def ends(held: Mapping[str, bytes]) -> datetime:
    return x509.load_pem_x509_certificate(held["tls.crt"]).not_valid_after_utc


def names(kubectl: Tool) -> list[str]:
    shown = kubectl("get", "secrets", "-o", "name").split()
    return [name.removeprefix("secret/") for name in shown if "sh.helm.release" not in name]


def secret(kubectl: Tool, name: str) -> Mapping[str, bytes]:
    data = json.loads(kubectl("get", "secret", f"{RELEASE}-{name}", "-o", "json"))["data"]
    return {key: base64.b64decode(value) for key, value in data.items()}
