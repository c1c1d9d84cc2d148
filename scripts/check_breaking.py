"""Fail if the contracts break those of the newest release tag; before the first release nothing can break."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    tags = subprocess.run(
        ["git", "tag", "--list", "v*", "--sort=-version:refname"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.split()
    if not tags:
        print("no release yet: nothing to break")
        return
    buf = Path(sys.executable).parent / "buf"
    subprocess.run([str(buf), "breaking", "--against", f".git#tag={tags[0]}"], cwd=ROOT, check=True)


if __name__ == "__main__":
    main()
