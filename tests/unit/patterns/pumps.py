"""Strings that make a pattern slow, if any do: what each of its repetitions takes, over and over, and then fails."""

from __future__ import annotations

import random
import re
import re._compiler as compiler
import re._constants as op
import re._parser as parser
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

_LETTERS = "aA1 e-,.'\"’“”()[]:;/*_`|#>+=?!&@%$~\\<{}^\néÉbBxsdt中\t—–•\u0301"
"""What a set is tried with: the first that it holds stand for it."""
_MANY = 9
"""Repetitions up to this often are no place to pump."""
_GENERIC = (
    " ", "a", "A", "1", "-", ".", ",", "'", '"', "\n", "(", "[", "*", "_", "`", "#", "|", ":", "/", "=", "\t", "’", "é",
    "中", "a ", "A ", "A a ", "Aa ", "1 ", "a, ", "A, ", "1, ", "a. ", "A. ", "a\n", "- a\n", "a: ", "1.", "1,", "a-",
    "a'", "A.", "(a", "()", "(a) ", '"a', '"a" ', "“a” ", "[a]", "| a ", "**a", "of ", "the ", "is a ", "and ", "or ",
    "A or ", "born ", "In A, ", "1900 ", "1 May 1900 ", "A of the ", "as of ", " \n", "\n\n", ". ", ", ", "- ", "; ",
    "…", "http://a",
)  # fmt: skip
_FAILING = ("", "\x00", "!", " ", "\n", "a", "A ")


@dataclass(frozen=True, slots=True)
class Pump:
    """A text of any size: `unit` over and over, between what leads to it and what makes it fail."""

    before: str
    unit: str
    after: str

    def text(self, size: int) -> str:
        return self.before + self.unit * (size // len(self.unit)) + self.after


def pumps(pattern: re.Pattern[str], seed: int) -> list[Pump]:
    """The pumps of a pattern, shuffled by the seed."""
    draw = random.Random(seed)
    tree = parser.parse(pattern.pattern, pattern.flags)
    found = {Pump("", unit, after) for unit, after in product(_GENERIC, ("", "\x00"))}
    writer = _Writer(tree, pattern.flags, draw)
    for _ in range(3):
        for before, bodies, after in writer.places(tree, "", ""):
            ends = {*_FAILING, after, after[:-1], f"{after}\x00"}
            for body, end in product(bodies, ends):
                found.add(Pump(before, body, end))
                found.add(Pump("", before + body, end))
                found.add(Pump("", before + body * 3, end))
                found.add(Pump(before, body + after, end))
        whole = writer.example(tree)
        found |= {
            Pump("", whole, ""),
            Pump("", f"{whole} ", ""),
            Pump("", whole[:-1], ""),
            Pump(whole, whole[-1:], "\x00"),
        }
    listed = sorted((pump for pump in found if pump.unit), key=lambda one: (one.before, one.unit, one.after))
    draw.shuffle(listed)
    return listed


class _Writer:
    """Writes texts that a pattern, or a piece of it, takes."""

    def __init__(self, tree: parser.SubPattern, flags: int, draw: random.Random) -> None:
        self._state = tree.state
        self._flags = flags & ~re.LOCALE
        self._draw = draw
        self._members: dict[str, str] = {}
        self._groups: dict[int, str] = {}

    def places(self, items: Sequence[Any], before: str, after: str) -> Iterator[tuple[str, list[str], str]]:
        """Each repetition with what leads to it, what it takes, and what would follow it."""
        items = list(items)
        for number, (kind, argument) in enumerate(items):
            rest = self.example(items[number + 1 :]) + after
            for inner in _inner(kind, argument):
                if kind in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT) and argument[1] > _MANY:
                    bodies = [self.example(inner) for _ in range(2)]
                    if len(inner) == 1 and inner[0][0] in (op.IN, op.ANY, op.NOT_LITERAL, op.CATEGORY):
                        bodies += self._draw.sample(members := self._those(inner[0]), min(6, len(members)))
                    yield before, [body for body in bodies if body], rest
                yield from self.places(inner, before, rest)
            before += self.example([items[number]])

    def example(self, items: Sequence[Any]) -> str:
        return "".join(self._one(kind, argument) for kind, argument in items)

    def _one(self, kind: Any, argument: Any) -> str:
        if kind is op.LITERAL:
            return chr(argument)
        if kind in (op.NOT_LITERAL, op.ANY, op.IN, op.CATEGORY, op.RANGE):
            return self._draw.choice(self._those((kind, argument))[:3])
        if kind is op.BRANCH:
            return self.example(self._draw.choice(argument[1]))
        if kind is op.SUBPATTERN:
            text = self.example(argument[3])
            if argument[0] is not None:
                self._groups[argument[0]] = text
            return text
        if kind in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
            least, most, body = argument
            return "".join(self.example(body) for _ in range(min(most, max(least, self._draw.choice((0, 1, 1))))))
        if kind is op.ATOMIC_GROUP:
            return self.example(argument)
        if kind is op.ASSERT and argument[0] > 0:
            return self.example(argument[1])
        if kind is op.GROUPREF:
            return self._groups.get(argument, "")
        return ""

    def _those(self, item: Any) -> str:
        """The letters that a set holds."""
        key = repr(item)
        if key not in self._members:
            sub = parser.SubPattern(self._state, [item])
            one = compiler.compile(sub, self._flags)
            written = "".join(map(chr, _literals(item)))
            self._members[key] = "".join(letter for letter in _LETTERS + written if one.fullmatch(letter)) or "a"
        return self._members[key]


def _literals(item: Any) -> Iterator[int]:
    kind, argument = item
    if kind is op.IN:
        for inner in argument:
            yield from _literals(inner)
    elif kind is op.LITERAL:
        yield argument
    elif kind is op.RANGE:
        yield argument[0]


def _inner(kind: Any, argument: Any) -> list[Any]:
    """The sequences that stand in one of a sequence's items."""
    if kind in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
        return [argument[2]]
    if kind is op.BRANCH:
        return list(argument[1])
    if kind is op.SUBPATTERN:
        return [argument[3]]
    if kind is op.ATOMIC_GROUP:
        return [argument]
    if kind in (op.ASSERT, op.ASSERT_NOT):
        return [argument[1]]
    return []
