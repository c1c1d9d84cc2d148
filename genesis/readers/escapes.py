"""What stands in quotes, as it is meant: escapes of JSON, YAML, TOML and programming languages undone."""

from __future__ import annotations

import re

from genesis.structure import Run, Shown, joined, verbatim

_ESCAPE = re.compile(
    r"\\(?:(u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})|([uUx])([0-9a-fA-F]{2,8})|(\r?\n[ \t]*+)|(.))",
    re.DOTALL,
)
_DIGITS = {"x": 2, "u": 4, "U": 8}
_MEANT = {"n": "\n", "r": "\r", "t": "\t"} | dict.fromkeys("bfv0aeN_", " ")
_LOST = "\N{REPLACEMENT CHARACTER}"


def unescaped(source: str, start: int, end: int) -> Shown:
    """A stretch between quotation marks."""
    if source.find("\\", start, end) < 0:
        return verbatim(source, start, end)
    text: list[str] = []
    runs: list[Run] = []
    length, at = 0, start
    while at < end:
        escape = _ESCAPE.search(source, at, end)
        first, last, meant = _meant(escape) if escape else (end, end, "")
        if first > at:
            text.append(source[at:first])
            runs.append(Run(length, length + first - at, at, first))
            length += first - at
        if meant:
            text.append(meant)
            runs.append(Run(length, length + 1, first, last))
            length += 1
        at = max(last, first)
    return Shown("".join(text), tuple(runs))


def _meant(escape: re.Match[str]) -> tuple[int, int, str]:
    """Where an escape stands and which character it means; none for a line that goes on."""
    pair, form, digits, folded, letter = escape.groups()
    first, last = escape.span()
    if pair:
        return first, last, _character(0x10000 + ((int(pair[1:5], 16) & 0x3FF) << 10) + (int(pair[7:], 16) & 0x3FF))
    if form:
        digits = digits[: _DIGITS[form]]
        return first, first + 2 + len(digits), _character(int(digits, 16))
    return first, last, "" if folded is not None else _MEANT.get(letter, letter)


def _character(code: int) -> str:
    return _LOST if code == 0 or 0xD800 <= code < 0xE000 or code > 0x10FFFF else chr(code)


def doubled(source: str, start: int, end: int, quote: str = "'") -> Shown:
    """A stretch in which a quotation mark stands twice where one is meant."""
    if source.find(quote, start, end) < 0:
        return verbatim(source, start, end)
    parts: list[Shown] = []
    while (at := source.find(quote + quote, start, end)) >= 0:
        parts.append(verbatim(source, start, at + 1))
        start = at + 2
    return joined((*parts, verbatim(source, start, end)))
