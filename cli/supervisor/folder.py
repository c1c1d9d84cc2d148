"""The data folder: who uses it, what lies where, logs that stay small."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from cli.errors import Failure
from mesh.folders import OTHERS, NotPrivate, private

LARGEST_LOG_BYTES = 16 * 1024 * 1024
LEAST_FREE_BYTES = 32 * 1024 * 1024
"""With less room than this no Myriad is started: it could not even say why it fails."""


class DataFolder:
    """One Myriad's data; one supervisor at a time may hold it."""

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()

    @property
    def packets(self) -> Path:
        return self.path / "packets"

    @property
    def stores(self) -> Path:
        return self.path / "stores"

    @property
    def admin_key(self) -> Path:
        return self.path / "admin.key"

    @property
    def tls(self) -> Path:
        return self.path / "tls"

    @property
    def collecting(self) -> Path:
        return self.path / "prometheus.yml"

    @property
    def bootstrap(self) -> Path:
        return self.path / "envoy.yaml"

    def log(self, name: str) -> Path:
        return self.path / "logs" / f"{name}.log"

    @contextmanager
    def held(self) -> Iterator[None]:
        """
        Make the folder if need be, keep it and all that is made from now on from other users, and hold it.

        Failure if another supervisor does, or it cannot be written or kept from others.
        """
        os.umask(OTHERS)
        try:
            private(self.path)
            (self.path / "logs").mkdir(exist_ok=True)
            self._check_room()
            file = (self.path / "lock").open("a+", encoding="utf-8")
        except (NotPrivate, OSError) as error:
            why = error.strerror if isinstance(error, OSError) else error
            raise Failure(f"cannot use {self.path} as data folder: {why}", exit_code=2) from None
        with file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                file.seek(0)
                raise Failure(
                    f"{self.path} is in use by another `myriad up`, process {file.read().strip() or 'unknown'}",
                    hint="stop that one, or take another folder with --data",
                    exit_code=2,
                ) from None
            file.truncate(0)
            file.write(str(os.getpid()))
            file.flush()
            yield

    def _check_room(self) -> None:
        free = shutil.disk_usage(self.path).free
        if free < LEAST_FREE_BYTES:
            raise Failure(
                f"the disk of {self.path} is full: {free / 2**20:.1f} MiB are left",
                hint=f"make room, {LEAST_FREE_BYTES // 2**20} MiB at least, or take another folder with --data",
                exit_code=2,
            )

    def turn_logs(self) -> None:
        """Begin new logs; of the old ones, one generation is kept."""
        for log in (self.path / "logs").glob("*.log"):
            log.replace(log.with_suffix(".log.1"))

    def bound_logs(self) -> None:
        """Cut logs that have grown too large; whoever writes them appends, and so goes on at the start."""
        for log in (self.path / "logs").glob("*.log"):
            if log.stat().st_size > LARGEST_LOG_BYTES:
                old = log.with_suffix(".log.1")
                try:
                    shutil.copyfile(log, old)
                except OSError:  # no room for both: that the log stays small matters more
                    old.unlink(missing_ok=True)
                os.truncate(log, 0)

    def opened_log(self, name: str) -> BinaryIO:
        """A log to append to; if it cannot be made, as on a full disk, nothing keeps what is written."""
        try:
            return self.log(name).open("ab")
        except OSError:
            return Path(os.devnull).open("ab")
