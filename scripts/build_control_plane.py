"""Build etcd, the programs of a Kubernetes control plane, and Helm from the Go modules that tests/kube/tools pins."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from tests.kube import programs


def build(name: str, target: Path) -> None:
    """Called for one after the other: the first takes minutes, the others share what it has compiled."""
    flags = ("-mod=readonly", "-trimpath", "-buildvcs=false", "-ldflags", _linked())
    told = {**os.environ, "CGO_ENABLED": "0", "GOWORK": "off"}
    subprocess.run(
        ["go", "build", *flags, "-o", target, programs.BUILT[name]], check=True, cwd=programs.TOOLS, env=told
    )


def _linked() -> str:
    """What each is told of its own version, without which it claims to be an ancient one, or none."""
    kubernetes, helm = (programs.pinned(module) for module in ("k8s.io/kubernetes", "helm.sh/helm/v3"))
    minor = kubernetes.split(".")[1]
    own = {"gitVersion": kubernetes, "gitMajor": "1", "gitMinor": minor, "gitTreeState": "clean"}
    known = {"k8sVersionMajor": "1", "k8sVersionMinor": minor}
    said = {
        **{f"{package}.{name}": value for package in _VERSIONS for name, value in own.items()},
        **{f"{package}.{name}": value for package in _SUPPORTED for name, value in known.items()},
        "helm.sh/helm/v3/internal/version.version": helm,
    }
    return " ".join(["-s -w", *(f"-X {name}={value}" for name, value in said.items())])


_VERSIONS = ("k8s.io/component-base/version", "k8s.io/client-go/pkg/version")
_SUPPORTED = ("helm.sh/helm/v3/pkg/chartutil", "helm.sh/helm/v3/pkg/lint/rules")
