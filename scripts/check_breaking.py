"""Fail if the contracts break those of the baseline, `proto/baseline.binpb`: what was released last."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BASELINE = ROOT / "proto/baseline.binpb"
BUF = Path(sys.executable).parent / "buf"


def breaks(contracts: Path, baseline: Path) -> str:
    """What in the contracts of a folder with a `buf.yaml` breaks the baseline, a line each; empty if nothing."""
    command = [str(BUF), "breaking", "proto", "--exclude-imports", "--against", str(baseline)]
    done = subprocess.run(command, cwd=contracts, check=False, capture_output=True, text=True)
    if done.returncode and not done.stdout:
        raise RuntimeError(done.stderr)
    return done.stdout


def main() -> None:
    if found := breaks(ROOT, BASELINE):
        sys.exit(f"{found}The contracts are released: see CONTRIBUTING.md for what may change")


if __name__ == "__main__":
    main()
