"""The ZIP that an Office file or a book is: opened if it is whole, locked by nothing, and no bomb."""

from __future__ import annotations

import io
import zipfile

from genesis.formats.parts import Unreadable

MOST_FILES = 10_000
LARGEST_BYTES = 256 * 1024 * 1024
"""Of all that it unpacks to."""
_LARGEST_XML = 64 * 1024 * 1024
_OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""How a compound file begins: Office before 2007, or a file of today behind a password."""
_LOCKED = "EncryptedPackage".encode("utf-16-le")
_CODINGS = ("ascii", "utf-16-le", "utf-16-be")
_DECLARES = [one.encode(coding) for one in ("<!DOCTYPE", "<!ENTITY") for coding in _CODINGS]


def opened(content: bytes) -> zipfile.ZipFile:
    """The ZIP. Unreadable."""
    if content.startswith(_OLD):
        if _LOCKED in content:
            raise Unreadable("DOCUMENT_ENCRYPTED", "the file is protected by a password; save it without one")
        raise Unreadable("DOCUMENT_BROKEN", "this is a file of Office before 2007; save it in the format of today")
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except zipfile.BadZipFile:
        raise Unreadable("DOCUMENT_BROKEN", "the file is damaged, or not what its type says: it is no ZIP") from None
    entries = archive.infolist()
    if any(entry.flag_bits & 1 for entry in entries):
        raise Unreadable("DOCUMENT_ENCRYPTED", "the file is protected by a password; save it without one")
    if len(entries) > MOST_FILES or sum(entry.file_size for entry in entries) > LARGEST_BYTES:
        raise Unreadable(
            "DOCUMENT_TOO_LARGE", f"the file unpacks to more than {LARGEST_BYTES // 2**20} MiB, or {MOST_FILES:,} files"
        )
    return archive


def office(content: bytes) -> zipfile.ZipFile:
    """The same of an Office file, of which no part declares entities. Unreadable."""
    archive = opened(content)
    for entry in archive.infolist():
        if entry.filename.lower().endswith((".xml", ".rels", ".vml")):
            if entry.file_size > _LARGEST_XML:
                raise Unreadable("DOCUMENT_TOO_LARGE", f"a part of the file is over {_LARGEST_XML // 2**20} MiB")
            xml = archive.read(entry)
            if any(one in xml for one in _DECLARES):
                raise Unreadable("DOCUMENT_BROKEN", "the file declares entities, which no Office file does")
    return archive
