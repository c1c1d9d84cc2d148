"""Ids and hashes: what makes a document, or an agent, the same one again."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from urllib.parse import unquote, urlsplit

PIPELINE_VERSION = 14
"""Grows when the same document would become other agents or packets, so that it is learned anew."""
_SLUG_LENGTH = 48
_JOINT = re.compile(r"(?<=[^\W_])(?:[-_]++(?=[^\W\d_])|_++(?=\d))")
_NO_SLUG = re.compile(r"[^a-z0-9]+")


def document_id(uri: str, title: str, text: str) -> str:
    """A readable slug and a hash of the uri, or else the title, or else the text."""
    readable = (file_name(uri) if uri else title) or text[: 2 * _SLUG_LENGTH]
    return f"{_slug(readable)}-{_hexdigest(uri or title or text)[:10]}"


def agent_id(document: str, passage: str, stands_for: Iterable[str] = ()) -> str:
    """
    The same for the same words in the same document, whatever the white space, that mean the same.

    What they mean depends on what they stand below, and on whom their pronouns stand for.
    """
    return "a" + _hexdigest("\0".join((document, " ".join(passage.split()), *stands_for)))[:24]


def content_hash(
    media_type: str, title: str, text: str, uri: str, metadata: Mapping[str, str], *, pinned: bool = False
) -> str:
    """A hash over everything that learning depends on."""
    parts = [
        str(PIPELINE_VERSION),
        media_type,
        title,
        uri,
        text,
        *(part for item in sorted(metadata.items()) for part in item),
        *(["pinned"] if pinned else []),
    ]
    digest = hashlib.sha256()
    for part in parts:
        encoded = part.encode()
        digest.update(len(encoded).to_bytes(8, "big"))
        digest.update(encoded)
    return digest.hexdigest()


def file_name(uri: str) -> str:
    """The last part of a URI's path without its extension; the host if there is no path."""
    try:
        parts = urlsplit(uri)
    except ValueError:
        return ""
    segments = [segment for segment in unquote(parts.path).split("/") if segment]
    if not segments:
        return parts.netloc
    stem, dot, _ = segments[-1].rpartition(".")
    return stem if dot and stem else segments[-1]


def readable(name: str) -> str:
    """The name of a file as words, if it is written without spaces: `reset-door_badges` as `reset door badges`."""
    return name if " " in name else _JOINT.sub(" ", name)


def _slug(words: str) -> str:
    plain = unicodedata.normalize("NFKD", words[: 4 * _SLUG_LENGTH]).encode("ascii", "ignore").decode().lower()
    return _NO_SLUG.sub("-", plain).strip("-")[:_SLUG_LENGTH].strip("-") or "document"


def _hexdigest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
