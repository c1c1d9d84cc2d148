"""Front matter: what the head of a document says of it, in YAML between `---`, TOML between `+++`, or JSON."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from genesis import metadata
from genesis.errors import DocumentTooLarge
from genesis.readers import entries, json, settings, yaml
from genesis.readers.entries import Node
from genesis.structure import Block

LARGEST = 64 * 1024
"""Characters; what is longer is text."""
GROUP = 1
"""Of its blocks: those of the text begin after it."""
_KEYS_OF_LAYOUT = """
hide layout template toc sidebar sidebar_position sidebar_label nav_order nav_exclude weight permalink slug hide_title
hide_table_of_contents pagination_next pagination_prev render_with_liquid booktoc has_children
"""
_LAYOUT = frozenset(map(metadata.words, _KEYS_OF_LAYOUT.split()))
"""Keys that tell a generator of sites how to show the page, and a reader nothing."""
_OPENING = re.compile(r"\s{0,16}(---|\+\+\+)[ \t]*+\r?\n")
_OBJECT = re.compile(r'\{\s*+"')
_CLOSING = {
    "---": re.compile(r"^(?:---|\.\.\.)[ \t]*+(?:\r?\n|\Z)", re.MULTILINE),
    "+++": re.compile(r"^\+\+\+[ \t]*+(?:\r?\n|\Z)", re.MULTILINE),
}


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What it says, and where the text begins after it: at 0 where there is none."""

    end: int = 0
    title: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)
    blocks: Sequence[Block] = ()
    """Its keys, but for the title, as entries of group `GROUP`."""


def read(source: str) -> FrontMatter:
    """The front matter of a document; what only looks like one is none."""
    opening = _OPENING.match(source)
    if not opening:
        return _object(source)
    closing = _CLOSING[opening[1]].search(source, opening.end(), opening.end() + LARGEST)
    if not closing:
        return FrontMatter()
    start, end = opening.end(), closing.start()
    nodes: Sequence[Node] | None = ()
    if source[start:end].strip():
        nodes = _yaml(source, start, end) if opening[1] == "---" else _toml(source, start, end)
    return _told(nodes, closing.end()) if nodes is not None else FrontMatter()


def _object(source: str) -> FrontMatter:
    """Of a document that begins with a JSON object and goes on as text."""
    if not _OBJECT.match(source):
        return FrontMatter()
    try:
        documents, rest = json.parsed(source, 0, min(len(source), LARGEST))
    except DocumentTooLarge:
        return FrontMatter()
    is_one = len(documents) == 1 and rest < len(source) and source[:rest].rstrip().endswith("}")
    return _told(documents[0], rest) if is_one else FrontMatter()


def _yaml(source: str, start: int, end: int) -> Sequence[Node] | None:
    """Its keys; None if it is something else."""
    try:
        documents, rest = yaml.parsed(source, start, end)
    except DocumentTooLarge:
        return None
    is_one = len(documents) == 1 and rest == end and any(node.key for node in documents[0])
    return documents[0] if is_one else None


def _toml(source: str, start: int, end: int) -> Sequence[Node] | None:
    try:
        return settings.parsed(source, start, end)
    except DocumentTooLarge:
        return None


def _told(nodes: Sequence[Node], end: int) -> FrontMatter:
    told = [(node.key.text, entries.value(node)) for node in nodes]
    title = next((said for key, said in told if metadata.words(key) == "title"), "")
    unsaid = _LAYOUT | {"title"}
    others = [node for node in nodes if metadata.words(node.key.text) not in unsaid]
    blocks = tuple(replace(one, group=GROUP) for one in entries.blocks(others))
    return FrontMatter(end, title, metadata.gathered(told), blocks)
