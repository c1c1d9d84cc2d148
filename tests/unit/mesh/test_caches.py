"""Caches of texts do not outlive what was forgotten."""

from __future__ import annotations

import functools
import gc
import time
from pathlib import Path

from connectome import passage
from language.folding import fold
from mesh import caches
from synth import words

FIRST_PARTY = (*caches.PACKAGES, "gatekeeper", "mesh", "substrate")


def all_caches() -> list[functools._lru_cache_wrapper[object]]:
    """Every one there is, wherever it hides."""
    found = (one for one in gc.get_objects() if isinstance(one, functools._lru_cache_wrapper))
    return [one for one in found if str(one.__module__).partition(".")[0] in caches.PACKAGES]


def test_every_cache_of_a_function_is_emptied() -> None:
    words.terms_of("A text that is going to be forgotten.", "en")
    fold("Ünforgettable")
    passage.terms_of("a name that is going to be forgotten", "en")
    assert sum(one.cache_info().currsize for one in all_caches()) >= 4
    caches.empty()
    gc.collect()
    kept = {f"{one.__module__}.{one.__qualname__}": one.cache_info().currsize for one in all_caches()}
    assert {name: size for name, size in kept.items() if size} == {}
    assert kept


def test_emptying_disturbs_nobody() -> None:
    started = time.perf_counter()
    caches.empty()
    assert time.perf_counter() - started < 0.5


def test_no_package_that_caches_is_left_out() -> None:
    root = Path(__file__).parents[3]
    modules = (path for name in FIRST_PARTY for path in (root / name).rglob("*.py") if path != root / "mesh/caches.py")
    caching = {path.relative_to(root).parts[0] for path in modules if "lru_cache(" in path.read_text()}
    assert caching
    assert caching <= caches.PACKAGES
