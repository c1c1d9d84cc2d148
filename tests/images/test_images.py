"""Each image of the Dockerfile, built and run: who it runs as, what is in it, and that its component answers."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Mapping
from contextlib import ExitStack
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import Any

import grpc
import httpx
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from cli.supervisor.ports import LOOPBACK, free
from cli.supervisor.programs import COMPONENTS, HOST, Program
from cli.supervisor.servers import fetched
from scripts import build_images
from tests.images.conftest import VERSION
from tests.images.container import DATA, USER, Image, run
from tests.servers import started

pytestmark = pytest.mark.timeout(900)
TARGETS = build_images.targets()
OURS = (*COMPONENTS, HOST, "cli")
NEEDED: Mapping[str, set[str]] = {
    "mesh": set(TARGETS) - {"envoy"},
    "language": {"agent-host", "connectome", "genesis", "orchestrator", "synth"},
    "models": {"connectome", "synth"},
    "substrate": {"dlm", "genesis"},
    "neo4j": {"connectome"},
    "tantivy": {"connectome"},
    "boto3": {"dlm", "gatekeeper", "genesis"},
    "redis": {"connectome", "dlm", "gatekeeper", "orchestrator"},
    "kubernetes": {"cli", "dlm", "orchestrator"},
    "typer": {"cli"},
}
"""Which images hold what, besides their component."""
INSTALLERS = ("pip", "setuptools", "wheel", "ensurepip", "uv")
PROGRAMS = ("pip", "pip3", "uv", "gcc", "cc", "make", "git")
WRITABLE = {"/tmp", "/var/tmp", "/run/lock", DATA}
"""What a Debian leaves to everybody, and what we leave to ours."""
LARGEST_MIB = 275
UID = int(USER.partition(":")[0])
FIRST_KEY = "myr_" + "a" * 43


@pytest.mark.parametrize("target", TARGETS)
def test_an_image_runs_as_nobody_and_says_what_it_is(images: Mapping[str, Image], target: str) -> None:
    config = images[target].config
    assert config["User"] == USER
    assert images[target].run("id", "-u").stdout.strip() == str(UID)
    labels = {name.rpartition(".")[2]: value for name, value in config["Labels"].items()}
    assert labels["version"] == VERSION
    assert {"title", "description", "licenses", "revision", "source"} <= set(labels)


@pytest.mark.parametrize("target", TARGETS)
def test_an_image_lets_its_user_write_to_nothing_but_its_data(images: Mapping[str, Image], target: str) -> None:
    places = ("-not", "-type", "l", "-not", "-path", "/proc/*", "-not", "-path", "/dev/*")
    found = images[target].run("find", "/", "-xdev", "-writable", *places)
    assert set(found.stdout.split()) - {"/proc", "/dev"} <= WRITABLE


@pytest.mark.parametrize("target", TARGETS)
def test_an_image_holds_its_own_component_and_what_that_needs(images: Mapping[str, Image], target: str) -> None:
    needed = {name for name, users in NEEDED.items() if target in users}
    own = {target.replace("-", "_")} & set(OURS)
    assert images[target].imports([*OURS, *NEEDED]) == own | needed


@pytest.mark.parametrize("target", TARGETS)
def test_an_image_holds_nothing_that_builds_or_installs(images: Mapping[str, Image], target: str) -> None:
    assert not images[target].imports(INSTALLERS)
    looked = images[target].run("sh", "-c", f"for one in {' '.join(PROGRAMS)}; do command -v $one; done; true")
    assert (looked.returncode, looked.stdout) == (0, "")


@pytest.mark.parametrize("target", TARGETS)
def test_nothing_of_the_machine_that_built_an_image_is_in_it(
    base: Image, images: Mapping[str, Image], target: str
) -> None:
    root = images[target].root
    for file in ("etc/pip.conf", "etc/uv/uv.toml"):
        assert not (root / file).exists() or not (root / file).read_bytes()
    authorities = build_images.CERTIFICATES.lstrip("/")
    assert (root / authorities).read_bytes() == (base.root / authorities).read_bytes()
    names = {variable.partition("=")[0] for variable in images[target].config["Env"]}
    assert names <= {"PATH", "LANG", "HOME", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED", "MYRIAD_DATA"}


def test_no_image_adds_more_than_275_mib_to_its_base(base: Image, images: Mapping[str, Image]) -> None:
    added = {target: (image.kib() - base.kib()) / 1024 for target, image in images.items()}
    for target, size in sorted(added.items(), key=lambda one: one[1]):
        print(f"{target:>12}: {size:.0f} MiB")
    assert max(added.values()) <= LARGEST_MIB


@pytest.mark.parametrize("target", sorted(NEEDED["boto3"]))
def test_what_is_left_of_the_client_of_aws_is_enough(images: Mapping[str, Image], target: str) -> None:
    program = "import boto3; [boto3.client(name, region_name='eu-west-1') for name in ('s3', 'sts', 'sso', 'sso-oidc')]"
    done = images[target].run("python", "-P", "-c", program)
    assert done.returncode == 0, done.stderr


def test_a_myriad_of_images_alone_learns_and_answers(images: Mapping[str, Image], own: Path) -> None:
    components = (*COMPONENTS, HOST)
    chosen = [f"{LOOPBACK}:{port}" for port in free(2 * len(components) + 2)]
    check, edge, *rest = chosen
    listens, healths = (dict(zip(components, some, strict=True)) for some in (rest[::2], rest[1::2]))
    told = {
        **{f"MYRIAD_{name.upper()}_TARGET": address for name, address in listens.items()},
        "MYRIAD_CHECK_LISTEN": check,
        "MYRIAD_CHECK_TARGET": check,
        "MYRIAD_EDGE_LISTEN": edge,
        "MYRIAD_EDGE_TLS": f"{DATA}/envoy",
        "MYRIAD_PACKETS": f"folder:{DATA}/packets",
        "MYRIAD_HOST_ID": "one",
        "MYRIAD_FIRST_KEY_FILE": f"{DATA}/first-key",
    }
    owned(own / "first-key", FIRST_KEY)
    owned(own / "lena.txt", "The Lena is a river in Siberia. It flows into the Laptev Sea.")
    said = {"MYRIAD_URL": f"http://{edge}", "MYRIAD_API_KEY": FIRST_KEY}

    def myriad(*arguments: str) -> str:
        done = run(images["cli"].start(arguments, said, own))
        assert done.returncode == 0, done.stderr
        return done.stdout

    myriad("certs", DATA, "--dlm", listens["dlm"])
    with ExitStack() as stack:
        for name in components:
            listen = {"MYRIAD_LISTEN": listens[name], "MYRIAD_HEALTH_LISTEN": healths[name]}
            image = images[name.replace("_", "-")]
            command = image.start((), {**told, **listen, "MYRIAD_TLS": f"{DATA}/{name}"}, own)
            stack.enter_context(started(program(name, command, own, partial(serves, healths[name]))))
            asked = image.command(("python", "-P", "-m", "mesh.probe"), listen, own)
            assert run(asked).returncode == 0, name
        options = ("--config-path", "envoy/bootstrap.yaml", "--concurrency", "1", "--disable-hot-restart")
        command = images["envoy"].start(options, {}, own)
        stack.enter_context(started(program("envoy", command, own, partial(passes, f"http://{edge}"))))
        myriad("learn", "--mind", "rivers", f"{DATA}/lena.txt")
        assert "Laptev Sea" in myriad("ask", "--mind", "rivers", "Into which sea does the Lena flow?")


def test_a_component_that_does_not_serve_is_not_healthy(images: Mapping[str, Image], own: Path) -> None:
    (port,) = free(1)
    asked = ("python", "-P", "-m", "mesh.probe")
    done = run(images["synth"].command(asked, {"MYRIAD_HEALTH_LISTEN": f"{LOOPBACK}:{port}"}, own))
    assert done.returncode
    assert done.stderr == f"{LOOPBACK}:{port} does not answer: UNAVAILABLE\n"


def test_the_command_says_its_version(images: Mapping[str, Image], own: Path) -> None:
    assert run(images["cli"].start(["--version"], {}, own)).stdout == f"myriad {metadata.version('myriad')}\n"


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A folder that belongs to the user of images."""
    folder = tmp_path / "own"
    folder.mkdir(mode=0o700)
    os.chown(folder, UID, UID)
    return folder


def owned(file: Path, content: str) -> None:
    file.write_text(content, encoding="utf-8")
    os.chown(file, UID, UID)
    file.chmod(0o600)


def program(name: str, command: tuple[str, ...], folder: Path, asks: Callable[[], Awaitable[bool]]) -> Program:
    return Program(name, "store", command, "", environment=fetched.inherited(), folder=folder, asks=asks)


async def serves(address: str) -> bool:
    async with grpc.aio.insecure_channel(address) as channel:
        stub: Any = health_pb2_grpc.HealthStub(channel)
        try:
            answer = await stub.Check(health_pb2.HealthCheckRequest(), timeout=2)
        except grpc.aio.AioRpcError:
            return False
    return bool(answer.status == health_pb2.HealthCheckResponse.SERVING)


async def passes(url: str) -> bool:
    headers = {"authorization": f"Bearer {FIRST_KEY}"}
    async with httpx.AsyncClient(base_url=url, headers=headers, trust_env=False, verify=False) as http:
        fleet = await http.get("/v1/fleet")
        return fleet.is_success and len(fleet.json().get("hosts", [])) == 1
