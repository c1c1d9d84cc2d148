"""Keeps the lexical index at the version of the graph, which is the truth."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from contextlib import suppress

import structlog

from connectome.ports import DamagedIndexError, GraphStore, LexicalIndex, Text
from mesh.access import MindNotFound
from mesh.disk import StorageFull

log = structlog.get_logger()
MINDS_A_PAGE = 100
REBUILT_AGENTS = 10_000
"""Up to here the index is written anew when agents are removed, about a second; in a larger mind the removed words,
which no search finds, leave its files when segments merge."""


def catch_up(store: GraphStore, lexical: LexicalIndex, mind: str) -> None:
    """Bring the index of a mind to the graph's version, if a crash or a lost folder left it behind."""
    try:
        number, version = store.mind(mind)
    except MindNotFound:
        lexical.drop(mind)
        return
    try:
        reached = lexical.version(mind)
    except DamagedIndexError:
        reached = version + 1
    if reached < version:
        log.info("lexical.catching_up", mind=mind, reached=reached, version=version)
        removed = store.removed_since(number, reached)
        if removed and _is_small(store, mind):
            rebuild(store, lexical, mind)
        else:
            apply(store, lexical, mind, store.texts_since(number, reached), removed)
    elif reached > version:  # damaged, or an index of another graph
        log.warning("lexical.rebuilding", mind=mind, version=version)
        rebuild(store, lexical, mind)


def apply(store: GraphStore, lexical: LexicalIndex, mind: str, added: Iterable[Text], removed: Collection[int]) -> None:
    """Tell the index what has changed in the graph; a damaged one is written anew."""
    number, version = store.mind(mind)
    try:
        lexical.update(mind, version, added, removed)
    except DamagedIndexError as error:
        log.warning("lexical.rebuilding", mind=mind, version=version, why=str(error)[:300])
        rebuild(store, lexical, mind)
    else:
        store.forget_removed(number, version)


def clear(store: GraphStore, lexical: LexicalIndex, mind: str, removed: Collection[int]) -> None:
    """Take removed agents out of the index; out of a small one every trace of them."""
    if _is_small(store, mind):
        rebuild(store, lexical, mind)
    else:
        apply(store, lexical, mind, (), removed)


def rebuild(store: GraphStore, lexical: LexicalIndex, mind: str) -> None:
    """Write the index of a mind anew from the graph."""
    number, version = store.mind(mind)
    lexical.rebuild(mind, version, store.texts_since(number, 0))
    store.forget_removed(number, version)


def catch_up_all(store: GraphStore, lexical: LexicalIndex) -> None:
    """At the start: what a crash left behind is not found until it is caught up."""
    last = ""
    while page := store.list_minds(last, MINDS_A_PAGE):
        for mind in page:
            with suppress(StorageFull):  # the index tells that it is behind
                catch_up(store, lexical, mind.name)
        last = page[-1].name


def catch_up_behind(store: GraphStore, lexical: LexicalIndex) -> None:
    """Once there is room again: what could not be written for want of it."""
    for mind in lexical.behind():
        catch_up(store, lexical, mind)


def _is_small(store: GraphStore, mind: str) -> bool:
    return store.get_mind(mind).agent_count <= REBUILT_AGENTS
