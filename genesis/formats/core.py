"""What an Office file says of itself: title, author, when it was made and changed."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping

from lxml import etree

_CORE = "docProps/core.xml"
_TOLD = {"creator": "author", "created": "created", "modified": "updated", "language": "language", "version": "version"}


def properties(archive: zipfile.ZipFile) -> tuple[str, Mapping[str, str]]:
    """The title, and metadata by the names that the readers of texts give them."""
    try:
        root = parsed(archive.read(_CORE))
    except (KeyError, etree.XMLSyntaxError):
        return "", {}
    said = {etree.QName(one).localname: (one.text or "").strip() for one in root if isinstance(one.tag, str)}
    return said.get("title", ""), {name: said[key] for key, name in _TOLD.items() if said.get(key)}


def natural(given: str, otherwise: int) -> int:
    """What an attribute counts, in eight figures at most."""
    return int(given) if given.isdecimal() and len(given) < 9 else otherwise


def parsed(xml: bytes) -> etree._Element:
    """XML without entities of its own, of bounded depth, from nowhere but the file."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    return etree.fromstring(xml, parser)
