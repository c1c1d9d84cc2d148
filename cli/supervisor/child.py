"""One program, kept running."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from cli.errors import Failure
from cli.supervisor import leash
from cli.supervisor.folder import DataFolder
from cli.supervisor.programs import Program

FIRST_WAIT_SECONDS = 0.1
LONGEST_WAIT_SECONDS = 2.0
FIRST_TRIES = 4
"""A program that ends so often before it has ever answered will not come up at all."""
CANNOT_START = 2
"""Exit code of a component that says why it cannot start."""


class Child:
    """A program's process: started, started again when it dies, stopped."""

    def __init__(self, program: Program, folder: DataFolder, tell: Callable[[str], None]) -> None:
        self.program = program
        self.served = False
        """Whether it has ever answered; set by whoever saw it."""
        self._folder = folder
        self._tell = tell
        self._process: asyncio.subprocess.Process | None = None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process and self._process.returncode is None else None

    async def keep(self) -> None:
        """Run the program for ever. Failure if it cannot start."""
        loop = asyncio.get_running_loop()
        wait, tries = FIRST_WAIT_SECONDS, 0
        while True:
            started = loop.time()
            code = await self._run()
            tries += 1
            if not self.served and (code == CANNOT_START or tries == FIRST_TRIES):
                raise self._cannot_start()
            self._tell(f"{self.program.name} ended ({_ending(code)}) and is being started again")
            if loop.time() - started > 5 * LONGEST_WAIT_SECONDS:
                wait = FIRST_WAIT_SECONDS
            await asyncio.sleep(wait * random.uniform(0.5, 1.0))
            wait = min(wait * 2, LONGEST_WAIT_SECONDS)

    async def stop(self) -> None:
        """End the process: SIGTERM, and SIGKILL if that is not enough."""
        process = self._process
        if process is None or process.returncode is not None:
            return
        with suppress(ProcessLookupError):
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), self.program.stop_seconds)
        except TimeoutError:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    def kill(self) -> None:
        """End the process at once, even if it is stopped."""
        if self.pid and self._process:
            with suppress(ProcessLookupError):
                self._process.kill()

    async def _run(self) -> int:
        name = self.program.name
        with (
            self._folder.opened_log(name) as errors,
            self._folder.opened_log(self.program.output or name) as output,
        ):
            # From the main thread, whose end is the end of the child (see leash); in a session of its own,
            # so that Ctrl-C in the terminal reaches the supervisor only, which then stops all in order.
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-I", "-S", leash.__file__, str(os.getpid())),
                *self.program.command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=errors,
                env=self.program.environment,
                cwd=self.program.folder,
                start_new_session=True,
            )
        return await self._process.wait()

    def _cannot_start(self) -> Failure:
        log = self._folder.log(self.program.name)
        said = last_words(log)
        return Failure(said or f"{self.program.name} cannot start", hint=f"its log is {log}", exit_code=2)


def last_words(log: Path) -> str:
    """The last line that a program wrote for a person: logs are JSON, and what is indented belongs to a traceback."""
    with suppress(OSError), log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 64 * 1024))
        for line in reversed(file.read().decode(errors="replace").splitlines()):
            if line.strip() and not line.startswith(("{", " ", "\t")):
                return line.strip()[:500]
    return ""


def _ending(code: int) -> str:
    return signal.Signals(-code).name if code < 0 else f"exit {code}"
