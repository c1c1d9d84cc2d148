"""Which programs make up a Myriad on one machine, and what each is told."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from cli.certificates import PUBLIC
from cli.supervisor import envoy, ports, scraping
from cli.supervisor.folder import DataFolder
from mesh.identity import AGENT_HOST, ENVOY

COMPONENTS = ("connectome", "dlm", "genesis", "synth", "gatekeeper", "orchestrator")
HOST = AGENT_HOST
MIND = ("connectome", "synth", HOST, "orchestrator")
"""
Those that every question goes through: one process, so that they call each other without a connection; its replicas
share the stores.
"""
DLMS = 2
"""How many DLMs run where Redis lets them tell each other: hosts and Envoy are served on while one is away."""
STOP_STAGES = (("envoy",), ("genesis",), ("mind", "host"), ("dlm",), ("gatekeeper",), ("store",))
"""The order of the stop: whoever asks goes before whoever is asked."""
STOP_SECONDS = 1.0
DRAIN_SECONDS = 0.5
"""Together less than what a program has before it is killed."""
"""How long a component may take to end the calls under way."""


@dataclass(frozen=True, slots=True)
class Program:
    """A process to keep running."""

    name: str
    kind: str
    """A component's name, `mind`, `host`, `envoy` or `store`: its place in the order of the stop."""
    command: tuple[str, ...]
    address: str
    """Where it answers, `address:port`; of several components, the one that starts last; of Envoy, its admin."""
    component: str = ""
    """Who answers there, by its certificate."""
    environment: Mapping[str, str] = field(default_factory=dict)
    serves: Mapping[str, str] = field(default_factory=dict)
    """Where each of its components answers, if it has several."""
    folder: Path | None = None
    """The folder that it is started in, if not the one that we are in."""
    output: str = ""
    """Name of the log for its standard output; the log of its name when empty."""
    asks: Callable[[], Awaitable[bool]] | None = None
    """How to ask it whether it is well, if it has no health service."""
    stop_seconds: float = 1.8
    """How long it may take to stop before it is killed."""


def program_of(component: str) -> str:
    """The program that a component is in."""
    return "mind" if component in MIND else component


def plan(
    folder: DataFolder,
    edge_port: int,
    hosts: int,
    binary: str,
    stores: Mapping[str, str],
    replicas: int = 1,
    tls: bool = False,
) -> list[Program]:
    """
    All programs but stores, Envoy last, and their ports; each replica of `mind` has one of the last hosts.

    `stores`: the variables that say where these are. With replicas and Redis there are several DLMs.
    """
    told = {**_inherited(os.environ), **stores}
    replicated = replicas > 1 and bool(told.get("MYRIAD_REDIS"))
    dlms = [_numbered("dlm", number) for number in range(1, 1 + (DLMS if replicated else 1))]
    hosted = [f"host-{number}" for number in range(1, max(hosts, replicas) + 1)]
    minds = [_named(number, host) for number, host in enumerate(hosted[-replicas:], start=1)]
    separate = dict.fromkeys((*COMPONENTS, *dlms, *hosted))
    apart = [name for name in separate if not any(name in mind.values() for mind in minds)]
    named = [*apart, *(name for mind in minds for name in mind.values())]
    chosen = iter(f"{ports.LOOPBACK}:{port}" for port in ports.free(2 * len(named) + len(minds) + 1))
    check, answers, shown = next(chosen), list(islice(chosen, len(named))), list(islice(chosen, len(named)))
    untranscoded = list(chosen)
    addresses, metrics = dict(zip(named, answers, strict=True)), dict(zip(named, shown, strict=True))
    shared = {
        **told,
        **{f"MYRIAD_{name.upper()}_TARGET": addresses[name] for name in COMPONENTS},
        "MYRIAD_DLM_TARGET": ",".join(addresses[name] for name in dlms),
        "MYRIAD_CHECK_LISTEN": check,
        "MYRIAD_CHECK_TARGET": check,
        "MYRIAD_DATA": str(folder.path),
        "MYRIAD_EDGE_LISTEN": f"{ports.LOOPBACK}:{edge_port}",
        "MYRIAD_EDGE_TLS": str(folder.tls / ENVOY),
        "MYRIAD_EDGE_PUBLIC_TLS": str(folder.tls / PUBLIC) if tls else "",
        "MYRIAD_HEALTH_LISTEN": "",
        "MYRIAD_STOP_SECONDS": str(STOP_SECONDS),
        "MYRIAD_DRAIN_SECONDS": str(DRAIN_SECONDS),
        "PYTHONPATH": _python_path(),
        "PYTHONUNBUFFERED": "1",
    }
    edge = {
        "MYRIAD_ORCHESTRATOR_TARGET": ",".join(addresses[mind["orchestrator"]] for mind in minds),
        "MYRIAD_HTTP_TARGET": ",".join(untranscoded),
    }
    programs = [
        *(
            _mind(folder, mind, addresses, metrics, shared | {"MYRIAD_HTTP_LISTEN": http})
            for mind, http in zip(minds, untranscoded, strict=True)
        ),
        *(
            _component(folder, name, addresses[name], metrics[name], shared | (edge if name in dlms else {}))
            for name in apart
        ),
    ]
    folder.collecting.write_text(scraping.configuration(metrics, folder.tls), encoding="utf-8")
    folder.bootstrap.write_text(envoy.bootstrap(shared["MYRIAD_DLM_TARGET"], folder.tls / ENVOY), encoding="utf-8")
    programs.append(
        Program(
            name="envoy",
            kind="envoy",
            command=envoy.command(binary, folder.bootstrap),
            address=str(folder.path / envoy.ADMIN),
            environment=_inherited(os.environ),
            folder=folder.path,
            output="edge",
        )
    )
    return programs


