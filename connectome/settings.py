"""What the connectome can be told."""

from __future__ import annotations

from pathlib import Path

from mesh.settings import NONE, Secret, ServerSettings, setting, settings


@settings
class Settings(ServerSettings):
    """The graph lies below `data`, or on a server; the lexical index, which is made from it, always below `data`."""

    data: Path = setting("Folder for the graph and the lexical index.")
    genesis_target: str = setting("Where genesis listens, address:port: it makes whole minds forgotten.")
    gatekeeper_target: str = setting("Where the gatekeeper listens, address:port: it keeps the audit log.")
    graph: str = setting(
        "Neo4j server or cluster that holds the graph: neo4j://host:port, bolt://host:port, or with TLS neo4j+s://…; "
        "empty: SQLite below `data`.",
        default="",
    )
    graph_user: str = setting("Who the connectome is to Neo4j.", default="neo4j")
    graph_password: Secret = setting("Its password there.", default=NONE)
    graph_password_file: str = setting("File with that password, instead of it.", default="")
    redis: Secret = setting(
        "Redis where connectomes on one Neo4j cluster tell each other what was written; empty: in memory.",
        default=NONE,
    )
    dense_model: str = setting(
        "Folder with a BERT-type ONNX model and its tokenizer for the dense sense (needs `myriad[dense]`); empty: off.",
        default="",
    )
    writer_target: str = setting(
        "Where the connectome that writes `data` listens, address:port, if this one only follows it; empty: this one "
        "writes.",
        default="",
    )
