"""The same question and packets give the same bytes in every process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
SCRIPT = """
from agent_host import passage, question, reply
from myriad.agent.v1.packet_pb2 import CognitivePacket, Sentence

text = "Alpha beta gamma delta epsilon zeta eta theta iota kappa in Paris by Mary Smith since 1901."
packet = CognitivePacket(schema=1, agent="a", title="Alpha Beta", text=text, sentences=[Sentence(end=len(text))])
asked = question.analyse("Which director knew Alpha Beta gamma, delta epsilon, zeta 1901, Eta theta or iota?")
held = passage.read("a", packet.SerializeToString())
print([one.score.hex() for one in __import__("agent_host.evidence").evidence.rank(asked, held)])
print(reply.reply(asked, held, ("Alpha",), 5, with_text=True).SerializeToString(deterministic=True).hex())
"""


def test_the_order_of_sets_changes_nothing() -> None:
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'gen'}"}
    said = {
        subprocess.run(
            [sys.executable, "-c", SCRIPT],
            env={**environment, "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed in ("0", "1", "2")
    }
    assert len(said) == 1
