"""
A real Kubernetes control plane on loopback: etcd, kube-apiserver, kube-controller-manager and kube-scheduler.

It has no node. Nothing of it stays: its data is gone with the folder that it was started in.
"""

from __future__ import annotations

import json
import secrets
import ssl
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import httpx
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from cli.state import write_private
from cli.supervisor.ports import LOOPBACK, free
from cli.supervisor.programs import Program
from cli.supervisor.servers import fetched
from tests.kube import programs
from tests.kube.tool import Tool
from tests.servers import started

ISSUER = "https://kubernetes.default.svc.cluster.local"
CRDS = Path(__file__).parents[2] / "manifests" / "crds"
NO_GRACE = 0.0
"""What it holds is thrown away: it is killed at once."""
QUICK = ("--leader-elect=false", "--secure-port=0", "--kube-api-qps=200", "--kube-api-burst=400")


@dataclass(frozen=True)
class ControlPlane:
    """Where it answers, and how its administrator comes in."""

    folder: Path
    port: int
    token: str

    @property
    def url(self) -> str:
        return f"https://{LOOPBACK}:{self.port}"

    @property
    def authority(self) -> Path:
        """The certificate that it made for itself."""
        return self.folder / "certs" / "apiserver.crt"

    @property
    def kubeconfig(self) -> Path:
        return self.folder / "kubeconfig"

    def write_kubeconfig(self, file: Path, token: str, namespace: str = "default") -> None:
        """For whoever has this token."""
        cluster = {"server": self.url, "certificate-authority": str(self.authority)}
        context = {"cluster": "tests", "user": "tests", "namespace": namespace}
        whole = {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "tests", "cluster": cluster}],
            "users": [{"name": "tests", "user": {"token": token}}],
            "contexts": [{"name": "tests", "context": context}],
            "current-context": "tests",
        }
        write_private(file, json.dumps(whole))


@contextmanager
def control_plane(folder: Path, *, controllers: Sequence[str] = ()) -> Iterator[ControlPlane]:
    """
    Its programs answer, and end with the block and with us; call it from the main thread (see leash.py).

    `controllers`: options of kube-controller-manager besides those that all need.
    """
    etcd_port, peer_port, port = free(3)
    plane = ControlPlane(folder, port, secrets.token_hex(16))
    etcd = f"http://{LOOPBACK}:{etcd_port}"
    _write_keys(plane)
    with ExitStack() as stack:
        stack.enter_context(started(_etcd(folder, etcd, f"http://{LOOPBACK}:{peer_port}")))
        stack.enter_context(started(_api_server(plane, etcd)))
        plane.write_kubeconfig(plane.kubeconfig, plane.token)
        for program in (_controller_manager(plane, controllers), _scheduler(plane)):
            stack.enter_context(started(program))
        yield plane


def install_definitions(plane: ControlPlane) -> None:
    """Ours, all served when it returns."""
    kubectl = Tool("kubectl", plane.kubeconfig, "default")
    kubectl("apply", "--server-side", "-f", CRDS)
    kubectl("wait", "--for=condition=Established", "-f", CRDS)


def _write_keys(plane: ControlPlane) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    write_private(plane.folder / "accounts.key", pem.decode())
    write_private(plane.folder / "tokens.csv", f'{plane.token},admin,admin,"system:masters"\n')


def _etcd(folder: Path, url: str, peers: str) -> Program:
    options = (
        *("--data-dir=data", "--unsafe-no-fsync", "--log-level=warn"),
        *(f"--listen-client-urls={url}", f"--advertise-client-urls={url}", f"--listen-peer-urls={peers}"),
    )
    return _program("etcd", folder, options, f"{url}/health")


def _api_server(plane: ControlPlane, etcd: str) -> Program:
    key = plane.folder / "accounts.key"
    options = (
        *(f"--etcd-servers={etcd}", f"--bind-address={LOOPBACK}", f"--secure-port={plane.port}"),
        *(f"--cert-dir={plane.authority.parent}", f"--advertise-address={LOOPBACK}", "--endpoint-reconciler-type=none"),
        *("--authorization-mode=RBAC", f"--token-auth-file={plane.folder / 'tokens.csv'}"),
        *(f"--service-account-issuer={ISSUER}", f"--service-account-key-file={key}"),
        *(f"--service-account-signing-key-file={key}", "--service-cluster-ip-range=10.0.0.0/16"),
        *("--allow-privileged=true", "--enable-priority-and-fairness=false", "--profiling=false"),
    )
    return _program("kube-apiserver", plane.folder, options, f"{plane.url}/readyz", plane)


def _controller_manager(plane: ControlPlane, more: Sequence[str]) -> Program:
    options = (
        *(f"--kubeconfig={plane.kubeconfig}", *QUICK, f"--root-ca-file={plane.authority}"),
        f"--service-account-private-key-file={plane.folder / 'accounts.key'}",
        "--horizontal-pod-autoscaler-sync-period=1s",
        "--horizontal-pod-autoscaler-downscale-stabilization=1s",
        *more,
    )
    return _program("kube-controller-manager", plane.folder, options, _accounts(plane), plane)


def _scheduler(plane: ControlPlane) -> Program:
    options = (f"--kubeconfig={plane.kubeconfig}", *QUICK)
    return _program("kube-scheduler", plane.folder, options, f"{plane.url}/readyz", plane)


def _accounts(plane: ControlPlane) -> str:
    """There once kube-controller-manager works: no pod can be made before."""
    return f"{plane.url}/api/v1/namespaces/default/serviceaccounts/default"


def _program(name: str, folder: Path, options: Sequence[str], url: str, plane: ControlPlane | None = None) -> Program:
    own = folder / name
    own.mkdir()
    return Program(
        name=name,
        kind="store",
        command=(programs.path(name), *options),
        address=url,
        asks=asked(url, plane),
        environment=fetched.inherited(),
        folder=own,
        stop_seconds=NO_GRACE,
    )


def asked(url: str, plane: ControlPlane | None) -> Callable[[], Awaitable[bool]]:
    """Whether there is such a thing, once it is called; as the administrator, if there is one."""
    return partial(_answers, url, plane)


async def _answers(url: str, plane: ControlPlane | None) -> bool:
    if plane is None:
        async with httpx.AsyncClient(trust_env=False) as http:
            return (await http.get(url)).is_success
    if not plane.authority.exists():
        return False
    context = ssl.create_default_context(cafile=plane.authority)
    async with httpx.AsyncClient(trust_env=False, verify=context) as http:
        return (await http.get(url, headers={"authorization": f"Bearer {plane.token}"})).is_success
