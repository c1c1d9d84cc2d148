"""Messages of several parts: where each begins and ends, whatever of their boundaries is missing."""

from __future__ import annotations

import re

_HEAD_END = re.compile(r"\n[ \t]*+(?=\n)")


def parted(source: str) -> tuple[str, str]:
    """The head of a message or a part, and what stands below it."""
    if source.startswith("\n"):
        return "", source[1:]
    end = _HEAD_END.search(source)
    return (source[: end.start() + 1], source[end.end() + 1 :]) if end else (source, "")


def pieces(body: str, boundary: str) -> list[str]:
    """What stands between the lines that name the boundary; one that is not closed goes to the end."""
    if not boundary:
        return []
    found: list[str] = []
    mark, begins, at = f"--{boundary}", -1, 0
    while (start := body.find(mark, at)) >= 0:
        end = body.find("\n", start)
        stop = len(body) if end < 0 else end
        behind = body[start + len(mark) : stop].rstrip()
        at = stop
        if (start and body[start - 1] != "\n") or behind not in ("", "--"):
            continue
        if begins >= 0:
            found.append(body[begins : max(start - 1, begins)])
        begins = min(stop + 1, len(body)) if not behind else -1
        if behind:
            break
    if begins >= 0:
        found.append(body[begins:])
    return found
