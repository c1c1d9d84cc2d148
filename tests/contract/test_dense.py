"""The dense sense on a real ONNX model (a tiny one, made here), USearch and the graph store."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("onnxruntime", reason="needs the group `dense`: make test installs it")

import onnx
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace

from connectome.activate import activate
from connectome.adapters.onnx_encoder import OnnxEncoder
from connectome.dense import DenseSense, Filler
from connectome.ports import Wanted
from mesh.listening import StartError
from myriad.connectome.v1.activation_pb2 import Budget
from myriad.connectome.v1.activation_service_pb2 import ActivateRequest
from myriad.connectome.v1.agent_record_pb2 import AgentRecord
from myriad.connectome.v1.document_record_pb2 import RegisteredDocument
from myriad.genesis.v1.document_pb2 import Document
from tests.contract.minds import MIND, Minds

# A word a line of meanings: words of one line have the same vector.
MEANINGS = [["doctor", "stethoscope"], ["river", "stream"], ["bread", "loaf"], ["star", "sun"], ["[UNK]", "the", "a"]]


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bag of words: the mean of one-hot vectors of meanings."""
    folder = tmp_path_factory.mktemp("model")
    vocabulary = {word: number for number, word in enumerate(word for words in MEANINGS for word in words)}
    table = np.zeros((len(vocabulary), 8), dtype=np.float32)
    for meaning, words in enumerate(MEANINGS):
        for word in words:
            table[vocabulary[word], meaning] = 0.1 if "[UNK]" in words else 1.0
    ids = helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["batch", "length"])
    states = helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, ["batch", "length", 8])
    graph = helper.make_graph(
        [helper.make_node("Gather", ["table", "input_ids"], ["last_hidden_state"])],
        "bag",
        [ids],
        [states],
        [numpy_helper.from_array(table, "table")],
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.save(made, str(folder / "model.onnx"))
    tokenizer = Tokenizer(WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.save(str(folder / "tokenizer.json"))
    (folder / "1_Pooling").mkdir()
    (folder / "1_Pooling/config.json").write_text(json.dumps({"pooling_mode_mean_tokens": True}))
    return folder


class Mind:
    """A graph with the dense sense."""

    def __init__(self, minds: Minds, model: Path) -> None:
        self.minds, self.store, self.lexical = minds, minds.store, minds.lexical
        encoder = OnnxEncoder(model)
        self.index = minds.store.vector_index(encoder.dimensions)
        self.filler = Filler(encoder, self.store, self.index)
        self.sense = DenseSense(encoder, self.store, self.index)
        self.sense.follow()

    def learn(self, mind: str = MIND, **texts: str) -> None:
        documents = [
            RegisteredDocument(
                document=Document(name=f"{mind}/documents/{one}", title=one),
                agents=[f"{mind}/agents/{one}"],
                new_agents=[
                    AgentRecord(
                        agent=f"{mind}/agents/{one}", document=f"{mind}/documents/{one}", text=text, packet_location="x"
                    )
                ],
            )
            for one, text in texts.items()
        ]
        self.minds.learn(*documents, mind=mind)

    def read(self) -> int:
        count = 0
        self.sense.follow()
        while read := self.filler.fill():
            count += read
        return count

    def nearest(self, question: str, mind: str = MIND) -> list[str]:
        hits = self.sense.nearest(self.store.mind(mind)[0], question, 10)
        agents = self.store.read(Wanted(agents=[hit.agent for hit in hits]), 0).agents
        return [agents[hit.agent].title for hit in hits if hit.score > 0.5]


@pytest.fixture
def mind(minds: Minds, model: Path) -> Mind:
    return Mind(minds, model)


def test_a_passage_is_found_by_its_meaning(mind: Mind) -> None:
    mind.learn(bakery="the loaf", clinic="a stethoscope", sky="the star")
    assert mind.nearest("doctor") == []  # not read yet: nothing waits for it
    assert mind.read() == 3
    assert mind.nearest("doctor") == ["clinic"]
    assert mind.nearest("bread") == ["bakery"]


def test_what_is_learned_later_is_read_later(mind: Mind) -> None:
    mind.learn(clinic="a stethoscope")
    mind.read()
    mind.learn(practice="the doctor")
    assert mind.read() == 1
    assert mind.nearest("stethoscope") == ["clinic", "practice"]


def test_what_is_forgotten_is_found_no_more_and_leaves_no_vector(mind: Mind) -> None:
    mind.learn(clinic="a stethoscope", practice="the doctor")
    mind.read()
    mind.minds.forget("clinic")
    assert mind.store.get_mind(MIND).vector_count == 1
    assert mind.read() == 0
    assert mind.index.counts() == {mind.store.mind(MIND)[0]: 1}
    assert mind.nearest("stethoscope") == ["practice"]


def test_minds_do_not_see_each_others_passages(mind: Mind) -> None:
    mind.learn(clinic="a stethoscope")
    mind.learn("minds/other", practice="the doctor")
    mind.read()
    assert mind.nearest("doctor") == ["clinic"]
    assert mind.nearest("doctor", "minds/other") == ["practice"]


def test_vectors_outlive_a_restart(mind: Mind, model: Path) -> None:
    mind.learn(clinic="a stethoscope")
    mind.read()
    again = Mind(mind.minds, model)
    assert again.nearest("doctor") == ["clinic"]
    assert again.read() == 0


def test_another_models_vectors_are_not_used(mind: Mind, tmp_path: Path, model: Path) -> None:
    mind.learn(clinic="a stethoscope")
    mind.read()
    other = tmp_path / "other"
    other.mkdir()
    for file in ("tokenizer.json", "model.onnx"):
        (other / file.replace("model", "another")).write_bytes((model / file).read_bytes())
    again = Mind(mind.minds, other)
    assert again.store.get_mind(MIND).vector_count == 0
    assert again.read() == 1


@pytest.mark.parametrize("content", [None, b"no model"])
def test_a_folder_without_a_model_is_refused_with_what_it_lacks(tmp_path: Path, content: bytes | None) -> None:
    if content:
        (tmp_path / "model.onnx").write_bytes(content)
        (tmp_path / "tokenizer.json").write_bytes(b"{}")
    with pytest.raises(StartError, match="MYRIAD_DENSE_MODEL"):
        OnnxEncoder(tmp_path)


def test_an_agent_that_shares_no_word_with_the_question_is_woken_by_its_meaning(mind: Mind) -> None:
    mind.learn(clinic="a stethoscope", bakery="the loaf")
    request = ActivateRequest(mind=MIND, question="doctor", budget=Budget(max_agents=3, max_pushes=10))
    assert not activate(mind.store, mind.lexical, request, mind.sense).agents
    mind.read()
    found = activate(mind.store, mind.lexical, request, mind.sense).agents
    assert found[0].title == "clinic"
    assert found[0].dense > 0.5
