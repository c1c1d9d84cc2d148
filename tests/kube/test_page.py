"""docs/kubernetes.md as a person types it: on an API server without nodes, and in a release whose pods run."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml

from cli.supervisor.servers import fetched
from tests.kube import programs
from tests.kube.control_plane import ControlPlane
from tests.kube.myriad import Myriad
from tests.kube.tool import Tool
from tests.pages import ROOT, block

PAGE = "docs/kubernetes.md"
SECONDS = 110.0
SMALL = "--values manifests/myriad/values-small.yaml"
Shell = Callable[[str], str]


def shell(kubeconfig: Path, folder: Path) -> Shell:
    """A terminal at the checkout, with kubectl and Helm of a cluster."""
    folder.mkdir(exist_ok=True)
    for name in ("kubectl", "helm"):
        (folder / name).symlink_to(programs.path(name))
    path = os.pathsep.join((str(folder), os.environ["PATH"]))
    told = {**fetched.inherited(), "PATH": path, "KUBECONFIG": str(kubeconfig), "HOME": str(folder)}

    def run(script: str) -> str:
        command = ("bash", "-euc", script)
        done = subprocess.run(command, cwd=ROOT, env=told, capture_output=True, text=True, timeout=SECONDS, check=False)
        assert done.returncode == 0, f"{script}\n{done.stderr}{done.stdout}"
        return done.stdout

    return run


@pytest.fixture
def typed(control_plane: ControlPlane, tmp_path: Path) -> Iterator[Shell]:
    run = shell(control_plane.kubeconfig, tmp_path / "bin")
    yield run
    run("kubectl delete namespace myriad --wait=false --ignore-not-found")


def test_what_installs_and_upgrades_is_taken(typed: Shell) -> None:
    """Nothing becomes ready without nodes: who waits for that is below."""
    install, _, waits = block(PAGE, "kubectl create").code.partition("kubectl -n myriad rollout")
    assert waits
    typed(install)
    upgrade, _, tests = block(PAGE, "kubectl apply").code.partition("&& helm test")
    assert tests
    typed(upgrade.replace("--values …", SMALL))
    assert "deployed" in typed("helm --namespace myriad history myriad")


def test_the_first_key_asks_and_helm_tests(myriad: Myriad, tmp_path: Path) -> None:
    """No port is forwarded here: nodes have addresses of this machine."""
    run = shell(myriad.kubectl.kubeconfig, tmp_path / "bin")
    space = myriad.kubectl.namespace

    def here(script: str) -> str:
        return script.replace("-n myriad", f"-n {space}").replace("--namespace myriad", f"--namespace {space}")

    _, waits, more = block(PAGE, "kubectl create").code.partition("kubectl -n myriad rollout")
    assert "Succeeded" in run(here(waits + more))
    read, forwarded, asked = block(PAGE, "MYRIAD_API_KEY=").code.splitlines()
    assert "port-forward service/myriad-envoy 8080 &" in forwarded
    assert "myriad-base" in run(here(f"{read}\n{asked.replace(':8080', f':{myriad.edge}')} --noproxy '*'"))
    assert run(f"kubectl -n {space} get service myriad-envoy -o name").strip() == "service/myriad-envoy"


@pytest.mark.usefixtures("crds")
def test_a_mind_that_nobody_releases_is_let_go(kubectl: Tool, control_plane: ControlPlane, tmp_path: Path) -> None:
    (mind, _) = yaml.safe_load_all(block(PAGE, "apiVersion: myriad.dev/v1alpha1\nkind: Mind").code)
    mind["metadata"]["finalizers"] = ["myriad.dev/release"]
    kubectl("create", "-f", "-", stdin=yaml.safe_dump(mind))
    kubectl("delete", "mind", "handbook", "--wait=false")
    run = shell(control_plane.kubeconfig, tmp_path / "bin")
    run(block(PAGE, "kubectl patch").code.replace("kubectl", f"kubectl -n {kubectl.namespace}", 1))
    kubectl("wait", "--for=delete", "mind/handbook", "--timeout=30s")
