"""What every packet store keeps to."""

from __future__ import annotations

import asyncio
import errno
import io
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from mesh.settings import SettingError
from substrate.errors import PacketCorrupt, PacketNotFound
from substrate.ports import PacketStore
from substrate.stores import open_store

Open = Callable[[Path], PacketStore]


@pytest.fixture(params=["folder"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> PacketStore:
    backends: dict[str, Open] = {"folder": lambda path: open_store(f"folder:{path}")}
    return backends[request.param](tmp_path)


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
    store = open_store(f"folder:{tmp_path}")
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
    store = open_store(f"folder:{tmp_path}")
    uri = await store.write("minds/m", b"x")
    os.utime(the_bundle(tmp_path), (0, 0))
    assert [stored.age_seconds > 3600 async for stored in store.list()] == [True]
    assert await store.write("minds/m", b"x") == uri
    assert [stored.age_seconds < 60 async for stored in store.list()] == [True]


async def test_what_a_crash_left_half_written_is_listed_and_can_be_deleted(tmp_path: Path) -> None:
    store = open_store(f"folder:{tmp_path}")
    await store.write("minds/m", b"x")
    half = the_bundle(tmp_path).with_suffix(".ab_12.part")
    half.write_bytes(b"half")
    (left,) = [uri for uri in await uris(store) if uri.endswith(".part")]
    await store.delete(left)
    assert not half.exists()


@pytest.mark.parametrize("url", ["", "folder:", "s3://bucket", "/path", "http://x/y"])
def test_an_unknown_store_cannot_be_opened(url: str) -> None:
    with pytest.raises(SettingError):
        open_store(url)
