"""What the connectome can be told."""

from __future__ import annotations

from pathlib import Path

from mesh.settings import ServerSettings, setting, settings


@settings
class Settings(ServerSettings):
    """The embedded Connectome keeps its graph and its lexical index below `data`."""

    data: Path = setting("Folder for the graph and the lexical index.")
    genesis_target: str = setting("Where genesis listens, address:port: it makes whole minds forgotten.")
    dense_model: str = setting(
        "Folder with a BERT-type ONNX model and its tokenizer for the dense sense (needs `myriad[dense]`); empty: off.",
        default="",
    )
