"""Tabs of a page, and the part that each of them opens: the one that it names, or else the next."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from genesis.readers.html.tags import Tag

_PANEL = re.compile(r"(?:^|\s)(?:tab-?panel?|tabbed-block|sd-tab-content)(?:$|\s)", re.IGNORECASE)
_LIST = re.compile(r"(?:^|\s)(?:nav-tabs|nav-pills|tabbed-labels)(?:$|\s)", re.IGNORECASE)
_DEEPEST = 3
"""Parts within each other that know the tab around them."""


@dataclass(slots=True)
class Tabs:
    """What heads the parts that tabs open."""

    by_panel: dict[int, tuple[Tag, int]] = field(default_factory=dict)
    """By the number of the tag that closes a part, its tab, and how many parts it is in."""
    starts: set[int] = field(default_factory=set)
    """Where the tabs stand that open a part."""

    def add(self, panel: Tag, tab: Tag, depth: int) -> None:
        """A part and its tab."""
        self.by_panel[panel.closed] = tab, depth
        self.starts.add(tab.start)


@dataclass(slots=True)
class _Part:
    """A part of a page, the tag that closes it, and the tabs in it whose parts stand behind them."""

    closed: int
    waiting: deque[Tag] = field(default_factory=deque)


def tabs(tags: Sequence[Tag], told: Mapping[int, Mapping[str, str]]) -> Tabs:
    """All of a page; `told` has what is given of each element, by its start."""
    found = Tabs()
    named, called = _named(tags, told)
    parts = [_Part(len(tags))]
    for number, tag in enumerate(tags):
        while len(parts) > 1 and parts[-1].closed <= number:
            parts.pop()
        if not (given := told.get(tag.start)):
            continue
        if _is_tab(tag, given):
            if _target(given) not in named:
                parts[-1].waiting.append(tag)
            continue
        if given.get("role") == "tablist" or _LIST.search(given.get("class", "")):
            parts[-1].waiting.clear()
        tab = named.get(given.get("id", "")) or called.get(given.get("aria-labelledby", ""))
        is_panel = given.get("role") == "tabpanel" or _PANEL.search(given.get("class", ""))
        if not tab and is_panel and parts[-1].waiting:
            tab = parts[-1].waiting.popleft()
        if tab:
            found.add(tag, tab, min(len(parts) - 1, _DEEPEST))
            parts.append(_Part(tag.closed))
    return found


def _named(tags: Sequence[Tag], told: Mapping[int, Mapping[str, str]]) -> tuple[dict[str, Tag], dict[str, Tag]]:
    """The tabs by the part that they name, if it is there, and by what they are called themselves."""
    ids = {given["id"] for given in told.values() if given.get("id")}
    named: dict[str, Tag] = {}
    called: dict[str, Tag] = {}
    for tag in tags:
        given = told.get(tag.start)
        if given and _is_tab(tag, given):
            target = _target(given)
            if target in ids:
                named.setdefault(target, tag)
            if given.get("id"):
                called.setdefault(given["id"], tag)
    return named, called


def _is_tab(tag: Tag, given: Mapping[str, str]) -> bool:
    if given.get("role") == "tab":
        return True
    if tag.name == "label":
        return "tab" in given.get("for", "")
    return (given.get("data-toggle") or given.get("data-bs-toggle")) in ("tab", "pill")


def _target(given: Mapping[str, str]) -> str:
    """What the part is called that a tab opens."""
    leads = given.get("data-bs-target") or given.get("data-target") or given.get("href", "")
    return given.get("aria-controls") or (leads[1:] if leads.startswith("#") else "")
