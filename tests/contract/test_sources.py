"""Sources of declared minds: ConfigMaps, and buckets of a real S3 server."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack
from typing import Any, TypeAlias, cast

import boto3
import pytest

from dlm.adapters.buckets import BucketSource, buckets
from dlm.errors import SourceUnavailable
from dlm.operator.config_maps import ConfigMapSource
from dlm.operator.ports import Source
from mesh.cluster import Cluster, Object
from tests.servers import S3

Put: TypeAlias = Callable[[Mapping[str, str]], None]


class Shelf:
    """A cluster with one ConfigMap."""

    def __init__(self) -> None:
        self.data: Mapping[str, str] = {}

    async def get(self, *_: object) -> Object | None:
        return {"data": dict(self.data)}


@pytest.fixture(params=["ConfigMap", "bucket"])
def server(request: pytest.FixtureRequest) -> S3 | None:
    """That of the bucket."""
    return cast("S3", request.getfixturevalue("s3")) if request.param == "bucket" else None


@pytest.fixture
async def opened(server: S3 | None, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[Callable[[], Source], Put]]:
    """Opens the source, and has it hold files."""
    async with AsyncExitStack() as stack:
        if server is None:
            shelf = Shelf()
            yield (
                lambda: ConfigMapSource(cast("Cluster", shelf), "space", "notes"),
                lambda files: setattr(shelf, "data", files),
            )
            return
        there = client(server, monkeypatch)

        def put(files: Mapping[str, str]) -> None:
            for one in there.list_objects_v2(Bucket=server.bucket).get("Contents", ()):
                there.delete_object(Bucket=server.bucket, Key=one["Key"])
            for name, text in files.items():
                there.put_object(Bucket=server.bucket, Key=f"notes/{name}", Body=text.encode())

        source = await stack.enter_async_context(buckets(server.endpoint)(f"s3://{server.bucket}/notes"))
        yield lambda: source, put


def client(server: S3, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", server.access_key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", server.secret_key)
    monkeypatch.setenv("AWS_DEFAULT_REGION", server.region)
    return boto3.client("s3", endpoint_url=server.endpoint)


async def test_files_that_are_documents_are_listed_in_order_and_read(
    opened: tuple[Callable[[], Source], Put],
) -> None:
    at, put = opened
    put({"b.md": "B", "a.txt": "Ä", "c.HTML": "<p>C</p>", "d.png": "D", "e.jsonl": "{}", "f": "F"})
    source = at()
    files = await source.files()
    assert [(file.name, file.bytes) for file in files] == [("a.txt", 2), ("b.md", 1), ("c.HTML", 8)]
    assert await source.read("a.txt") == "Ä".encode()
    assert await source.read("missing.md") is None
    assert source.uri.endswith("/notes/")


async def test_a_files_tag_is_another_when_what_it_says_is(opened: tuple[Callable[[], Source], Put]) -> None:
    at, put = opened
    put({"a.md": "A", "b.md": "B"})
    before = {file.name: file.tag for file in await at().files()}
    put({"a.md": "A", "b.md": "B, and more"})
    after = {file.name: file.tag for file in await at().files()}
    assert before["a.md"] == after["a.md"]
    assert before["b.md"] != after["b.md"]


async def test_a_source_may_be_empty(opened: tuple[Callable[[], Source], Put]) -> None:
    at, put = opened
    put({})
    assert list(await at().files()) == []


async def test_of_a_bucket_hidden_files_are_left_out_and_folders_are_not(
    s3: S3, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = client(s3, monkeypatch)
    for name in ("n/a/b.md", "n/.git/c.md", "n/a/.d.md", "nn/e.md"):
        there.put_object(Bucket=s3.bucket, Key=name, Body=b"text")
    async with buckets(s3.endpoint)(f"s3://{s3.bucket}/n") as source:
        [file] = await source.files()
    assert (source.uri, file.name) == (f"s3://{s3.bucket}/n/", "a/b.md")


async def test_a_bucket_with_too_many_documents_is_refused(s3: S3, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dlm.adapters.buckets.MOST_FILES", 2)
    there = client(s3, monkeypatch)
    for number in range(3):
        there.put_object(Bucket=s3.bucket, Key=f"n/{number}.md", Body=b"text")
    async with buckets(s3.endpoint)(f"s3://{s3.bucket}/n") as source:
        with pytest.raises(SourceUnavailable, match="more than 2 documents"):
            await source.files()


@pytest.mark.parametrize("url", ["s3://missing-bucket/n", "s3://tests/../n", "https://tests/n"])
async def test_a_bucket_that_cannot_be_read_says_why(s3: S3, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    client(s3, monkeypatch)
    with pytest.raises(SourceUnavailable, match=r"no such bucket|the form is"):
        async with buckets(s3.endpoint)(url) as source:
            await source.files()


async def test_a_server_that_does_not_answer_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION"):
        monkeypatch.setenv(name, "x-1")
    async with buckets("http://127.0.0.1:9")("s3://tests/n") as source:
        assert isinstance(source, BucketSource)
        with pytest.raises(SourceUnavailable, match=r"s3://tests at http://127\.0\.0\.1:9"):
            await source.files()
