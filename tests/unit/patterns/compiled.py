"""Every pattern that the code base compiles, and how it is used."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cache, reduce
from operator import or_
from pathlib import Path
from types import ModuleType
from typing import TypeGuard

PACKAGES = (
    "agent_host", "cli", "connectome", "dlm", "gatekeeper", "genesis", "language", "mesh", "orchestrator", "substrate",
    "synth",
)  # fmt: skip
METHODS = frozenset(("search", "match", "fullmatch", "sub", "subn", "split", "findall", "finditer"))


@dataclass(frozen=True, slots=True)
class Found:
    """A pattern, where it stands, and by which methods the code runs it."""

    name: str
    pattern: re.Pattern[str]
    methods: frozenset[str]


@cache
def everywhere() -> tuple[Found, ...]:
    """The patterns of all modules: those of their names, in whatever these hold, and those that functions compile."""
    modules = [module for package in PACKAGES for module in _modules(package)]
    sources = {module.__name__: ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8")) for module in modules}
    uses = _uses(sources)
    found: dict[tuple[str, int], Found] = {}
    for module in modules:
        for name, pattern in _named(module):
            key = (pattern.pattern, pattern.flags)
            methods = uses.get((module.__name__, name), frozenset(("search",)))
            known = found.get(key)
            where = known.name if known else f"{module.__name__}.{name}"
            found[key] = Found(where, pattern, methods | known.methods if known else methods)
        for name, pattern, method in _inline(module.__name__, sources[module.__name__]):
            found.setdefault((pattern.pattern, pattern.flags), Found(name, pattern, frozenset((method,))))
    return tuple(found.values())


def built_in_functions() -> Iterator[str]:
    """The functions that compile a pattern of what they are given, which no walk over modules finds."""
    for module in (module for package in PACKAGES for module in _modules(package)):
        tree = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
        functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
        for function in functions:
            if any(_of_re(node) and not _written(node) for node in ast.walk(function)):
                yield f"{module.__name__}.{function.name}"


def _modules(package: str) -> Iterator[ModuleType]:
    top = importlib.import_module(package)
    yield top
    for found in pkgutil.walk_packages(top.__path__, f"{package}."):
        if not found.name.endswith("__main__"):
            yield importlib.import_module(found.name)


def _named(module: ModuleType) -> Iterator[tuple[str, re.Pattern[str]]]:
    for name, value in vars(module).items():
        for pattern in _within(value, module.__name__, set()):
            yield name, pattern


def _within(value: object, module: str, seen: set[int]) -> Iterator[re.Pattern[str]]:
    """The patterns in a value: itself, its items, its fields, its class's attributes."""
    if id(value) in seen:
        return
    seen.add(id(value))
    if isinstance(value, re.Pattern):
        if isinstance(value.pattern, str):
            yield value
        return
    inner: list[object] = []
    if isinstance(value, Mapping):
        inner += [*value.keys(), *value.values()]
    elif isinstance(value, list | tuple | set | frozenset):
        inner += value
    elif isinstance(value, type) and value.__module__ == module:
        inner += vars(value).values()
    elif is_dataclass(value) and not isinstance(value, type):
        inner += [getattr(value, field.name) for field in fields(value)]
    for one in inner:
        yield from _within(one, module, seen)


def _uses(sources: Mapping[str, ast.Module]) -> Mapping[tuple[str, str], frozenset[str]]:
    """
    By a module and a name in it, the methods that any code calls on that name. To search is what it is taken for where
    the name is handed on, and where it is matched at one place after another.
    """
    uses = defaultdict[tuple[str, str], set[str]](set)
    for module, tree in sources.items():
        nodes = list(ast.walk(tree))
        homes = {
            alias.asname or alias.name: (node.module, alias.name)
            for node in nodes
            if isinstance(node, ast.ImportFrom) and node.module
            for alias in node.names
        }
        called = {id(node.func): node for node in nodes if isinstance(node, ast.Call)}
        direct = set[int]()
        for node in nodes:
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                direct.add(id(node.value))
                if node.attr in METHODS:
                    call = called.get(id(node))
                    method = "search" if call and _at_any_place(call) else node.attr
                    uses[homes.get(node.value.id, (module, node.value.id))].add(method)
                elif node.value.id in homes:  # a module's name
                    uses[".".join(homes[node.value.id]), node.attr].add("search")
        for node in nodes:
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and id(node) not in direct:
                uses[homes.get(node.id, (module, node.id))].add("search")
    return {key: frozenset(methods) for key, methods in uses.items()}


def _at_any_place(call: ast.Call) -> bool:
    return len(call.args) > 1 or any(isinstance(one, ast.Subscript) for one in call.args)


def _of_re(node: ast.AST) -> TypeGuard[ast.Call]:
    """Whether it is a call of `re` with a pattern."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "re"
        and node.func.attr in METHODS | {"compile"}
    )


def _written(call: ast.Call) -> str:
    """The pattern, if it is written there."""
    written = call.args[0]
    return written.value if isinstance(written, ast.Constant) and isinstance(written.value, str) else ""


def _inline(module: str, tree: ast.Module) -> Iterator[tuple[str, re.Pattern[str], str]]:
    """The patterns that are written where they are used."""
    for node in ast.walk(tree):
        if _of_re(node) and (pattern := _written(node)):
            method = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            flags = {one.attr for one in ast.walk(node) if isinstance(one, ast.Attribute)}
            given = (flag for name, flag in re.RegexFlag.__members__.items() if name in flags)
            compiled = re.compile(pattern, reduce(or_, given, re.NOFLAG))
            yield f"{module}:{node.lineno}", compiled, method if method in METHODS else "search"
