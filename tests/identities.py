"""Certificates for whatever a test starts: one authority for the whole run."""

from __future__ import annotations

import shutil
import tempfile
from atexit import register
from functools import cache
from pathlib import Path

from cli import certificates
from mesh.identity import Identity


@cache
def folder() -> Path:
    made = Path(tempfile.mkdtemp(prefix="myriad-tls-"))
    register(shutil.rmtree, made, ignore_errors=True)
    certificates.provide(made)
    return made


@cache
def identity(component: str) -> Identity:
    return Identity(folder() / component)
