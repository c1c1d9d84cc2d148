"""Where Myriad is, with which key, and how grpcio reaches it."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import grpc

PORTS = {"http": 80, "https": 443}
MESSAGE_BYTES = 16 * 1024 * 1024
RETRIES: Mapping[str, Any] = {
    "methodConfig": [
        {
            "name": [{}],
            "retryPolicy": {
                "maxAttempts": 5,
                "initialBackoff": "0.2s",
                "maxBackoff": "3s",
                "backoffMultiplier": 3,
                "retryableStatusCodes": ["UNAVAILABLE"],
            },
        },
        {
            "name": [
                {"service": "myriad.gatekeeper.v1.KeyService", "method": "CreateKey"},
                {"service": "myriad.gatekeeper.v1.KeyService", "method": "RotateKey"},
                {"service": "myriad.connectome.v1.MindService", "method": "CreateMind"},
                {"service": "myriad.genesis.v1.ArchiveService", "method": "ImportMind"},
            ]
        },
    ]
}
"""
gRPC itself tries again, with jitter, as long as the deadline lasts and nothing of the answer has come; but not what
done twice is something else than done once.
"""
OPTIONS = [
    ("grpc.service_config", json.dumps(RETRIES)),
    ("grpc.enable_retries", 1),
    ("grpc.max_receive_message_length", MESSAGE_BYTES),
    ("grpc.keepalive_time_ms", 60_000),
    ("grpc.keepalive_timeout_ms", 10_000),
]


@dataclass(frozen=True)
class Endpoint:
    """A Myriad, and the key for it."""

    target: str
    """`host:port`."""
    api_key: str = field(repr=False)
    credentials: grpc.ChannelCredentials | None
    """None where the connection is not encrypted."""

    @classmethod
    def of(cls, url: str | None, api_key: str | None, authority: str | os.PathLike[str] | None) -> Endpoint:
        """
        From what a caller said, else from MYRIAD_URL, MYRIAD_API_KEY and MYRIAD_CA. ValueError.

        `url`: `https://host:port`, or `http://` where nobody listens in. `authority`: a PEM file with the authority
        that signed Myriad's certificate; the system's if left out.
        """
        url, api_key = url or os.environ.get("MYRIAD_URL", ""), api_key or os.environ.get("MYRIAD_API_KEY", "")
        parts = urlsplit(url)
        if parts.scheme not in PORTS or not parts.hostname or parts.path.strip("/"):
            raise ValueError(f"say where Myriad is, as url or in MYRIAD_URL: https://host:port, not {url!r}")
        if not api_key.isascii() or not api_key.isprintable() or not api_key:
            raise ValueError("give an API key, as api_key or in MYRIAD_API_KEY")
        host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
        target = f"{host}:{parts.port or PORTS[parts.scheme]}"
        if parts.scheme == "http":
            return cls(target, api_key, None)
        authority = authority or os.environ.get("MYRIAD_CA")
        signed = Path(authority).read_bytes() if authority else None
        return cls(target, api_key, grpc.ssl_channel_credentials(signed))

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """What goes along with each call."""
        return (("authorization", f"Bearer {self.api_key}"),)
