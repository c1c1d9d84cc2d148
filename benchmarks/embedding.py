"""A sentence-embedding model on the same passages: what meaning alone finds."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.peer import DEPTH, Peer
from connectome.adapters.onnx_encoder import OnnxEncoder

AT_ONCE = 8


class Embedding:
    """The model of a folder, and the passages that it has read."""

    def __init__(self, folder: Path) -> None:
        self._encoder = OnnxEncoder(folder)
        self._read: dict[str, NDArray[np.float16]] = {}

    def measure(self, texts: Sequence[str], questions: Sequence[str]) -> Peer:
        began = time.perf_counter()
        unread = sorted(set(texts) - self._read.keys(), key=len)  # of like length, so that little is padding
        for at in range(0, len(unread), AT_ONCE):
            some = unread[at : at + AT_ONCE]
            self._read |= dict(zip(some, map(_vector, self._encoder.passages(some)), strict=True))
        passages = np.stack([self._read[text] for text in texts]).astype(np.float32)
        learn_seconds = time.perf_counter() - began
        taken, found = list[float](), list[list[int]]()
        for question in questions:
            began = time.perf_counter()
            alike = passages @ _vector(self._encoder.question(question)).astype(np.float32)
            best = np.argsort(-alike, kind="stable")[:DEPTH]
            taken.append((time.perf_counter() - began) * 1e3)
            found.append([int(number) for number in best])
        return Peer(learn_seconds, taken, found)


def _vector(content: bytes) -> NDArray[np.float16]:
    return np.frombuffer(content, dtype=np.float16)
