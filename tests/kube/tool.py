"""kubectl and Helm, as a person types them."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

from cli.supervisor.servers import fetched
from tests.kube import programs

SECONDS = 110.0


@dataclass(frozen=True)
class Tool:
    """One of them, for one cluster and one namespace."""

    name: str
    kubeconfig: Path
    namespace: str

    def __call__(self, *arguments: str | Path, stdin: str = "") -> str:
        """What it prints; that it fails is a failure."""
        done = self._run(arguments, stdin)
        assert done.returncode == 0, f"{self.name} {' '.join(map(str, arguments))}\n{done.stderr}{done.stdout}"
        return done.stdout

    def refused(self, *arguments: str | Path, stdin: str = "") -> str:
        """Why it fails; that it does not is a failure."""
        done = self._run(arguments, stdin)
        assert done.returncode, f"{self.name} {' '.join(map(str, arguments))}\n{done.stdout}"
        return done.stderr

    def _run(self, arguments: tuple[str | Path, ...], stdin: str) -> subprocess.CompletedProcess[str]:
        command = (programs.path(self.name), "--kubeconfig", self.kubeconfig, "--namespace", self.namespace, *arguments)
        # What they keep of clusters, and of charts, is kept with the cluster.
        told = {**fetched.inherited(), "HOME": str(self.kubeconfig.parent)}
        return subprocess.run(
            command, input=stdin, env=told, capture_output=True, text=True, timeout=SECONDS, check=False
        )
