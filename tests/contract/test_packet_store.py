"""What every packet store keeps to."""

from __future__ import annotations

import asyncio
import errno
import io
import os
import signal
import time
from contextlib import suppress
from itertools import groupby
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from urllib3 import HTTPResponse

from mesh.dependencies import states
from mesh.errors import ComponentUnavailable, MyriadError
from mesh.settings import SettingError
from substrate.adapters.folder import FolderPacketStore
from substrate.adapters.s3 import S3PacketStore
from substrate.errors import PacketCorrupt, PacketNotFound
from substrate.ports import PacketStore
from substrate.settings import PacketSettings
from substrate.stores import open_store
from tests.contract.conftest import s3_settings, signed_in
from tests.proxy import proxy
from tests.servers import S3


async def uris(store: PacketStore, mind: str = "") -> set[str]:
    return {stored.uri async for stored in store.list(mind)}


def the_bundle(folder: Path) -> Path:
    (file,) = folder.rglob("*.pak")
    return file


async def test_any_part_of_a_bundle_can_be_read(store: PacketStore) -> None:
    uri = await store.write("minds/m", b"0123456789")
    assert await store.read(uri, 0, 10) == b"0123456789"
    assert await store.read(uri, 3, 4) == b"3456"


async def test_the_same_bundle_again_is_the_same_uri(store: PacketStore) -> None:
    written = await asyncio.gather(*(store.write("minds/m", b"same") for _ in range(8)))
    assert len(set(written)) == 1
    assert await uris(store) == set(written)


async def test_minds_do_not_share_bundles(store: PacketStore) -> None:
    one, two = await store.write("minds/a", b"same"), await store.write("minds/b", b"same")
    await store.delete(one)
    assert await store.read(two, 0, 4) == b"same"
    assert await uris(store, "minds/a") == set()
    assert await uris(store, "minds/b") == {two}


async def test_what_is_gone_or_too_short_is_not_found(store: PacketStore) -> None:
    uri = await store.write("minds/m", b"short")
    with pytest.raises(PacketNotFound):
        await store.read(uri, 2, 10)
    await store.delete(uri)
    with pytest.raises(PacketNotFound):
        await store.read(uri, 0, 5)


async def test_what_the_disk_cannot_read_is_corrupt_and_is_written_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = FolderPacketStore(tmp_path)
    uri = await store.write("minds/m", b"whole")

    def fails(path: Path, *_args: object) -> io.BytesIO:
        raise OSError(errno.EIO, os.strerror(errno.EIO), str(path))

    with monkeypatch.context() as broken:
        broken.setattr(Path, "open", fails)
        with pytest.raises(PacketCorrupt):
            await store.read(uri, 0, 5)
        before = the_bundle(tmp_path).stat().st_ino
        assert await store.write("minds/m", b"whole") == uri
    assert the_bundle(tmp_path).stat().st_ino != before
    assert await store.read(uri, 0, 5) == b"whole"


async def test_to_delete_what_is_gone_is_fine(store: PacketStore) -> None:
    uri = await store.write("minds/m", b"x")
    await store.delete(uri)
    await store.delete(uri)
    assert await uris(store) == set()


async def test_the_list_says_mind_size_and_age(store: PacketStore) -> None:
    uri = await store.write("minds/m", b"x" * 100)
    (stored,) = [stored async for stored in store.list()]
    assert (stored.uri, stored.mind, stored.length) == (uri, "minds/m", 100)
    assert -1 < stored.age_seconds < 60


async def test_a_bundle_is_found_as_it_is_listed(store: PacketStore) -> None:
    uri = await store.write("minds/m", b"x" * 100)
    assert (found := await store.find(uri))
    assert (found.uri, found.mind, found.length) == (uri, "minds/m", 100)
    await store.delete(uri)
    assert await store.find(uri) is None


async def test_minds_are_listed_one_after_the_other(store: PacketStore) -> None:
    for number in range(3):
        for mind in ("minds/b", "minds/a-b", "minds/a"):
            await store.write(mind, f"{mind} {number}".encode())
    minds = [stored.mind async for stored in store.list()]
    assert sorted(len(list(some)) for _, some in groupby(minds)) == [3, 3, 3]


@pytest.mark.parametrize(
    "uri",
    ["", "x", "folder:///../../etc/passwd", "folder:///minds/m/bundles/../../../secret.pak", "s3://b/minds/m/x.pak"],
)
async def test_a_uri_that_is_not_the_stores_reaches_nothing(store: PacketStore, uri: str) -> None:
    with pytest.raises(PacketNotFound):
        await store.read(uri, 0, 1)
    with pytest.raises(PacketNotFound):
        await store.delete(uri)


