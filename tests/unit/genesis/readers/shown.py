"""What holds of every structure that a reader makes."""

from __future__ import annotations

from collections.abc import Iterator

from genesis.structure import Block, Shown, Structure


def texts(block: Block) -> Iterator[Shown]:
    yield block.text
    yield block.lead
    for cell in block.cells:
        yield from cell


def check(structure: Structure) -> None:
    """Runs are in order, do not overlap, and show what stands in the source."""
    for block in structure.blocks:
        assert block.text, block
        for shown in texts(block):
            check_shown(shown, structure.source)


def check_shown(shown: Shown, source: str) -> None:
    at = 0
    for start, end, source_start, source_end in shown.runs:
        assert at <= start < end <= len(shown.text)
        assert 0 <= source_start < source_end <= len(source)
        at = end
        if end - start == source_end - source_start:
            pairs = zip(shown.text[start:end], source[source_start:source_end], strict=True)
            assert all(one == other or (one.isspace() and other.isspace()) for one, other in pairs)


def words(text: str) -> set[str]:
    return {"".join(filter(str.isalnum, word)) for word in text.split()} - {""}


def all_words(structure: Structure) -> set[str]:
    said = " ".join(
        [
            structure.title,
            *(f"{' '.join(one.path)} {one.speaker} {one.mark} {one.text.text}" for one in structure.blocks),
        ]
    )
    return words(said)


def said(structure: Structure) -> list[str]:
    """The texts of the blocks."""
    return [block.text.text for block in structure.blocks]
