"""The images, built by buildah for all tests of them on a base of this distribution. Nothing of them stays."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from cli.errors import Failure
from scripts import base_image, build_images
from tests.images.container import Image
from tests.servers import offered

BASE = "localhost/base"
VERSION = "1.2.3"


class Buildah:
    """Keeps all that it makes below one folder."""

    def __init__(self, folder: Path) -> None:
        where = (f"--root={folder / 'storage'}", f"--runroot={folder / 'run'}")
        self.engine = ("buildah", "--storage-driver=overlay", *where)
        if not self._holds():
            self.engine = ("buildah", "--storage-driver=vfs", *where)

    def __call__(self, *arguments: str | Path) -> str:
        done = subprocess.run([*self.engine, *arguments], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def _holds(self) -> bool:
        """Whether the kernel lets us lay one folder over another here."""
        return subprocess.run([*self.engine, "images"], capture_output=True, check=False).returncode == 0


@pytest.fixture(scope="package")
def buildah(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Buildah]:
    with offered():
        if not shutil.which("buildah") or os.geteuid():
            raise Failure("images are built by buildah, as root", hint="get it with `make servers`")
        archive = base_image.archive()
    folder = tmp_path_factory.mktemp("buildah")
    buildah = Buildah(folder)
    try:
        container = buildah("from", "scratch")
        buildah("add", "--quiet", container, archive, "/")
        buildah("commit", "--quiet", "--rm", container, BASE)
        yield buildah
    finally:
        buildah("rm", "--all")  # which unmounts them
        shutil.rmtree(folder)


@pytest.fixture(scope="package")
def base(buildah: Buildah) -> Image:
    return _opened(buildah, BASE)


@pytest.fixture(scope="package")
def images(buildah: Buildah) -> Mapping[str, Image]:
    """All of them, by their targets."""
    made = {}
    for target in build_images.targets():
        name = f"localhost/myriad-{target}:{VERSION}"
        build_images.build(buildah.engine, target, name, {"BASE": BASE, "VERSION": VERSION})
        made[target] = _opened(buildah, name)
    return made


def _opened(buildah: Buildah, name: str) -> Image:
    config = json.loads(buildah("inspect", "--type=image", name))["OCIv1"]["config"]
    return Image(Path(buildah("mount", buildah("from", "--pull-never", name))), config)
