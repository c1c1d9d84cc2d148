"""Communities by the Leiden algorithm, on agents and concepts as the two sides of one graph."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import graspologic_native as native
import numpy as np
import numpy.typing as npt

from connectome.regions import Tie

MOST_CONCEPTS = 200
"""A community of more is divided again,"""
FEWEST_CONCEPTS = 3
"""and one of fewer is none."""
COARSEST, FINEST = 0.5, 8.0
"""Resolutions of modularity: with the first, a few agents that name each other's concepts stay together."""
_SEED = 1
_TIE = np.dtype([("agent", np.int64), ("concept", np.int64), ("strength", np.float64)])

Numbers = npt.NDArray[np.int64]
Weights = npt.NDArray[np.float64]


def divide(ties: Iterable[Tie]) -> Mapping[int, tuple[int, float]]:
    """See `connectome.regions.Divide`. The same ties, in whatever order, are divided the same way."""
    table = np.fromiter(ties, _TIE)
    agents, left = np.unique(table["agent"], return_inverse=True)
    concepts, right = np.unique(table["concept"], return_inverse=True)
    order = np.lexsort((right, left))
    left, right, weights = left[order], right[order] + len(agents), table["strength"][order]
    labels = _divided(left, right, weights, len(agents), len(agents) + len(concepts))
    within = labels[left] == labels[right]
    inner = np.bincount(right[within], weights[within], minlength=len(labels))[len(agents) :]
    labels = labels[len(agents) :]
    kept = np.bincount(labels, minlength=1)[labels] >= FEWEST_CONCEPTS
    found = zip(concepts[kept].tolist(), labels[kept].tolist(), inner[kept].tolist(), strict=True)
    return {concept: (label, weight) for concept, label, weight in found}


def _divided(left: Numbers, right: Numbers, weights: Weights, agents: int, nodes: int) -> Numbers:
    """The community of each node; nodes from `agents` on are concepts."""
    labels = _communities(left, right, weights, nodes, COARSEST)
    next_label = int(labels.max(initial=-1)) + 1
    large = [(label, COARSEST) for label in _large(labels, agents)]
    while large:
        label, resolution = large.pop()
        members = np.flatnonzero(labels == label)
        inside = (labels[left] == label) & (labels[right] == label)
        inner_left, inner_right = (np.searchsorted(members, end[inside]) for end in (left, right))
        parts = _communities(inner_left, inner_right, weights[inside], len(members), resolution)
        labels[members] = np.where(parts == 0, label, next_label + parts - 1)
        changed = {label, *range(next_label, next_label + int(parts.max()))}
        next_label += len(changed) - 1
        if len(changed) == 1:
            resolution *= 2
        if resolution <= FINEST:
            large.extend((one, resolution) for one in changed.intersection(_large(labels, agents)))
    return labels


def _large(labels: Numbers, agents: int) -> list[int]:
    sizes = np.bincount(labels[agents:], minlength=1)
    return [int(label) for label in np.flatnonzero(sizes > MOST_CONCEPTS)]


def _communities(left: Numbers, right: Numbers, weights: Weights, nodes: int, resolution: float) -> Numbers:
    if not len(left):
        return np.arange(nodes)
    start, end = np.concatenate([left, right]), np.concatenate([right, left])
    order = np.lexsort((end, start))
    pointers = np.zeros(nodes + 1, np.int64)
    np.cumsum(np.bincount(start, minlength=nodes), out=pointers[1:])
    both = np.concatenate([weights, weights])[order]
    _, found = native.leiden_csr(pointers, end[order].astype(np.int32), both, nodes, resolution=resolution, seed=_SEED)
    return np.fromiter((found[node] for node in range(nodes)), np.int64, nodes)
