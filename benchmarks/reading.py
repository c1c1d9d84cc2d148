"""
What reading and learning cost per MiB, by shape: `python -m benchmarks.reading [--size KIB] [SHAPE…]`.

Processor time in one thread. Reading is from the bytes to passages; learning is all that genesis does besides to make
packets. `growth` is the cost per MiB against that of a document of an eighth of the size: 1 where it is linear.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

from rich.console import Console
from rich.table import Table

from genesis.drafts import Draft, Drafter
from genesis.packets import packets
from myriad.genesis.v1.document_pb2 import DocumentInput
from substrate import bundles
from tests.shapes import SHAPES, Shape

MIB = 1024 * 1024
SLOWEST = 4.0
"""How much more than prose a shape may cost per MiB."""

console = Console(width=140)


def drafted(shape: Shape, size: int) -> list[Draft]:
    """The documents of a shape, read and cut."""
    source = DocumentInput(content=shape.text(size), media_type=shape.media_type)
    return [draft for draft in Drafter("minds/m").drafts(source) if isinstance(draft, Draft)]


def packed(drafts: list[Draft]) -> int:
    """How many bytes the frames of their packets have."""
    return sum(len(bundles.frame(packet.SerializeToString())) for draft in drafts for packet in packets(draft))


def seconds(work: Callable[[], object]) -> float:
    """The processor time of this thread that `work` takes."""
    began = time.thread_time()
    work()
    return time.thread_time() - began


def measured(shape: Shape, size: int) -> tuple[float, float, int]:
    """Seconds per MiB of reading and of learning, and how many agents there are."""
    drafts: list[Draft] = []
    reading = seconds(lambda: drafts.extend(drafted(shape, size)))
    learning = reading + seconds(lambda: packed(drafts))
    return reading * MIB / size, learning * MIB / size, sum(len(draft.passages) for draft in drafts)


def main(names: list[str], size: int) -> None:
    table = Table("shape", "MiB/s read", "growth", "MiB/s learned", "growth", "agents/MiB")
    shapes = [shape for shape in SHAPES if not names or shape.name in names]
    prose = measured(SHAPES[0], size)
    for shape in shapes:
        small, large = measured(shape, size // 8), measured(shape, size)
        slow = large[0] > SLOWEST * prose[0] or large[1] > SLOWEST * prose[1]
        table.add_row(
            shape.name,
            f"{1 / large[0]:.2f}",
            f"{large[0] / small[0]:.1f}",
            f"{1 / large[1]:.2f}",
            f"{large[1] / small[1]:.1f}",
            f"{large[2] * MIB // size:,}",
            style="red" if slow else "",
        )
    console.print(table)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=2048, help="KiB of the larger document")
    parser.add_argument("shapes", nargs="*")
    given = parser.parse_args()
    main(given.shapes, given.size * 1024)
