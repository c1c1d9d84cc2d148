"""
What tests of Kubernetes share: a control plane for all of them, a namespace for each test, kubectl and Helm.

There is no node: a pod stays Pending, unless a test sees to it.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator

import pytest

from tests.kube.cluster import Cluster
from tests.kube.cluster import cluster as started_cluster
from tests.kube.control_plane import ControlPlane, install_definitions
from tests.kube.control_plane import control_plane as started_control_plane
from tests.kube.myriad import Myriad, running
from tests.kube.tool import Tool
from tests.servers import offered


@pytest.fixture(scope="package")
def control_plane(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    # A node of a test that has no kubelet would be lost at once.
    stays = "--controllers=*,-node-lifecycle-controller"
    with offered(), started_control_plane(tmp_path_factory.mktemp("kube"), controllers=[stays]) as plane:
        yield plane


@pytest.fixture(scope="package")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Another one, with nodes, which run what they are given."""
    with offered(), started_cluster(tmp_path_factory.mktemp("cluster")) as one:
        yield one


@pytest.fixture(scope="package")
def myriad(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Myriad]:
    """A whole one in that cluster, for all tests that leave it whole."""
    with offered(), running(cluster, tmp_path_factory.mktemp("myriad")) as one:
        yield one


@pytest.fixture(scope="package")
def crds(control_plane: ControlPlane) -> None:
    """All of ours are served."""
    install_definitions(control_plane)


@pytest.fixture
def namespace(control_plane: ControlPlane) -> Iterator[str]:
    """One of its own, in which every account is there already; removed with all that is in it."""
    name = f"test-{secrets.token_hex(4)}"
    kubectl = Tool("kubectl", control_plane.kubeconfig, name)
    kubectl("create", "namespace", name)
    kubectl("wait", "--for=create", "serviceaccount/default")
    yield name
    kubectl("delete", "namespace", name, "--wait=false")


@pytest.fixture
def kubectl(control_plane: ControlPlane, namespace: str) -> Tool:
    return Tool("kubectl", control_plane.kubeconfig, namespace)


@pytest.fixture
def helm(control_plane: ControlPlane, namespace: str) -> Tool:
    return Tool("helm", control_plane.kubeconfig, namespace)
