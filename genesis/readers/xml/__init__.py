"""XML: a document as its paragraphs, a feed as its articles, anything else as keys with their paths and rows."""

from __future__ import annotations

from genesis.readers import entries, html
from genesis.readers.listing import as_it_stands
from genesis.readers.xml.data import nodes
from genesis.readers.xml.document import is_document, page
from genesis.readers.xml.feed import articles, is_feed
from genesis.readers.xml.shown import through
from genesis.readers.xml.tree import parsed
from genesis.structure import Structure

__all__ = ["read"]


def read(source: str) -> Structure:
    """
    What cannot be parsed is kept as it stands, as is text beside the outermost element; no entity is expanded but
    signs. DocumentTooLarge.
    """
    root, rest = parsed(source)
    kept = [block for start, end in rest for block in as_it_stands(source, start, stop=end)]
    if root is None:
        return Structure(title="", source=source, blocks=kept)
    if root.name == "html":
        return html.read(source)
    if is_feed(root) or is_document(root):
        shown = articles(source, root) if is_feed(root) else page(source, root)
        return through(html.read(shown.text), shown, source, kept)
    told = nodes(source, root)
    return Structure(title=entries.called(told), source=source, blocks=[*entries.blocks(told), *kept])
