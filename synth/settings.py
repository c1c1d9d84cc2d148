"""What the synthesizer can be told."""

from __future__ import annotations

from mesh.settings import ServerSettings, setting, settings


@settings
class Settings(ServerSettings):
    """A judging model is optional."""

    judge_model: str = setting(
        "Folder with a cross-encoder, a BERT-type ONNX model with one logit, and its tokenizer, for the judging sense "
        "(needs `myriad[judge]`); empty: off.",
        default="",
    )
