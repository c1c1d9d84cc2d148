"""The thematic analyzer, the first stage: quotes that belong together, each group under a heading."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from synth.opening import dangles
from synth.selection import Supported
from synth.words import fold_space, subject

BELOW = " › "
_LONGEST = 60
"""A longer way through the headings is shown by its ends."""


@dataclass(frozen=True, slots=True)
class Grouped:
    """A theme: its heading and its quotes in the order of their documents, the theme's own document first."""

    heading: str
    quotes: Sequence[Supported]

    @property
    def support(self) -> float:
        return max(one.support for one in self.quotes)


def analyze(taken: Sequence[Supported], chain: Sequence[Supported] = ()) -> list[Grouped]:
    """
    Themes of `taken`, those of the documents of the chain first, then the best supported.

    Sentences of one document under the same headings are a theme. A sentence that is alone joins the theme of what it
    names, or others that name the same, or is a theme of its own. No two themes have the same heading.
    """
    places: dict[tuple[str, str], list[Supported]] = {}
    for one in taken:
        places.setdefault((one.document, heading(one)), []).append(one)
    large = {place: quotes for place, quotes in places.items() if len(quotes) > 1}
    alone = [quotes[0] for quotes in places.values() if len(quotes) == 1]
    names = {name: label for one in taken for name, label in _labels(one).items()}
    hosts: dict[str, tuple[str, str]] = {}
    for place, quotes in large.items():
        for name in quotes[0].about:
            hosts.setdefault(name, place)
    shared = Counter(name for one in alone for name in names if _speaks_of(one, name))
    joined: dict[str, list[Supported]] = {}
    left: list[Supported] = []
    own: list[Grouped] = []
    for one in alone:
        host = next((name for name in names if name in hosts and _speaks_of(one, name)), None)
        group = next((name for name, count in shared.most_common() if count > 1 and _speaks_of(one, name)), None)
        if dangles(one.quote.evidence) and not one.quote.evidence.edits:
            own.append(Grouped(heading(one), [one]))
        elif host is not None:
            large[hosts[host]].append(one)
        elif group is not None:
            joined.setdefault(group, []).append(one)
        else:
            left.append(one)
    themes = [Grouped(place[1], _ordered(quotes, place[0])) for place, quotes in large.items()] + own
    for name, quotes in joined.items():
        if len(quotes) > 1:
            themes.append(Grouped(names[name], _ordered(quotes, "")))
        else:
            left += quotes
    themes += [Grouped(heading(one), [one]) for one in left]
    near = {one.document for one in chain}
    themes.sort(key=lambda theme: (theme.quotes[0].document not in near, -theme.support))
    under: dict[str, list[Supported]] = {}
    for theme in themes:
        under.setdefault(theme.heading, []).extend(theme.quotes)
    return [Grouped(words, quotes) for words, quotes in under.items()]


def heading(one: Supported) -> str:
    """
    Where a quote stands: the title of its document and the headings above it, of a long way only the two ends.

    What it is about if it stands under none.
    """
    reply = one.quote.reply
    path = [part for part in map(fold_space, (reply.title, *reply.heading_path)) if part]
    if len(path) > 2 and len(BELOW.join(path)) > _LONGEST:
        path = [path[0], "…", path[-1]]
    return BELOW.join(path) or fold_space(reply.subject)


def _labels(one: Supported) -> dict[str, str]:
    """The names of what a quote's agent is about, each as it is written."""
    reply = one.quote.reply
    label = subject(reply.title) or fold_space(reply.subject)
    return dict.fromkeys(sorted(one.about), label)


def _speaks_of(one: Supported, name: str) -> bool:
    return name in one.about or name in one.said


def _ordered(quotes: Sequence[Supported], first: str) -> list[Supported]:
    """By document, `first` before all others and these by their best quote; within each in its own order."""
    best: dict[str, float] = {}
    for one in quotes:
        best[one.document] = max(best.get(one.document, 0.0), one.support)
    return sorted(quotes, key=lambda one: (one.document != first, -best[one.document], one.document, one.start))
