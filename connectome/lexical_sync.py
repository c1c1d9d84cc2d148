"""Keeps the lexical index at the version of the graph, which is the truth."""

from __future__ import annotations

import structlog

from connectome.ports import GraphStore, LexicalIndex
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
    reached = lexical.version(mind)
    if reached == version:
        return
    if reached > version:  # an index of another graph
        lexical.drop(mind)
        reached = 0
    log.info("lexical.catching_up", mind=mind, reached=reached, version=version)
    lexical.update(mind, version, store.texts_since(number, reached), store.removed_since(number, reached))
    store.forget_removed(number, version)


def catch_up_all(store: GraphStore, lexical: LexicalIndex) -> None:
    """At the start: what a crash left behind is not found until it is caught up."""
    last = ""
    while page := store.list_minds(last, MINDS_A_PAGE):
        for mind in page:
            catch_up(store, lexical, mind.name)
        last = page[-1].name
