"""
The judging sense by onnxruntime: a folder with a cross-encoder, a BERT-type ONNX model with one logit, and its
tokenizer.

`*.onnx` and `*tokenizer.json` (Hugging Face) are read. Such models are trained to say whether a passage answers a
question (Nogueira and Cho 2019, "Passage Re-ranking with BERT").
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from mesh.listening import StartError

_LONGEST = 192
"""Tokens of a question and a unit together that count: a unit has 50 words, or is a list that its first items tell."""

_LONGEST_QUESTION = 400
"""Characters of a question that are read: a unit needs its room beside it."""


class OnnxJudge:
    """See `synth.ports.Judge`."""

    def __init__(self, folder: Path) -> None:
        """StartError if the folder holds no model of this kind."""
        models, tokenizers = sorted(folder.glob("*.onnx")), sorted(folder.glob("*tokenizer.json"))
        if not models or not tokenizers:
            raise StartError(f"MYRIAD_JUDGE_MODEL: {folder} has to hold a file *.onnx and its *tokenizer.json")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        try:
            self._session = onnxruntime.InferenceSession(str(models[0]), options, providers=["CPUExecutionProvider"])
            self._tokenizer = Tokenizer.from_file(str(tokenizers[0]))
        except Exception as error:  # both raise what their native code throws
            raise StartError(f"MYRIAD_JUDGE_MODEL: {models[0]} cannot be used: {str(error)[:200]}") from None
        self.model = f"{models[0].name} {models[0].stat().st_size}"
        self._tokenizer.enable_truncation(_LONGEST, strategy="only_second")
        self._tokenizer.enable_padding()
        self._inputs = {one.name for one in self._session.get_inputs()}
        shape = self._session.get_outputs()[0].shape
        if len(shape) != 2 or shape[1] not in (1, "1"):
            raise StartError(f"MYRIAD_JUDGE_MODEL: {models[0]} gives {shape}, and has to give one number for each pair")

    def scores(self, question: str, units: Sequence[str]) -> Sequence[float]:
        question = question[:_LONGEST_QUESTION]
        encodings = self._tokenizer.encode_batch([(question, unit) for unit in units])
        given = {
            "input_ids": np.array([one.ids for one in encodings], dtype=np.int64),
            "attention_mask": np.array([one.attention_mask for one in encodings], dtype=np.int64),
            "token_type_ids": np.array([one.type_ids for one in encodings], dtype=np.int64),
        }
        logits = self._session.run(None, {name: given[name] for name in self._inputs})[0]
        return [float(one) for one in logits[:, 0]]
