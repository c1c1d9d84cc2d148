"""An image that was built, and its programs as a container runs them: its files, its variables, its user."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cli.supervisor.servers import fetched

USER = "65532:65532"
DATA = "/var/lib/myriad"
ENTER = """
set -e
root=$1 own=$2; shift 2
mount --bind "$root" "$root"
cd "$root"
mount -t proc proc proc
mount --rbind /dev dev
if [ "$own" ]; then
    mount -t tmpfs tmpfs tmp
    mount --bind "$own" .%s
    mount -o remount,bind,ro .
fi
exec chroot --userspec=%s . "$@"
""" % (DATA, USER)  # noqa: UP031  # braces are the shell's
SECONDS = 60.0


@dataclass(frozen=True)
class Image:
    """Its files are below `root`."""

    root: Path
    config: Mapping[str, Any]

    def command(self, arguments: Sequence[str], told: Mapping[str, str], own: Path | None = None) -> tuple[str, ...]:
        """
        How to run something in it, in the network of this machine, on which nothing of it leaves a trace.

        With a folder of its `own` for what it keeps, the rest is read-only.
        """
        said = [*self.config["Env"], *(f"{name}={value}" for name, value in told.items())]
        inside = ("env", "-i", f"--chdir={self.config['WorkingDir']}", *said, *arguments)
        return ("unshare", "--mount", "sh", "-c", ENTER, "enter", str(self.root), str(own or ""), *inside)

    def start(self, arguments: Sequence[str], told: Mapping[str, str], own: Path) -> tuple[str, ...]:
        """How to run what the image is for."""
        return self.command([*self.config["Entrypoint"], *arguments], told, own)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return run(self.command(arguments, {}))

    def imports(self, modules: Iterable[str]) -> set[str]:
        """Which of these its Python finds."""
        program = "import importlib.util as u, sys; print(*filter(u.find_spec, sys.argv[1:]))"
        done = self.run("python3", "-P", "-c", program, *modules)
        assert done.returncode == 0, done.stderr
        return set(done.stdout.split())

    def kib(self) -> int:
        """How much its files take."""
        done = subprocess.run(["du", "-skx", self.root], capture_output=True, text=True, timeout=SECONDS, check=True)
        return int(done.stdout.split()[0])


def run(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    told = fetched.inherited()
    return subprocess.run(command, env=told, capture_output=True, text=True, timeout=SECONDS, check=False)
