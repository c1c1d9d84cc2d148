"""Books (EPUB 2 and 3): their chapters in the order of reading, each as the page of HTML that it is."""

from __future__ import annotations

import codecs
import contextlib
import posixpath
import re
import zipfile
from collections.abc import Iterator
from urllib.parse import unquote

from lxml import etree

from genesis import charsets
from genesis.formats.container import opened
from genesis.formats.core import parsed
from genesis.formats.parts import Part, Parts, Spot, Unreadable

_CONTAINER = "META-INF/container.xml"
_LOCKS = ("META-INF/encryption.xml", "META-INF/rights.xml")
_HTML = ("application/xhtml+xml", "text/html")
_LINK = re.compile(
    r"<a\b[^<>]{0,500}+>(?:[^<]|<(?!/?a\b))*+</a>|<h[1-6]\b[^<>]{0,500}+>(?:[^<]|<(?!/?h[1-6]\b))*+</h[1-6]>"
)
_DECLARED = re.compile(rb"\s{0,99}+<\?xml\s[^<>]{0,200}?\bencoding\s{0,9}=\s{0,9}[\"']([\w.:-]{1,40}+)")
_TAG = re.compile(r"<[^<>]{0,2000}+>")
_TOLD = {"creator": "author", "date": "date", "language": "language", "publisher": "publisher"}


def read(content: bytes) -> Parts:
    """A part a chapter; fonts alone may be locked. Unreadable."""
    with opened(content) as archive:
        root = _package(archive)
        package = parsed(archive.read(root))
        _unlocked(archive)
        told = {etree.QName(one).localname: (one.text or "").strip() for one in _below(package, "metadata")}
        names = _spine(package, posixpath.dirname(root))
        parts = []
        for number, name in enumerate(names, 1):
            if name not in archive.namelist():
                continue
            html = _decoded(archive.read(name))
            if _is_contents(html):
                continue
            html = html.replace('epub:type="noteref"', 'role="doc-noteref"')  # as pages of the web say it
            parts.append(Part(html, "text/html", spots=[Spot(0, "CHAPTER", number)]))
    return Parts(parts, told.get("title", ""), {name: told[key] for key, name in _TOLD.items() if told.get(key)})


def _package(archive: zipfile.ZipFile) -> str:
    for one in parsed(archive.read(_CONTAINER)).iter("{*}rootfile"):
        if path := one.get("full-path"):
            return str(path)
    raise Unreadable("DOCUMENT_BROKEN", "the book does not say what it consists of")


def _unlocked(archive: zipfile.ZipFile) -> None:
    """Unreadable if a chapter is locked: a book may lock its fonts and be read all the same."""
    for name in _LOCKS:
        if name not in archive.namelist():
            continue
        locked = [one.get("URI", "") for one in parsed(archive.read(name)).iter("{*}CipherReference")]
        if any(uri.lower().endswith((".xhtml", ".html", ".htm", ".xml")) for uri in locked):
            raise Unreadable("DOCUMENT_ENCRYPTED", "the book is locked by its seller (DRM)")


def _below(package: etree._Element, name: str) -> Iterator[etree._Element]:
    for part in package.iter(f"{{*}}{name}"):
        # Of what is said twice, such as a title, the first holds.
        yield from (one for one in reversed(part) if isinstance(one.tag, str))


def _spine(package: etree._Element, folder: str) -> list[str]:
    """The files of the chapters, each once, without the one that only navigates."""
    files = {
        one.get("id"): posixpath.normpath(posixpath.join(folder, unquote(one.get("href", ""))))
        for one in _below(package, "manifest")
        if one.get("media-type") in _HTML and "nav" not in one.get("properties", "").split()
    }
    order = [one.get("idref") for one in package.iter("{*}itemref") if one.get("linear") != "no"]
    return list(dict.fromkeys(files[one] for one in order if one in files))


def _is_contents(html: str) -> bool:
    """Whether a chapter consists of links to others, under a heading at most."""
    body = html.partition("</head>")[2] or html
    text, links = _LINK.subn("", body)
    return links > 1 and not re.search(r"[^\W_]", _TAG.sub("", text))


def _decoded(html: bytes) -> str:
    if html.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return html.decode("utf-16", "replace")
    if (declared := _DECLARED.match(html)) and charsets.keeps_letters(
        charset := declared[1].decode("ascii", "replace")
    ):
        with contextlib.suppress(UnicodeDecodeError):
            return charsets.decoded(html, charset)
    return html.decode("utf-8-sig", "replace")
