"""A base image of this machine's own distribution, for tests of images where no registry is at hand."""

from __future__ import annotations

import platform
import subprocess
import tempfile
from pathlib import Path

from cli.errors import Failure
from cli.supervisor.servers import fetched

NEEDS = ("buildah", "debootstrap")
PACKAGES = "python3,python3-venv,ca-certificates"
"""What the Dockerfile takes for granted, and the smallest of systems besides."""


def archive() -> Path:
    """All its files. Failure if `make servers` has not put them there."""
    file = fetched.folder() / version() / "files.tar"
    if not file.exists():
        raise fetched.missing("a base image")
    return file


def version() -> str:
    return f"base-image-{_release()}"


def make(folder: Path) -> None:
    """Takes root."""
    mirror = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(REPO_URI)", f"Codename: {_release()}", "Component: main"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split()[0]
    with tempfile.TemporaryDirectory(dir=folder) as files:
        options = ("--variant=minbase", f"--include={PACKAGES}")
        command = ("debootstrap", *options, _release(), files, mirror)
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise Failure(f"debootstrap fails: {done.stdout[-1000:]}{done.stderr[-1000:]}")
        subprocess.run(["tar", "-C", files, "-cf", folder / "files.tar", "--numeric-owner", "."], check=True)


def _release() -> str:
    return platform.freedesktop_os_release().get("VERSION_CODENAME", "unknown")
