"""The servers that `myriad up --stores production` starts: whom they let in."""

from __future__ import annotations

from pathlib import Path

import boto3
import grpc
import httpx
import pytest

from cli.supervisor.ports import LOOPBACK
from cli.supervisor.servers import seaweedfs
from tests.servers import BUCKET, PASSWORD, offered, started

PATHS = (
    f"/buckets/{BUCKET}/kept?recursive=true",
    f"/col/delete?collection={BUCKET}",
    "/dir/assign",
    f"/{BUCKET}",
    f"/{BUCKET}/kept",
)
"""What filer, master and S3 do on request, if they do it for anybody."""


def test_no_port_of_the_s3_server_does_anything_for_who_has_no_key(tmp_path: Path) -> None:
    ports = seaweedfs.free_ports()
    with offered():
        program = seaweedfs.program(tmp_path, ports, PASSWORD, BUCKET)
    everywhere = [*ports, ports[-1] + seaweedfs.GRPC_OFFSET]
    with started(program), httpx.Client(trust_env=False, timeout=5) as http:
        s3 = boto3.client(
            "s3",
            endpoint_url=f"http://{program.address}",
            region_name="us-east-1",
            aws_access_key_id=seaweedfs.ACCESS_KEY,
            aws_secret_access_key=PASSWORD,
        )
        s3.put_object(Bucket=BUCKET, Key="kept", Body=b"x" * 100_000)
        for port in everywhere:
            for path in PATHS:
                for method in ("GET", "POST", "DELETE"):
                    try:
                        response = http.request(method, f"http://{LOOPBACK}:{port}{path}")
                    except httpx.HTTPError:  # it speaks gRPC
                        continue
                    assert response.is_error, (port, method, path)
            with grpc.insecure_channel(f"{LOOPBACK}:{port}") as channel, pytest.raises(grpc.FutureTimeoutError):
                grpc.channel_ready_future(channel).result(0.5)
        assert len(s3.get_object(Bucket=BUCKET, Key="kept")["Body"].read()) == 100_000
