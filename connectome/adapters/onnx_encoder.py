"""
Sentence vectors by onnxruntime: a folder with a BERT-type ONNX model and its tokenizer.

`*.onnx` and `*tokenizer.json` (Hugging Face) are read; `1_Pooling/config.json` and `config_sentence_transformers.json`
say, where the folder has them, how tokens become one vector and what comes before a question (sentence-transformers'
layout). Without them the first token's vector stands for the text, as BGE's models want it (Xiao et al. 2023).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from mesh.listening import StartError

_BGE_QUESTION = "Represent this sentence for searching relevant passages: "
_LONGEST = 384
"""Tokens of a text that count."""


class OnnxEncoder:
    """See `connectome.dense.Encoder`."""

    def __init__(self, folder: Path) -> None:
        """StartError if the folder holds no model of this kind."""
        models, tokenizers = sorted(folder.glob("*.onnx")), sorted(folder.glob("*tokenizer.json"))
        if not models or not tokenizers:
            raise StartError(f"MYRIAD_DENSE_MODEL: {folder} has to hold a file *.onnx and its *tokenizer.json")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        try:
            self._session = onnxruntime.InferenceSession(str(models[0]), options, providers=["CPUExecutionProvider"])
            self._tokenizer = Tokenizer.from_file(str(tokenizers[0]))
        except Exception as error:  # both raise what their native code throws
            raise StartError(f"MYRIAD_DENSE_MODEL: {models[0]} cannot be used: {str(error)[:200]}") from None
        self._tokenizer.enable_truncation(_LONGEST)
        self._tokenizer.enable_padding()
        self._inputs = {one.name for one in self._session.get_inputs()}
        self._mean = bool(_read(folder / "1_Pooling/config.json").get("pooling_mode_mean_tokens"))
        prompts = _read(folder / "config_sentence_transformers.json").get("prompts") or {}
        self._before = str(prompts.get("query", _BGE_QUESTION if "bge" in models[0].name else ""))
        self.model = f"{models[0].name} {models[0].stat().st_size}"
        self.dimensions = len(self._encoded(["one"])[0])

    def question(self, text: str) -> bytes:
        return _bytes(self._encoded([self._before + text])[0])

    def passages(self, texts: Sequence[str]) -> Sequence[bytes]:
        return [_bytes(vector) for vector in self._encoded(texts)]

    def _encoded(self, texts: Sequence[str]) -> Any:
        encodings = self._tokenizer.encode_batch(list(texts))
        ids = np.array([one.ids for one in encodings], dtype=np.int64)
        mask = np.array([one.attention_mask for one in encodings], dtype=np.int64)
        given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        states = self._session.run(None, {name: given[name] for name in self._inputs})[0]
        if self._mean:
            weights = mask[:, :, None]
            vectors = (states * weights).sum(axis=1) / np.maximum(weights.sum(axis=1), 1)
        else:
            vectors = states[:, 0]
        return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)


def _bytes(vector: Any) -> bytes:
    return bytes(vector.astype(np.float16).tobytes())


def _read(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except ValueError as error:
        raise StartError(f"MYRIAD_DENSE_MODEL: {file} is not JSON: {error}") from None
    return found if isinstance(found, dict) else {}