async def test_writing_again_makes_a_bundle_young(tmp_path: Path) -> None:
    """The sweeper must not take a bundle that is being written again for an old one."""
    store = FolderPacketStore(tmp_path)
    uri = await store.write("minds/m", b"x")
    os.utime(the_bundle(tmp_path), (0, 0))
    assert [stored.age_seconds > 3600 async for stored in store.list()] == [True]
    assert await store.write("minds/m", b"x") == uri
    assert [stored.age_seconds < 60 async for stored in store.list()] == [True]


async def test_what_a_crash_left_half_written_is_listed_and_can_be_deleted(tmp_path: Path) -> None:
    store = FolderPacketStore(tmp_path)
    await store.write("minds/m", b"x")
    half = the_bundle(tmp_path).with_suffix(".ab_12.part")
    half.write_bytes(b"half")
    (left,) = [uri for uri in await uris(store) if uri.endswith(".part")]
    await store.delete(left)
    assert not half.exists()


@pytest.mark.parametrize(
    "url",
    [
        *("", "folder:", "folder://host/path", "/path", "http://x/y"),
        *("s3://", "s3://bucket?x", "s3://bucket#x", "s3://[::1", "s3://../x", "s3://bucket/../x", "s3://bucket/./x"),
        *("s3://bucket//x", "s3://bucket/a b", "s3://bucket/a\nb", "s3://key:secret@bucket/x"),
    ],
)
async def test_an_unknown_store_cannot_be_opened_and_nothing_of_it_is_said(url: str) -> None:
    with pytest.raises(SettingError, match="MYRIAD_PACKETS") as failure:
        async with open_store(PacketSettings(packets=url)):
            pass
    assert "secret" not in str(failure.value)


