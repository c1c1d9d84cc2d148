"""The programs of a Kubernetes control plane, and the clients of one: what each is built from, and where it lies."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from cli.supervisor.servers import fetched

TOOLS = Path(__file__).with_name("tools")
"""The Go module that pins all that they are built from."""
BUILT = {
    "etcd": "go.etcd.io/etcd/server/v3",
    "kube-apiserver": "k8s.io/kubernetes/cmd/kube-apiserver",
    "kube-controller-manager": "k8s.io/kubernetes/cmd/kube-controller-manager",
    "kube-scheduler": "k8s.io/kubernetes/cmd/kube-scheduler",
    "helm": "helm.sh/helm/v3/cmd/helm",
}
KUBECTL = "kubectl-1.36.4"


def path(name: str) -> str:
    """Where one of them lies. Failure if `make servers` has not put it there."""
    return fetched.program(KUBECTL if name == "kubectl" else version(name), [name])


def version(name: str) -> str:
    """What a program that is built is called among the fetched ones: by all that it is made of."""
    pinned = hashlib.sha256(b"".join((TOOLS / file).read_bytes() for file in ("go.mod", "go.sum")))
    return f"{name}-{pinned.hexdigest()[:12]}"


def pinned(module: str) -> str:
    """The version of a module, as `v1.2.3`."""
    found = re.search(rf"^\s*{re.escape(module)} (v\S+)", (TOOLS / "go.mod").read_text(), re.MULTILINE)
    assert found, f"{module} is not in go.mod"
    return found[1]
