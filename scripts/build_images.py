"""
Build the images of the Dockerfile with Docker or, where none runs, with buildah: what `make images` does.

buildah is told of the machine's authorities and of pip's index for as long as it builds; nothing of that is kept.
"""

from __future__ import annotations

import argparse
import configparser
import os
import re
import shutil
import ssl
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path

from cli.errors import Failure

ROOT = Path(__file__).resolve().parent.parent
DOCKERFILE = ROOT / "Dockerfile"
CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"
PIP = ("/etc/pip.conf", "~/.pip/pip.conf", "~/.config/pip/pip.conf")
BUILDAH = ("buildah",)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("targets", nargs="*", help="which; all if left out")
    parser.add_argument("--registry", default="localhost", help="what their names begin with")
    parser.add_argument("--tag", default=metadata.version("myriad"))
    parser.add_argument("--base", help="another base image than the Dockerfile names")
    told = parser.parse_args()
    arguments = {"VERSION": told.tag, "REVISION": _revision()} | ({"BASE": told.base} if told.base else {})
    try:
        for target in told.targets or targets():
            name = f"{told.registry}/myriad-{target}:{told.tag}"
            build(engine(), target, name, arguments)
            print(f"built {name}", flush=True)
    except Failure as failure:
        sys.exit(f"{failure.message}: {failure.hint}")
    except subprocess.CalledProcessError as error:
        sys.exit(f"{error.cmd[0]} failed, see above")


def targets() -> list[str]:
    """Those of the Dockerfile that are images, and not steps on the way to one."""
    return re.findall(r"^FROM image AS (\S+)$", DOCKERFILE.read_text(encoding="utf-8"), re.MULTILINE)


def engine() -> Sequence[str]:
    """Docker, if its daemon answers, else buildah. Failure if there is neither."""
    if (
        shutil.which("docker")
        and subprocess.run(["docker", "version"], capture_output=True, check=False).returncode == 0
    ):
        return ("docker",)
    if shutil.which("buildah"):
        return BUILDAH
    raise Failure("neither Docker nor buildah is here", hint="install one of them")


def build(engine: Sequence[str], target: str, name: str, arguments: Mapping[str, str]) -> None:
    """Build one image. `engine` may bring options of its own. CalledProcessError."""
    told = [f"--build-arg={key}={value}" for key, value in arguments.items()]
    with _this_machine(engine) as options:
        command = [*engine, "build", *options, *told, f"--target={target}", f"--tag={name}", str(ROOT)]
        subprocess.run(command, check=True)


@contextmanager
def _this_machine(engine: Sequence[str]) -> Iterator[Sequence[str]]:
    if engine[0] != BUILDAH[0]:
        yield ()
        return
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "uv.toml").write_text("system-certs = true\n", encoding="utf-8")
        (folder / "pip.conf").write_text(f"[global]\ncert = {CERTIFICATES}\n{_index()}", encoding="utf-8")
        trusted = os.environ.get("SSL_CERT_FILE") or ssl.get_default_verify_paths().cafile
        mounted = {folder / "uv.toml": "/etc/uv/uv.toml", folder / "pip.conf": "/etc/pip.conf"}
        if trusted:
            mounted[Path(trusted)] = CERTIFICATES
        yield (
            "--isolation=chroot",
            "--layers",
            "--jobs=2",
            *(f"--volume={one}:{there}:ro" for one, there in mounted.items()),
        )


def _index() -> str:
    """Where pip finds packages on this machine, if that is said."""
    read = configparser.RawConfigParser()
    read.read([os.environ.get("PIP_CONFIG_FILE", ""), *(Path(file).expanduser() for file in PIP)])
    index = os.environ.get("PIP_INDEX_URL") or read.get("global", "index-url", fallback="")
    return f"index-url = {index}\n" if index else ""


def _revision() -> str:
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False)
    return head.stdout.strip() or "unknown"


if __name__ == "__main__":
    main()
