"""The same question and packets give the same bytes in every process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
SCRIPT = """
from agent_host import asked, packet, reply
from language.question import read
from myriad.agent.v1.packet_pb2 import CognitivePacket, Sentence

words = "Alpha beta Gamma delta Epsilon zeta Eta theta Iota kappa director 1901 Paris spouse film".split()
for count in range(6, len(words) + 1):
    text = " ".join(words[:count])
    made = CognitivePacket(schema=1, agent="a", title="Alpha", text=text, sentences=[Sentence(end=len(text))])
    held = CognitivePacket.FromString(packet.held("a", made.SerializeToString()))
    question = asked.Asked(read("Which omega knew " + " ".join(words) + "?"))
    print(reply.reply(question, held, 5, with_text=True).SerializeToString(deterministic=True).hex())
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
