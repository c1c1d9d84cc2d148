"""A process of several components: `python -m cli.supervisor.together connectome synth orchestrator`."""

from __future__ import annotations

import sys
from importlib import import_module

from mesh.server import run_together

if __name__ == "__main__":
    # By name: the command knows which components there are, not what is in them.
    run_together("mind", [import_module(f"{name}.server").COMPONENT for name in sys.argv[1:]])
