"""Regenerate `gen/` from `proto/`: descriptor image, messages, stubs, types, the typed client, and OpenAPI."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from google.protobuf.descriptor_pb2 import FileDescriptorSet

ROOT = Path(__file__).resolve().parent.parent
GEN = ROOT / "gen"
IMAGE = GEN / "myriad" / "myriad.binpb"


TOOLS = Path(sys.executable).parent
ENVIRONMENT = os.environ | {"PATH": f"{TOOLS}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": str(GEN)}


def run(*command: str, quiet: bool = False) -> None:
    subprocess.run(command, cwd=ROOT, env=ENVIRONMENT, check=True, stderr=subprocess.DEVNULL if quiet else None)


def main() -> None:
    run("buf", "lint")
    run("buf", "format", "--diff", "--exit-code", "proto")
    shutil.rmtree(GEN, ignore_errors=True)
    client = GEN / "myriad_api"
    for folder in (IMAGE.parent, client):
        folder.mkdir(parents=True)
    # The whole workspace: Envoy's transcoder renders error details only if it finds their types here.
    run("buf", "build", "-o", str(IMAGE), "--as-file-descriptor-set")
    files = [file for file in FileDescriptorSet.FromString(IMAGE.read_bytes()).file if file.name.startswith("myriad/")]
    messages, services = [file.name for file in files], [file.name for file in files if file.service]
    protoc = (sys.executable, "-m", "grpc_tools.protoc", f"--descriptor_set_in={IMAGE}")
    run(*protoc, f"--python_out={GEN}", f"--mypy_out=quiet:{GEN}", *messages)
    run(*protoc, f"--grpc_python_out={GEN}", f"--mypy_grpc_out=quiet,only_async:{GEN}", *services)
    run(*protoc, f"--python_betterproto2_out={client}", *messages, quiet=True)
    run(sys.executable, "-m", "scripts.openapi")


if __name__ == "__main__":
    main()