@pytest.mark.parametrize(
    "endpoint",
    ["nonsense", "http://", "http://[::1", "http://me:secret@127.0.0.1:9", "me:secret@host", "http://h?x=secret"],
)
@pytest.mark.parametrize("variable", ["MYRIAD_S3_ENDPOINT", "AWS_ENDPOINT_URL"])
async def test_an_endpoint_that_is_none_or_holds_a_password_is_refused_and_not_said(
    monkeypatch: pytest.MonkeyPatch, endpoint: str, variable: str
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    ours = endpoint if variable == "MYRIAD_S3_ENDPOINT" else ""
    with pytest.raises(SettingError, match=variable) as failure:
        async with open_store(PacketSettings(packets="s3://bucket/x", s3_endpoint=ours)):
            pass
    assert endpoint not in str(failure.value)
    assert "secret" not in str(failure.value)


async def test_writing_again_makes_an_object_young(store: PacketStore) -> None:
    uri = await store.write("minds/m", b"x")
    await asyncio.sleep(2.1)  # S3 tells times in seconds
    [old] = [stored.age_seconds async for stored in store.list()]
    assert await store.write("minds/m", b"x") == uri
    [young] = [stored.age_seconds async for stored in store.list()]
    assert young < old


async def test_more_than_a_page_is_listed(store: PacketStore) -> None:
    written = [await store.write("minds/many", str(number).encode()) for number in range(1_010)]
    assert await uris(store, "minds/many") == set(written)


async def test_what_is_empty_or_not_a_bundle_is_no_trouble(s3: S3, monkeypatch: pytest.MonkeyPatch) -> None:
    signed_in(monkeypatch, s3)
    client = boto3.client("s3", endpoint_url=s3.endpoint)
    async with open_store(s3_settings(s3)) as store:
        uri = await store.write("minds/m", b"x")
        key = uri.removeprefix(f"s3://{s3.bucket}/")
        for other in ("some/prefix/minds/m/bundles/x.txt", "some/prefix/y", "minds/m/bundles/z.pak", f"{key}.part"):
            client.put_object(Bucket=s3.bucket, Key=other, Body=b"")
        assert await uris(store) == {uri}
        client.put_object(Bucket=s3.bucket, Key=key, Body=b"")
        with pytest.raises(PacketNotFound):
            await store.read(uri, 0, 1)


async def test_objects_are_encrypted_as_the_setting_says(s3: S3, monkeypatch: pytest.MonkeyPatch) -> None:
    signed_in(monkeypatch, s3)
    async with open_store(s3_settings(s3, s3_encryption="AES256")) as store:
        uri = await store.write("minds/m", b"x")
        assert await store.read(uri, 0, 1) == b"x"
    found = boto3.client("s3", endpoint_url=s3.endpoint).head_object(
        Bucket=s3.bucket, Key=uri.removeprefix(f"s3://{s3.bucket}/")
    )
    assert found["ServerSideEncryption"] == "AES256"


@pytest.mark.parametrize(
    ("other", "says"),
    [
        ({"packets": "s3://no-such-bucket/x"}, "no such bucket"),
        ({"s3_endpoint": "http://127.0.0.1:9"}, "127.0.0.1:9"),
        ({"s3_encryption": "rot13"}, "MYRIAD_S3_ENCRYPTION"),
    ],
)
async def test_a_bucket_that_cannot_be_used_is_one_clear_line_at_the_start(
    s3: S3, monkeypatch: pytest.MonkeyPatch, other: dict[str, str], says: str
) -> None:
    signed_in(monkeypatch, s3)
    with pytest.raises(SettingError, match=r"MYRIAD_(PACKETS|S3)") as failure:
        async with open_store(s3_settings(s3, **other)):
            pass
    assert says in str(failure.value)
    assert "\n" not in str(failure.value)
    assert "secret" not in str(failure.value)


async def test_wrong_credentials_are_one_clear_line_without_them(s3: S3, monkeypatch: pytest.MonkeyPatch) -> None:
    signed_in(monkeypatch, s3)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong-secret")
    with pytest.raises(SettingError, match=r"MYRIAD_PACKETS.*refuses these credentials") as failure:
        async with open_store(s3_settings(s3)):
            pass
    assert "wrong-secret" not in str(failure.value)


async def test_a_server_that_goes_away_is_stated_and_nobody_waits_for_it(
    s3: S3, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed_in(monkeypatch, s3)
    async with open_store(s3_settings(s3)) as store:
        uri = await store.write("minds/m", b"x")
        process = s3.process
        process.send_signal(signal.SIGSTOP)
        try:
            with pytest.raises(ComponentUnavailable):
                await store.read(uri, 0, 1)
            assert s3.endpoint in {one.address.rpartition(" ")[2] for one in states() if not one.available}
            began = time.monotonic()
            with pytest.raises(ComponentUnavailable):
                await store.read(uri, 0, 1)
            assert time.monotonic() - began < 1
        finally:
            process.send_signal(signal.SIGCONT)
        assert await read_in_time(store, uri) == b"x"


async def read_in_time(store: PacketStore, uri: str) -> bytes:
    """What is read once the server answers again."""
    async with asyncio.timeout(60):
        while True:
            with suppress(ComponentUnavailable):
                return await store.read(uri, 0, 1)
            await asyncio.sleep(0.1)


@pytest.mark.parametrize(
    ("status", "failure"),
    [(403, PacketCorrupt), (404, PacketNotFound), (500, PacketCorrupt), (503, ComponentUnavailable)],
)
async def test_what_is_refused_of_one_bundle_says_nothing_of_the_others(
    s3: S3, monkeypatch: pytest.MonkeyPatch, status: int, failure: type[MyriadError]
) -> None:
    signed_in(monkeypatch, s3)
    async with open_store(s3_settings(s3)) as store:
        assert isinstance(store, S3PacketStore)
        refused, other = await store.write("minds/m", b"refused"), await store.write("minds/m", b"other")

        def answer(request: Any, **_more: object) -> AWSResponse | None:
            is_refused = request.url.endswith(refused.rpartition("/")[2])
            return (
                AWSResponse(request.url, status, {}, HTTPResponse(io.BytesIO(), preload_content=False))
                if is_refused
                else None
            )

        store._client.meta.events.register("before-send.s3.GetObject", answer)
        with pytest.raises(failure) as failed:
            await store.read(refused, 0, 7)
        assert failed.value.metadata.get("bundle", refused) == refused
        assert await store.read(other, 0, 5) == b"other"
        assert all(one.available for one in states() if s3.endpoint in one.address)


async def test_an_answer_that_breaks_off_is_read_again(s3: S3, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each answer of the first two connections is cut in its middle, by a reset."""
    signed_in(monkeypatch, s3)
    bundle = os.urandom(300_000)
    async with open_store(s3_settings(s3)) as store:
        uri = await store.write("minds/m", bundle)
    left = [100_000, 100_000]

    async def passes(carried: int) -> bool:
        if left and carried > left[0]:
            left.pop(0)
            return False
        return True

    async with proxy(s3.port, passes) as address:
        async with open_store(s3_settings(s3, s3_endpoint=f"http://{address}")) as store:
            assert await store.read(uri, 0, len(bundle)) == bundle
            assert left == []
            assert address not in {one.address.rpartition("/")[2] for one in states() if not one.available}
