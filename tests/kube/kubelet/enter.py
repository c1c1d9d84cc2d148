"""
Become a program of a container: `enter.py PARENT_PID PLAN PROGRAM ARGUMENT…`, the plan as JSON (see container.py).

The program has a root of its own: the machine's, as it is, below what it writes itself and below its volumes. It ends
with its kubelet, also when that is killed. Runs by path, with nothing imported but the standard library, and in a
process of its own so that nothing of ours runs between fork and exec.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import socket
import sys
from pathlib import Path
from typing import Any

CLONE_NEWNS, CLONE_NEWUTS = 0x20000, 0x4000000
MS_RDONLY, MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = 1, 32, 4096, 16384, 1 << 18
PR_SET_PDEATHSIG = 1
SHARED = ("proc", "sys", "dev")
OWN = ("run",)
"""Empty at the start of each."""
libc = ctypes.CDLL(None, use_errno=True)


def main() -> None:
    parent, told, *command = sys.argv[1:]
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != int(parent):
        sys.exit("the kubelet has ended")
    plan = json.loads(told)
    if plan["into"]:
        _join(plan["into"])
    else:
        _enter(plan)
    os.execvp(command[0], command)


def _join(pid: int) -> None:
    """Be where another process of the container is."""
    root, namespace = (os.open(f"/proc/{pid}/{what}", os.O_RDONLY) for what in ("root", "ns/mnt"))
    _checked(libc.setns(namespace, CLONE_NEWNS))
    os.fchdir(root)
    os.chroot(".")


def _enter(plan: dict[str, Any]) -> None:
    _checked(libc.unshare(CLONE_NEWNS | CLONE_NEWUTS))
    socket.sethostname(str(plan["host"]))
    _mount(None, "/", MS_REC | MS_PRIVATE)
    # What lies on top must not be of the same kind as what may lie below.
    scratch = Path(str(plan["scratch"]))
    _mount("tmpfs", scratch, kind="tmpfs")
    upper, work, root = (scratch / name for name in ("upper", "work", "root"))
    for folder in (upper, work, root):
        folder.mkdir()
    _mount("overlay", root, kind="overlay", options=f"lowerdir=/,upperdir={upper},workdir={work}")
    for name in SHARED:
        _mount(f"/{name}", root / name, MS_BIND | MS_REC)
    for name in OWN:
        _mount("tmpfs", root / name, kind="tmpfs")
    (root / "etc" / "resolv.conf").unlink(missing_ok=True)
    (root / "etc" / "resolv.conf").write_text(str(plan["resolver"]))
    _add(root, plan["mounts"])
    _add(root, [(place, place, True) for place in plan["programs"] if _is_hidden(place, plan["mounts"])])
    if plan["read_only"]:
        _mount(None, root, MS_REMOUNT | MS_BIND | MS_RDONLY)
    os.chroot(root)
    os.chdir(str(plan["folder"]))


def _is_hidden(place: str, mounts: list[tuple[str, str, bool]]) -> bool:
    return any(place.startswith(f"{os.path.realpath(path)}/") for _, path, _ in mounts)


def _add(root: Path, mounts: list[tuple[str, str, bool]]) -> None:
    for source, path, read_only in sorted(mounts, key=lambda mount: mount[1]):
        # Names on the way may be links, such as /var/run, that mean another place within the root.
        target = Path(f"{root}{os.path.realpath(path)}")
        if Path(source).is_dir():
            target.mkdir(parents=True, exist_ok=True)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.touch()
        _mount(source, target, MS_BIND)
        if read_only:
            _mount(None, target, MS_REMOUNT | MS_BIND | MS_RDONLY)


def _mount(source: str | None, target: Path | str, flags: int = 0, kind: str | None = None, options: str = "") -> None:
    texts = (text.encode() if text else None for text in (source, str(target), kind))
    _checked(libc.mount(*texts, ctypes.c_ulong(flags), options.encode() or None), f"{source} on {target}")


def _checked(result: int, what: str = "") -> None:
    if result:
        error = ctypes.get_errno()
        sys.exit(f"a container cannot be made here: {os.strerror(error)} {what}")


if __name__ == "__main__":
    main()
