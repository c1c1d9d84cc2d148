"""The Dockerfile and docker-compose.yaml, without building or starting anything of them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import MISSING
from importlib import import_module, metadata
from pathlib import Path
from typing import Any

import pytest

from cli.certificates import COMPONENTS
from mesh.settings import variable
from scripts import build_images
from tests.pages import block

ROOT = Path(__file__).parents[2]
PROGRAMS = Path(sys.executable).parent
SECRETS = {
    "MYRIAD_API_KEY": "the-first-key",
    "MYRIAD_GRAPH_PASSWORD": "of-the-graph",
    "MYRIAD_PACKETS_PASSWORD": "of-packets",
    "MYRIAD_STATE_PASSWORD": "of-state",
}
STORES = {"graph", "packets", "state", "cache"}
Service = Mapping[str, Any]


def test_hadolint_finds_nothing() -> None:
    done = subprocess.run([PROGRAMS / "hadolint", ROOT / "Dockerfile"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_base_is_pinned_and_uv_is_that_of_the_makefile() -> None:
    dockerfile, makefile = ((ROOT / name).read_text() for name in ("Dockerfile", "Makefile"))
    assert re.search(r"^ARG BASE=\S+@sha256:[0-9a-f]{64}$", dockerfile, re.MULTILINE)
    (ours,) = re.findall(r"^ARG UV_VERSION=(\S+)$", dockerfile, re.MULTILINE)
    assert f"UV_VERSION := {ours}\n" in makefile


def test_there_is_an_image_for_each_component_and_for_envoy_and_the_command() -> None:
    components = {name.replace("_", "-") for name in COMPONENTS} - {"operator", "prometheus", "rate-limit"}
    assert set(build_images.targets()) == {*components, "cli"}


@pytest.fixture(scope="module")
def services() -> dict[str, Service]:
    """As Docker Compose itself understands them."""
    done = compose(SECRETS)
    assert done.returncode == 0, done.stderr
    found: dict[str, Service] = json.loads(done.stdout)["services"]
    return found


def compose(environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    command = (PROGRAMS / "docker-compose", "--env-file", "/dev/null", "--profile", "*", "config", "--format", "json")
    return subprocess.run(command, cwd=ROOT, env=dict(environment), capture_output=True, text=True, check=False)


@pytest.mark.parametrize("missing", SECRETS)
def test_compose_starts_nothing_without_its_secrets(missing: str) -> None:
    done = compose({name: value for name, value in SECRETS.items() if name != missing})
    assert done.returncode
    assert missing in done.stderr
    assert "docs/compose.md" in done.stderr


def test_the_example_names_what_has_to_be_said_and_no_secret() -> None:
    said = dict(
        line.split("=", 1) for line in (ROOT / ".env.example").read_text().splitlines() if re.match(r"\w+=", line)
    )
    assert said == dict.fromkeys(SECRETS, "")


def test_a_component_is_told_only_what_it_can_be_told(services: Mapping[str, Service]) -> None:
    for name in set(services) & set(build_images.targets()) - {"envoy"}:
        module = name.replace("-", "_")
        settings = import_module(f"{module}.server").COMPONENT.settings
        known = {variable(one) for one in settings.__dataclass_fields__.values()}
        targets = {one for one in services[name]["environment"] if one.endswith("_TARGET")}
        told = {one for one in services[name]["environment"] if one.startswith("MYRIAD_")} - targets
        assert told <= known, name


def test_a_component_is_told_all_that_it_has_to_be_told(services: Mapping[str, Service]) -> None:
    for name in set(services) & set(build_images.targets()) - {"envoy"}:
        settings = import_module(f"{name.replace('-', '_')}.server").COMPONENT.settings
        needed = {variable(one) for one in settings.__dataclass_fields__.values() if one.default is MISSING}
        assert needed <= {*services[name]["environment"], "MYRIAD_DATA", "MYRIAD_HOST_ID"}, name


def test_whoever_can_ask_about_keys_is_told_where_and_reaches_it(services: Mapping[str, Service]) -> None:
    """Without it streams outlive their keys, and nothing is charged."""
    asking = set()
    for name in set(services) & set(build_images.targets()) - {"envoy"}:
        settings = import_module(f"{name.replace('-', '_')}.server").COMPONENT.settings
        if "gatekeeper_target" in settings.__dataclass_fields__:
            asking.add(name)
            assert services[name]["environment"]["MYRIAD_GATEKEEPER_TARGET"] == "gatekeeper:9090"
            assert services[name]["networks"].keys() & services["gatekeeper"]["networks"].keys(), name
    assert asking >= {"orchestrator", "genesis"}


def test_only_who_uses_a_store_knows_its_password(services: Mapping[str, Service]) -> None:
    knows = {
        password: {name for name, one in services.items() if value in json.dumps(one)}
        for password, value in SECRETS.items()
    }
    assert knows == {
        "MYRIAD_API_KEY": {"prepare", "myriad"},
        "MYRIAD_GRAPH_PASSWORD": {"graph", "connectome"},
        "MYRIAD_PACKETS_PASSWORD": {"packets", "genesis", "dlm", "gatekeeper"},
        "MYRIAD_STATE_PASSWORD": {"state", "cache", "connectome", "dlm", "gatekeeper", "orchestrator"},
    }


def test_only_envoy_is_reached_from_outside_and_only_from_this_machine(services: Mapping[str, Service]) -> None:
    published = {name: one["ports"] for name, one in services.items() if "ports" in one}
    assert [(port["host_ip"], port["target"]) for port in published.pop("envoy")] == [("127.0.0.1", 8080)]
    assert published == {}
    assert all(one.get("network_mode") == "none" or one["networks"] for one in services.values())


def test_every_service_is_bounded_and_ours_may_nothing_more(services: Mapping[str, Service]) -> None:
    for name, one in services.items():
        assert int(one["mem_limit"]) > 0, name
        assert one["pids_limit"] > 0, name
        assert one["logging"]["options"]["max-size"], name
        if name not in {"graph", "packets"}:
            assert (one["read_only"], one["cap_drop"]) == (True, ["ALL"]), name


def test_who_serves_says_how_it_is(services: Mapping[str, Service]) -> None:
    assert {name for name, one in services.items() if "healthcheck" not in one} == {"prepare", "myriad"}


def test_images_are_of_the_version_of_the_project(services: Mapping[str, Service]) -> None:
    ours = {one["image"] for name, one in services.items() if name not in STORES}
    version = metadata.version("myriad")
    assert ours == {f"localhost/myriad-{target}:{version}" for target in build_images.targets()}


def test_a_component_has_its_own_certificate_and_no_other(services: Mapping[str, Service]) -> None:
    for name in set(services) & set(build_images.targets()):
        mounted = [one["volume"]["subpath"] for one in services[name]["volumes"]]
        assert mounted[0] == name.replace("-", "_")
        assert mounted[1:] == (["keys"] if name == "gatekeeper" else [])
        assert all(one["read_only"] for one in services[name]["volumes"])


def test_the_page_s_commands_reach_for_docker_and_lack_nothing_else(tmp_path: Path) -> None:
    """docs/compose.md, with nobody who answers as Docker: its .env is whole, and Compose takes each command."""
    _, *lines = block("docs/compose.md", "make images").code.splitlines()
    for name in (".env.example", "docker-compose.yaml"):
        (tmp_path / name).symlink_to(ROOT / name)
    shim = tmp_path / "docker"
    shim.write_text(f'#!/bin/sh\nshift\n{PROGRAMS / "docker-compose"} "$@" 2>> said && exit 1\ntrue\n')
    shim.chmod(0o700)
    told = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "DOCKER_HOST": f"unix://{tmp_path / 'nobody'}", "HOME": "/root"}
    command = ("bash", "-ec", "\n".join(lines))
    done = subprocess.run(command, cwd=tmp_path, env=told, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert re.findall(r"^MYRIAD_\w+=(?:myr_)?[0-9a-f]{43}$", (tmp_path / ".env").read_text(), re.MULTILINE)
    said = (tmp_path / "said").read_text().splitlines()
    assert len(said) == 3
    assert all("failed to connect to the docker API" in one for one in said), said
