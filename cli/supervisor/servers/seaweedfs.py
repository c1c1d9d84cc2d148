"""SeaweedFS: an S3 server in one process."""

from __future__ import annotations

import base64
import hmac
import json
import secrets
from collections.abc import Iterator, Sequence
from email.utils import formatdate
from functools import partial
from pathlib import Path

import httpx

from cli import certificates
from cli.state import write_private
from cli.supervisor.ports import LOOPBACK, claim, free
from cli.supervisor.programs import Program
from cli.supervisor.servers import fetched
from mesh.identity import AUTHORITY, CERTIFICATE, KEY

NAME = "seaweedfs"
VERSION = f"{NAME}-4.48"
ACCESS_KEY = "myriad"
STOP_SECONDS = 10.0
PORTS = (
    *("s3.port", "s3.port.grpc", "master.port", "master.port.grpc", "volume.port", "volume.port.grpc"),
    *("filer.port", "filer.port.grpc", "admin.port"),
)
"""The first is the one that is asked; its parts talk to each other over the rest."""
GRPC_OFFSET = 10_000
TOKENS = ("jwt.signing", "jwt.signing.read", "jwt.filer_signing", "jwt.filer_signing.read")
CERTIFICATES = ("master", "volume", "filer", "s3", "admin", "worker", "client")
OPTIONS = (
    *(f"-ip={LOOPBACK}", f"-ip.bind={LOOPBACK}", "-dir=data", "-s3.config=s3.json"),
    # Relative, since the kernel takes no name of a socket that is longer than 107 bytes.
    *("-s3.localSocket=s3.sock", "-filer.localSocket=filer.sock"),
    *("-webdav=false", "-admin.ui=false", "-s3.port.iceberg=0", "-s3.port.lance=0"),
    *("-master.telemetry=false", "-s3.autoCreateBucket=false", "-disableHttp"),
)


def free_ports() -> list[int]:
    """One for each of PORTS. The last has another far above it, which has to be free, and not of those for clients."""
    while True:
        chosen = sorted(free(len(PORTS)), reverse=True)
        if claim(chosen[-1] + GRPC_OFFSET):
            return chosen


def program(home: Path, ports: Sequence[int], secret_key: str, bucket: str) -> Program:
    """A server with its data in `home` and a bucket, on so many ports as PORTS has. Failure if it is missing."""
    (home / "data").mkdir(parents=True, exist_ok=True)
    identity = {
        "name": ACCESS_KEY,
        "credentials": [{"accessKey": ACCESS_KEY, "secretKey": secret_key}],
        "actions": ["Admin", "Read", "Write", "List", "Tagging"],
    }
    write_private(home / "s3.json", json.dumps({"identities": [identity]}))
    write_private(home / "security.toml", "".join(_security(home / "tls")))
    listens = (f"-{name}={port}" for name, port in zip(PORTS, ports, strict=True))
    # Its workers look for this one so far above the other, whatever else they are told.
    administered = f"-admin.port.grpc={ports[-1] + GRPC_OFFSET}"
    address = f"{LOOPBACK}:{ports[0]}"
    return Program(
        name=NAME,
        kind="store",
        command=(fetched.program(VERSION, ["weed"]), "mini", *OPTIONS, f"-bucket={bucket}", *listens, administered),
        address=address,
        asks=partial(answers, address, bucket, secret_key),
        environment=fetched.inherited(),
        folder=home,
        stop_seconds=STOP_SECONDS,
    )


async def answers(address: str, bucket: str, secret_key: str) -> bool:
    """Whether its S3 side is well, and the bucket made. httpx.HTTPError if nobody listens there."""
    now = formatdate(usegmt=True)
    signature = hmac.digest(secret_key.encode(), f"HEAD\n\n\n{now}\n/{bucket}".encode(), "sha1")
    headers = {"date": now, "authorization": f"AWS {ACCESS_KEY}:{base64.b64encode(signature).decode()}"}
    async with httpx.AsyncClient(trust_env=False, verify=False) as http:  # noqa: S501  # there is no TLS to verify
        return (await http.head(f"http://{address}/{bucket}", headers=headers)).is_success


def _security(tls: Path) -> Iterator[str]:
    """How its parts know each other; else who reaches their ports needs no key of S3 to read, write and delete."""
    certificates.provide(tls, [NAME], [LOOPBACK])
    own, key = tls / NAME, secrets.token_urlsafe()
    yield from (f'[{part}]\nkey = "{key}"\n' for part in TOKENS)
    yield f"[grpc]\nca = {json.dumps(str(own / AUTHORITY))}\n"
    pair = f"cert = {json.dumps(str(own / CERTIFICATE))}\nkey = {json.dumps(str(own / KEY))}\n"
    yield from (f"[grpc.{part}]\n{pair}" for part in CERTIFICATES)
