"""
Become another program that cannot outlive the supervisor: `leash.py SUPERVISOR_PID PROGRAM ARGUMENT…`.

On Linux the kernel kills a process when the thread that started it ends, if the process asked for it
(PR_SET_PDEATHSIG in prctl(2); kept over exec). The supervisor may have died before the asking: hence the
second look at the parent. Elsewhere an orderly stop is all there is. Runs by path, with nothing imported
but the standard library, and in a process of its own so that nothing of ours runs between fork and exec.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    supervisor, *command = sys.argv[1:]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != int(supervisor):
        sys.exit("the supervisor has ended")
    os.execvp(command[0], command)  # noqa: S606  # no shell is wanted


if __name__ == "__main__":
    main()
