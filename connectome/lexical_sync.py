"""Keeps the lexical index at the version of the graph, which is the truth."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import structlog

from connectome.ports import DamagedIndexError, GraphStore, LexicalIndex, Text
from mesh.access import MindNotFound

log = structlog.get_logger()
MINDS_A_PAGE = 100


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
        apply(store, lexical, mind, store.texts_since(number, reached), store.removed_since(number, reached))
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
            catch_up(store, lexical, mind.name)
        last = page[-1].name
