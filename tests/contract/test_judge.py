"""The judging sense on a real ONNX model: a tiny one, made here, that counts words of a unit which it likes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("onnxruntime", reason="needs the group `dense`: make test installs it")

import onnx
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace
from tokenizers.processors import TemplateProcessing

from mesh.listening import StartError
from synth.adapters.onnx_judge import OnnxJudge

LIKED = 3.0
WORDS = ["[PAD]", "[UNK]", "[SEP]", "warranty", "months", "blue"]


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pair's logit is 3 for each `months` in its second text, and nothing for all else."""
    return made(tmp_path_factory.mktemp("judge"), columns=1)


def made(folder: Path, columns: int) -> Path:
    table = np.zeros((len(WORDS), columns), dtype=np.float32)
    table[WORDS.index("months")] = LIKED
    inputs = [
        helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "length"])
        for name in ("input_ids", "token_type_ids")
    ]
    graph = helper.make_graph(
        [
            helper.make_node("Gather", ["table", "input_ids"], ["likes"]),
            helper.make_node("Cast", ["token_type_ids"], ["second"], to=TensorProto.FLOAT),
            helper.make_node("Unsqueeze", ["second", "last"], ["seconds"]),
            helper.make_node("Mul", ["likes", "seconds"], ["liked"]),
            helper.make_node("ReduceSum", ["liked", "length"], ["logits"], keepdims=0),
        ],
        "judge",
        inputs,
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", columns])],
        [
            numpy_helper.from_array(table, "table"),
            numpy_helper.from_array(np.array([2], dtype=np.int64), "last"),
            numpy_helper.from_array(np.array([1], dtype=np.int64), "length"),
        ],
    )
    onnx.save(
        helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9), str(folder / "model.onnx")
    )
    tokenizer = Tokenizer(WordLevel({word: number for number, word in enumerate(WORDS)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.post_processor = TemplateProcessing(
        single="$A", pair="$A [SEP] $B:1 [SEP]:1", special_tokens=[("[SEP]", WORDS.index("[SEP]"))]
    )
    tokenizer.save(str(folder / "tokenizer.json"))
    return folder


def test_each_unit_gets_its_score_in_order(model: Path) -> None:
    scores = OnnxJudge(model).scores("warranty months", ["blue", "months and months", "36 months"])
    assert scores == [0.0, 2 * LIKED, LIKED]


def test_a_very_long_question_leaves_room_for_the_unit(model: Path) -> None:
    assert OnnxJudge(model).scores("warranty " * 1_000, ["months"]) == [LIKED]


def test_a_very_long_unit_is_read_as_far_as_the_model_reads(model: Path) -> None:
    [score] = OnnxJudge(model).scores("warranty", ["months " * 5_000])
    assert 0 < score < 200 * LIKED


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StartError, match="MYRIAD_JUDGE_MODEL"):
        OnnxJudge(tmp_path)


def test_a_model_that_does_not_give_one_number_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StartError, match="one number"):
        OnnxJudge(made(tmp_path, columns=3))
