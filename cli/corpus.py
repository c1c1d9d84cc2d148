"""A real corpus that every Python has: its language reference, and its standard library's docstrings."""

from __future__ import annotations

import ast
import importlib
import json
import sysconfig
import warnings
from collections.abc import Iterator
from pathlib import Path

LEAST_CHARACTERS = 80
"""Shorter docstrings say no more than their name."""
LEFT_OUT = {
    *("test", "tests", "idlelib", "lib2to3", "distutils", "ensurepip", "tkinter", "turtle", "turtledemo"),
    *("pydoc_data", "site-packages", "dist-packages"),
}
"""Tests, programs, what is installed beside the library, and what is on its way out of it."""


def write(file: Path) -> int:
    """Write the corpus as JSONL; returns how many documents it has."""
    count = 0
    with file.open("w", encoding="utf-8") as lines:
        for document in (*topics(), *docstrings(Path(sysconfig.get_path("stdlib")))):
            lines.write(json.dumps(document, ensure_ascii=False) + "\n")
            count += 1
    return count


def topics() -> Iterator[dict[str, str]]:
    """The language reference, chapter by chapter."""
    reference: dict[str, str] = importlib.import_module("pydoc_data.topics").topics
    for name, text in reference.items():
        heading, _, rest = text.strip().partition("\n")
        body = rest.lstrip("*=-~\n")
        yield {"title": heading.replace('"', ""), "text": body, "uri": f"python:reference/{name}"}


def docstrings(library: Path) -> Iterator[dict[str, str]]:
    """The docstrings of public modules, classes and functions, read without importing anything."""
    for path in sorted(library.rglob("*.py")):
        module = _module(path.relative_to(library))
        if module:
            yield from _of_module(module, path)


def _module(path: Path) -> str:
    parts = [*path.parts[:-1], path.stem]
    if parts[-1] == "__init__":
        parts.pop()
    if LEFT_OUT.intersection(parts) or any(part.startswith("_") or "-" in part for part in parts):
        return ""
    return ".".join(parts)


def _of_module(module: str, path: Path) -> Iterator[dict[str, str]]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # old escapes in somebody else's strings
            tree = ast.parse(path.read_bytes())
    except (SyntaxError, ValueError):
        return
    yield from _of_node(module, tree)


def _of_node(
    name: str, node: ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
) -> Iterator[dict[str, str]]:
    text = ast.get_docstring(node, clean=True) or ""
    if len(text) >= LEAST_CHARACTERS:
        yield {"title": name, "text": text, "uri": f"python:library/{name}"}
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return
    for child in node.body:
        if isinstance(child, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and not child.name.startswith("_"):
            yield from _of_node(f"{name}.{child.name}", child)
