"""Tables: what is known of languages, read from `data/`; a table's head says its source and licence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files


@cache
def words(name: str) -> frozenset[str]:
    """A table of words, any number a line."""
    return frozenset(word for line in lines(name) for word in line.split())


@cache
def entries(name: str) -> Mapping[str, tuple[str, ...]]:
    """A table of `key: word word`, one entry a line, in order. `_` joins the words of a phrase, in keys too."""
    found: dict[str, tuple[str, ...]] = {}
    for line in lines(name):
        key, _, listed = line.partition(":")
        spoken = tuple(word.replace("_", " ") for word in listed.split())
        key = key.strip().replace("_", " ")
        found[key] = found.get(key, ()) + spoken
    return found


def lines(name: str) -> Iterator[str]:
    """The lines of a table, without its head and its remarks."""
    text = files(__package__).joinpath("data", f"{name}.txt").read_text("utf-8")
    return (line for line in text.splitlines() if line.strip() and not line.startswith("#"))


def names(folder: str) -> tuple[str, ...]:
    """The tables in a folder of `data/`, in order of their names."""
    inside = files(__package__).joinpath("data", folder).iterdir()
    return tuple(sorted(one.name.removesuffix(".txt") for one in inside if one.name.endswith(".txt")))