def _named(number: int, host: str) -> dict[str, str]:
    """What the components of a replica are called; those of the first have no number."""
    return {module: host if module == HOST else _numbered(module, number) for module in MIND}


def _numbered(name: str, number: int) -> str:
    return name if number == 1 else f"{name}-{number}"


def _mind(
    folder: DataFolder,
    named: Mapping[str, str],
    addresses: Mapping[str, str],
    metrics: Mapping[str, str],
    shared: Mapping[str, str],
) -> Program:
    """A replica of what every question goes through; the first one's connectome writes, and the others follow."""
    own = {f"MYRIAD_{module.upper()}_TARGET": addresses[name] for module, name in named.items()}
    follows = named["connectome"] != "connectome"
    return Program(
        name=named["connectome"].replace("connectome", "mind"),
        kind="mind",
        command=_python("cli.supervisor.together", *MIND),
        address=addresses[named[MIND[-1]]],
        component=MIND[-1],
        environment={
            **shared,
            **own,
            **{f"MYRIAD_{module.upper()}_METRICS": metrics[name] for module, name in named.items()},
            "MYRIAD_WRITER_TARGET": addresses["connectome"] if follows else "",
            "MYRIAD_TLS": str(folder.tls),
            "MYRIAD_HOST_ID": named[HOST],
        },
        serves={name: addresses[name] for name in named.values()},
    )


def _component(folder: DataFolder, name: str, address: str, metrics: str, shared: Mapping[str, str]) -> Program:
    kind = name.partition("-")[0]
    module = HOST if kind == "host" else kind
    own = {
        "MYRIAD_LISTEN": address,
        "MYRIAD_METRICS_LISTEN": metrics,
        "MYRIAD_TLS": str(folder.tls / module),
    }
    if kind == "host":
        own["MYRIAD_HOST_ID"] = name
    return Program(name, kind, _python(module), address, module, {**shared, **own})


def _python(module: str, *arguments: str) -> tuple[str, ...]:
    # -P: a file in the folder where `myriad` was typed must not become a module of ours.
    return (sys.executable, "-P", "-m", module, *arguments)


def _inherited(environment: Mapping[str, str]) -> dict[str, str]:
    """Our environment without what is meant for the commands that talk to a Myriad."""
    return {name: value for name, value in environment.items() if name not in ("MYRIAD_URL", "MYRIAD_API_KEY")}


def _python_path() -> str:
    """Where the components and the contracts are: a source tree and its `gen`, or one `site-packages`."""
    contracts = importlib.util.find_spec("myriad")
    found = [str(envoy.ROOT)]
    if contracts and contracts.submodule_search_locations:
        found += [str(Path(location).resolve().parent) for location in contracts.submodule_search_locations]
    return os.pathsep.join(dict.fromkeys(found))
