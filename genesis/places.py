"""Places: on which pages, slides, sheets or chapters of its file a passage stands."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence

from genesis.passages import Passage
from genesis.structure import Place
from myriad.agent.v1.text_pb2 import Place as Said
from myriad.agent.v1.text_pb2 import PlacedText, PlaceKind


def placed(passage: Passage, places: Sequence[Place]) -> Iterator[PlacedText]:
    """From where on in its text the passage stands on which place; what only opens its list may stand on one before."""
    last: Place | None = None
    for run in passage.text.runs if places else ():
        first = max(bisect_right(places, run.source_start, key=_start) - 1, 0)
        end = bisect_right(places, max(run.source_end - 1, run.source_start), key=_start)
        for place in places[first:end]:
            if place is not last:
                at = run.start + max(place.start - run.source_start, 0)
                yield PlacedText(start=min(at, run.end - 1), place=_said(place))
                last = place


def _said(place: Place) -> Said:
    return Said(kind=PlaceKind.Value(f"PLACE_KIND_{place.kind}"), number=place.number, title=place.name)


def _start(place: Place) -> int:
    return place.start
