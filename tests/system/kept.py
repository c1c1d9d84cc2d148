"""What a Myriad keeps: all that the servers of its stores tell by their own interfaces, and its files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import boto3
import redis
from neo4j import GraphDatabase
from redis.cluster import ClusterNode

from substrate import bundles
from tests.system.harness import Up, variables

CYPHER = (
    "MATCH (n) RETURN labels(n), properties(n)",
    "MATCH ()-[r]->() RETURN type(r), properties(r)",
    "SHOW INDEXES YIELD *",
    "SHOW CONSTRAINTS YIELD *",
    "CALL db.labels()",
    "CALL db.relationshipTypes()",
    "CALL db.propertyKeys()",
)


def holding(up: Up, mark: str) -> set[str]:
    """Where it stands, in whatever case."""
    folded = mark.lower().encode()
    return {where for where, content in kept(up) if folded in content.lower()}


def kept(up: Up) -> Iterator[tuple[str, bytes]]:
    pid = up.pid("mind")
    assert pid
    told = variables(pid)
    if told.get("MYRIAD_GRAPH"):
        yield from graph(told)
    yield from packets(told)
    for store, variable in (("state", "MYRIAD_REDIS"), ("cache", "MYRIAD_CACHE")):
        if url := told.get(variable):
            yield from ((f"{store}: {key}", content) for key, content in values(url))
    for path in up.data.rglob("*"):
        if up.data / "stores" not in path.parents and (content := _read(path)):
            yield f"file: {path.relative_to(up.data)}", content


def graph(told: Mapping[str, str]) -> Iterator[tuple[str, bytes]]:
    login = (told["MYRIAD_GRAPH_USER"], Path(told["MYRIAD_GRAPH_PASSWORD_FILE"]).read_text().strip())
    with GraphDatabase.driver(told["MYRIAD_GRAPH"], auth=login) as driver, driver.session() as session:
        for query in CYPHER:
            for row in session.run(query):
                yield f"graph: {query}", _bytes(row.values())


def packets(told: Mapping[str, str]) -> Iterator[tuple[str, bytes]]:
    for key, content in objects(told):
        yield f"packets: {key}", key.encode() + content
        if key.endswith(".pak"):
            for start, length, _ in bundles.index(content).values():
                yield f"packets: {key}", bundles.packet(content[start : start + length])


def objects(told: Mapping[str, str]) -> Iterator[tuple[str, bytes]]:
    """All that the bucket or folder of packets has."""
    kind, _, place = told["MYRIAD_PACKETS"].partition(":")
    if kind == "folder":
        yield from ((str(path), content) for path in Path(place).rglob("*") if (content := _read(path)))
    else:
        yield from _bucket(told, place.split("/")[2])


def spoil(told: Mapping[str, str], uri: str, damage: Callable[[bytes], bytes]) -> None:
    """Damage a bundle where it lies."""
    kind, _, place = told["MYRIAD_PACKETS"].partition(":")
    if kind == "folder":
        file = Path(place) / uri.removeprefix("folder:///")
        file.write_bytes(damage(file.read_bytes()))
    else:
        s3, (bucket, _, key) = _client(told), uri.removeprefix("s3://").partition("/")
        s3.put_object(Bucket=bucket, Key=key, Body=damage(s3.get_object(Bucket=bucket, Key=key)["Body"].read()))


def _read(path: Path) -> bytes:
    """A file's content; nothing if it is none, or went meanwhile."""
    with suppress(FileNotFoundError):
        return path.read_bytes() if path.is_file() else b""
    return b""


def _client(told: Mapping[str, str]) -> Any:
    return boto3.client(
        "s3",
        endpoint_url=told["MYRIAD_S3_ENDPOINT"],
        aws_access_key_id=told["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=told["AWS_SECRET_ACCESS_KEY"],
        region_name=told["AWS_REGION"],
    )


def _bucket(told: Mapping[str, str], bucket: str) -> Iterator[tuple[str, bytes]]:
    s3 = _client(told)
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        for key in (one["Key"] for one in page.get("Contents", [])):
            with suppress(s3.exceptions.NoSuchKey):  # it went meanwhile
                yield key, s3.get_object(Bucket=bucket, Key=key)["Body"].read()


def values(url: str) -> Iterator[tuple[str, bytes]]:
    """Every key of a Redis with its value."""
    with _opened(url) as client:
        read: dict[bytes, Any] = {
            b"string": client.get,
            b"hash": client.hgetall,
            b"set": client.smembers,
            b"list": lambda key: client.lrange(key, 0, -1),
            b"zset": lambda key: client.zrange(key, 0, -1),
            b"stream": client.xrange,
        }
        for key in client.scan_iter(count=1000):
            kind = client.type(key)
            if kind != b"none":  # it went meanwhile
                yield key.decode(), key + _bytes(read[kind](key))


def _opened(url: str) -> Any:
    if not url.startswith("redis+cluster:"):
        return redis.Redis.from_url(url)
    password, _, nodes = url.partition("://:")[2].rpartition("@")
    node: Any = ClusterNode
    named = (one.split(":") for one in nodes.split(","))
    return redis.RedisCluster(startup_nodes=[node(host, int(port)) for host, port in named], password=password)


def _bytes(value: Any) -> bytes:
    """All text and bytes in it, in a row."""
    match value:
        case bytes():
            return value
        case dict():
            return _bytes([part for pair in value.items() for part in pair])
        case list() | tuple() | set():
            return b"\n".join(map(_bytes, value))
        case _:
            return str(value).encode()
