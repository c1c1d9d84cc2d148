"""
How long commands take until they speak to a Myriad: whole processes that find none, the fastest of several.

    python -m benchmarks.commands [--n 5] [--json]
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

NOBODY = "http://127.0.0.1:1"
"""Where nothing listens."""
COMMANDS = (
    ("ask", "Who?"),
    ("recall", "Who?"),
    ("documents",),
    ("minds",),
    ("status",),
    ("keys", "list"),
    ("trace", "minds/m/answers/a"),
    ("forget", "x", "--yes"),
    ("learn", "."),
)


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure how fast commands start, in seconds.")
    parser.add_argument("--n", type=int, default=5, help="how often each is started")
    parser.add_argument("--json", action="store_true", help="print JSON")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as empty:
        seconds = {command[0]: min(_started(command, empty) for _ in range(arguments.n)) for command in COMMANDS}
    print(
        json.dumps(seconds) if arguments.json else "\n".join(f"{name:<10} {took:.3f}" for name, took in seconds.items())
    )


def _started(command: tuple[str, ...], folder: str) -> float:
    """In an empty folder, so that `learn` finds nothing; with bytecode from the second time on, as for any user."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    root = str(Path(__file__).parents[1])
    told = {
        "MYRIAD_URL": NOBODY,
        "MYRIAD_API_KEY": "x",
        "PYTHONPATH": os.pathsep.join((root, f"{root}/gen")),
        "PYTHONPYCACHEPREFIX": f"{tempfile.gettempdir()}/myriad-bytecode",
    }
    began = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "cli", *command], check=False, capture_output=True, cwd=folder, env=kept | told
    )
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
