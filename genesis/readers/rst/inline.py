"""Inline: what of roles, literals, references and emphasis is not shown, and what is shown for a name."""

from __future__ import annotations

import re
from collections.abc import Iterator

from genesis.readers.rst.names import Names
from genesis.structure import Edit, Shown

_MARKS = "`*\\]|_"
_INLINE = re.compile(
    r"\\(?P<escaped>[^\w\s]|\s)"
    r"|(?P<role>:[\w:+.-]{2,30}:)?(?:``(?P<literal>(?!\s)(?>(?:[^`]|`(?!`)){1,500}))``"
    r"|`(?P<said>(?=[^\s`])(?>(?:[^`\\]|\\[\s\S]){1,500}))`(?P<reference>_{0,2}))"
    r"|(?<![\w*])(?P<strong>\*{1,2})(?=[^\s*])(?P<words>[^*]{1,300})(?<=[^\s\\])(?P=strong)(?![\w*])"
    r"|(?<![\w|])\|(?P<name>[^\s|][^|\n]{0,79})\|_{0,2}(?![\w|])"
    r"|[ ]?\[(?:#[\w-]{0,40}|\d{1,3}|\*)\](?P<note>_)(?!\w)"
    r"|\[[^\W\d_](?>[\w.+:-]{0,60})\](?P<cited>_)(?!\w)"
    r"|(?<![\w:/.@+-])(?P<word>[^\W_](?>(?:[-.+:]?[^\W_]|_(?=[^\W_])){0,60}))(?P<under>_{1,2})(?!\w)"
)
_TARGET = re.compile(r"\s{0,5}<[^<>]{1,400}>$")
_ESCAPED = re.compile(r"\\([^\w\s]|\s)")
_NUMBERED = {":pep:": "PEP ", ":rfc:": "RFC "}
"""What is said before the number that a role holds."""
_AS_WRITTEN = frozenset((":math:", ":code:"))
"""Roles in which a backslash is one."""
_TITLED = frozenset((":ref:", ":std:ref:"))


def shown(whole: Shown, names: Names) -> Shown:
    """A stretch of a document as it is shown."""
    text = whole.text
    if any(mark in text for mark in _MARKS):
        whole = whole.edited(_edits(text, names))
    return whole.folded()


def edits(text: str) -> Iterator[Edit]:
    """What of roles, literals and references is not shown in a text that has some, and may have other marks."""
    for one in _INLINE.finditer(text):
        if one["literal"] or one["role"] or one["reference"]:
            yield from _quoted(one, None)


def _edits(text: str, names: Names) -> Iterator[Edit]:
    for one in _INLINE.finditer(text):
        start, end = one.span()
        if one["escaped"]:
            yield Edit(start, end if one["escaped"].isspace() else start + 1, "")
        elif one["words"]:
            yield Edit(start, one.start("words"), "")
            yield Edit(one.end("words"), end, "")
        elif one["name"]:
            said = names.said(one["name"])
            if said is not None:
                yield from _instead(start, end, _plain(said))
        elif one["note"]:
            yield Edit(start, end, "")
        elif one["cited"]:
            yield Edit(end - 1, end, "")
        elif one["word"]:
            if names.is_target(one["word"], is_anonymous=one["under"] == "__"):
                yield Edit(one.start("under"), end, "")
        else:
            yield from _quoted(one, names)


def _quoted(one: re.Match[str], names: Names | None) -> Iterator[Edit]:
    """What stands between ticks."""
    if one["literal"]:
        start, end = one.span("literal")
        yield Edit(one.start(), start, "")
        yield Edit(end, one.end(), "")
        return
    start, end = one.span("said")
    said = one["said"]
    role = one["role"] or ""
    target = _TARGET.search(said)
    if target and target.start():
        end -= len(target[0])
    elif role in _TITLED and names and (title := names.title(said)):
        yield from _instead(*one.span(), _plain(title))
        return
    elif role in _NUMBERED and (number := said.partition("#")[0]):
        end = start + len(number)
    if role:
        start += len(said) - len(said.lstrip("~!."))
    is_numbered = role in _NUMBERED and not target
    yield Edit(one.start(), start, _NUMBERED[role] if is_numbered else "")
    for escaped in _ESCAPED.finditer(one.string, start, end) if role not in _AS_WRITTEN else ():
        yield Edit(escaped.start(), escaped.end() if escaped[1].isspace() else escaped.start() + 1, "")
    yield Edit(end, one.end(), "")


def _plain(text: str) -> str:
    """What a name stands for, without marks; names that stand in it stay."""
    return Shown(text).edited(_marks(text)).text


def _marks(text: str) -> Iterator[Edit]:
    for one in _INLINE.finditer(text):
        if one["words"]:
            yield Edit(one.start(), one.start("words"), "")
            yield Edit(one.end("words"), one.end(), "")
        elif one["literal"] or one["said"]:
            yield from _quoted(one, None)


def _instead(start: int, end: int, said: str) -> Iterator[Edit]:
    """What is as long as that for which it stands is another text still: the map may not take it for the same."""
    same = len(said) == end - start
    yield Edit(start, end - same, said)
    if same:
        yield Edit(end - 1, end, "")
