"""SeaweedFS: an S3 server in one process."""

from __future__ import annotations

import base64
import hmac
import json
import secrets
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import httpx

from cli.state import write_private
from cli.supervisor.ports import LOOPBACK
from cli.supervisor.programs import Program
from cli.supervisor.servers import fetched

VERSION = "seaweedfs-4.48"
ACCESS_KEY = "myriad"
STOP_SECONDS = 10.0
PORTS = (
    *("s3.port", "s3.port.grpc", "master.port", "master.port.grpc", "volume.port", "volume.port.grpc"),
    *("filer.port", "filer.port.grpc", "admin.port"),
)
"""The first is the one that is asked; its parts talk to each other over the rest."""
GRPC_OFFSET = 10_000
GUARDED = ("jwt.signing", "jwt.signing.read", "jwt.filer_signing", "jwt.filer_signing.read")
GUARD = '[{part}]\nkey = "{key}"\n'
"""Else whoever reaches the ports of its parts needs no key of S3 to read, write and delete."""
TOKEN_SECONDS = 60
OPTIONS = (
    *(f"-ip={LOOPBACK}", f"-ip.bind={LOOPBACK}", "-dir=data", "-s3.config=s3.json"),
    # Relative, since the kernel takes no name of a socket that is longer than 107 bytes.
    *("-s3.localSocket=s3.sock", "-filer.localSocket=filer.sock"),
    *("-webdav=false", "-admin.ui=false", "-s3.port.iceberg=0", "-s3.port.lance=0"),
    *("-master.telemetry=false", "-s3.autoCreateBucket=false"),
)


def program(home: Path, ports: Sequence[int], secret_key: str, bucket: str) -> Program:
    """A server with its data in `home` and a bucket, on so many ports as PORTS has. Failure if it is missing."""
    (home / "data").mkdir(parents=True, exist_ok=True)
    identity = {
        "name": ACCESS_KEY,
        "credentials": [{"accessKey": ACCESS_KEY, "secretKey": secret_key}],
        "actions": ["Admin", "Read", "Write", "List", "Tagging"],
    }
    write_private(home / "s3.json", json.dumps({"identities": [identity]}))
    key = secrets.token_urlsafe()
    write_private(home / "security.toml", "".join(GUARD.format(part=part, key=key) for part in GUARDED))
    listens = (f"-{name}={port}" for name, port in zip(PORTS, ports, strict=True))
    # Its workers look for this one so far above the other, whatever else they are told.
    administered = f"-admin.port.grpc={ports[-1] + GRPC_OFFSET}"
    address = f"{LOOPBACK}:{ports[0]}"
    filer = f"http://{LOOPBACK}:{ports[PORTS.index('filer.port')]}"
    return Program(
        name="seaweedfs",
        kind="store",
        command=(fetched.program(VERSION, ["weed"]), "mini", *OPTIONS, f"-bucket={bucket}", *listens, administered),
        address=address,
        asks=partial(answers, f"http://{address}", f"{filer}/buckets/{bucket}/", key),
        environment=fetched.inherited(),
        folder=home,
        stop_seconds=STOP_SECONDS,
    )


async def answers(s3: str, bucket: str, key: str) -> bool:
    """Whether its S3 side is well, and the bucket made. httpx.HTTPError if nobody listens there."""
    async with httpx.AsyncClient(trust_env=False, verify=False) as http:  # noqa: S501  # there is no TLS to verify
        made = await http.head(bucket, headers={"authorization": f"Bearer {_token(key)}"})
        return made.is_success and (await http.get(f"{s3}/healthz")).is_success


def _token(key: str) -> str:
    """A JSON Web Token that is good for a minute, by which its parts know each other."""
    parts = ({"alg": "HS256", "typ": "JWT"}, {"exp": int(time.time()) + TOKEN_SECONDS})
    signed = ".".join(_text(json.dumps(part).encode()) for part in parts)
    return f"{signed}.{_text(hmac.digest(key.encode(), signed.encode(), 'sha256'))}"


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
