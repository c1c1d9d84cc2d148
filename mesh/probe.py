"""
Ask the component whose settings are ours how it is: `python -P -m mesh.probe`, for those who run it in a container.

Kubernetes asks by itself.
"""

from __future__ import annotations

import os
import sys
from typing import Any

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

SECONDS = 2.0


def main() -> None:
    listen = os.environ.get("MYRIAD_HEALTH_LISTEN") or sys.exit("MYRIAD_HEALTH_LISTEN is not set")
    with grpc.insecure_channel(listen, options=[("grpc.enable_http_proxy", 0)]) as channel:
        stub: Any = health_pb2_grpc.HealthStub(channel)
        try:
            answer = stub.Check(health_pb2.HealthCheckRequest(), timeout=SECONDS)
        except grpc.RpcError as error:
            sys.exit(f"{listen} does not answer: {error.code().name}")
    if answer.status != health_pb2.HealthCheckResponse.SERVING:
        sys.exit(f"{listen} is not serving")


if __name__ == "__main__":
    main()
