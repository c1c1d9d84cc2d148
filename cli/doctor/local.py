"""What can be seen on this machine alone: the data folder of a `myriad up`."""

from __future__ import annotations

import fcntl
import json
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from rich.filesize import decimal

from cli import state
from cli.doctor.check import Finding, Visit, ok, warning, wrong
from cli.supervisor import ports, programs
from cli.supervisor.folder import DataFolder
from cli.troubles import FULL_BYTES, LITTLE_BYTES

OTHERS = 0o077
PRIVATE = ("admin.key", state.FILE, "tls/ca.key")


def log(visit: Visit, component: str) -> str:
    """Which file a component's log is, to be added to what to do; nothing if it is none in the folder here."""
    left = state.read(visit.folder / state.FILE) if visit.has_folder else None
    if left is None or left.url != visit.endpoint.url:
        return ""
    file = DataFolder(visit.folder).log(programs.program_of(component))
    return f": {file}" if file.exists() else ""


def process(visit: Visit) -> Finding:
    """Whether the `myriad up` runs that used the folder last, or something in its place."""
    if is_held(visit.folder):
        return ok(f"a `myriad up` runs on {visit.folder}")
    left = visit.folder / state.FILE
    start = f"`myriad up --data {shlex.quote(str(visit.folder))}`"
    if not left.exists():
        judge = wrong if visit.missing else warning
        return judge(f"no `myriad up` runs on {visit.folder}", "it was stopped", f"{start} starts it again")
    port = _port(left)
    if port and not ports.is_free(port):
        return wrong(
            f"the `myriad up` on {visit.folder} is gone without a word, and another program has its port {port}",
            "commands ask that program",
            f"{start} takes another port; or stop that program",
        )
    return wrong(
        f"the `myriad up` on {visit.folder} is gone without a word",
        "it was killed, or the machine was restarted; nothing that was learned is lost",
        f"{start} starts it again",
    )


def is_held(folder: Path) -> bool:
    """Whether a supervisor holds the folder; its lock goes with its process, whatever has the number now."""
    try:
        with (folder / "lock").open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def _port(left: Path) -> int | None:
    try:
        return urlsplit(str(json.loads(left.read_text(encoding="utf-8"))["url"])).port
    except (OSError, ValueError, TypeError, KeyError):
        return None


def modes(visit: Visit) -> Iterator[Finding]:
    """Whether secrets are their owner's alone."""
    found = [visit.folder / name for name in PRIVATE if (visit.folder / name).exists()]
    shared = [file for file in found if file.stat().st_mode & OTHERS]
    for file in shared:
        yield wrong(
            f"others on this machine can read {file}, or write it",
            "whoever has it can do all that an admin may",
            f"chmod 600 {file}; if others used this machine, make another key and revoke this one",
        )
    if not shared:
        yield ok("keys on this machine are their owner's alone")


def disk(visit: Visit) -> Finding:
    """Whether there is room on the folder's disk."""
    free = shutil.disk_usage(visit.folder).free
    says = f"{decimal(free)} are free on the disk of {visit.folder}"
    if free < FULL_BYTES:
        return wrong(says, "it is full: nothing can be learned or kept, and no Myriad starts", "make room")
    if free < LITTLE_BYTES:
        return warning(says, "learning will stop when it is full", "make room")
    return ok(says)
