"""How the way to an answer looks, and whether it was the same again."""

from __future__ import annotations

from typing import Any

import pytest
from rich.console import Console, RenderableType

from cli import tree


def agent(name: str, **fields: Any) -> dict[str, Any]:
    return {
        "agent": f"minds/m/agents/{name}",
        "title": name.upper(),
        "score": 0.5,
        "path": ["X", name.upper()],
        **fields,
    }


def reply(name: str, *quotes: str) -> dict[str, Any]:
    return {"agent": f"minds/m/agents/{name}", "evidence": [{"quote": quote} for quote in quotes]}


ANSWER: dict[str, Any] = {
    "state": "ANSWER_STATE_ANSWERED",
    "shortAnswer": "1999",
    "confidence": 0.8,
    "summary": "It closed in 1999.",
    "citations": [{"agent": "minds/m/agents/a", "quote": "It closed in 1999.", "number": 1}],
    "socraticRounds": [
        {
            "trigger": "TRIGGER_KNOWLEDGE_GAP",
            "question": "Who closed it?",
            "change": "nothing better",
            "stop": "STOP_NOTHING_CHANGED",
        }
    ],
}
TRACE: dict[str, Any] = {
    "question": "When did it close?",
    "model": "myriad-max",
    "mind": "minds/m",
    "mindVersion": "7",
    "weightsAsOf": "2026-11-22T17:15:00Z",
    "maxAgents": 9,
    "rounds": [
        {
            "question": "When did it close?",
            "seeds": [{"concept": "Mill", "weight": 0.9}, {"agent": "minds/m/agents/b", "weight": 0.1}],
            "pushCount": 12,
            "rowCount": 34,
            "agents": [agent("a"), agent("b")],
            "replies": [reply("a", "It closed in 1999.", "It\nburned."), reply("b", "b" * 300, "B2.", "B3.")],
            "ambiguousNames": [{"name": "Mill", "senses": ["Mill (film)", "Mill (town)"]}],
        },
        {"question": "Who closed it?", "agents": [agent("c")], "replies": [reply("c", "C.")]},
    ],
    "dropped": [{"agent": "minds/m/agents/a", "quote": "It\nburned.", "cause": "DROP_CAUSE_OVER_BUDGET"}],
    "stages": [{"stage": "STAGE_THEMATIC_ANALYZER", "summary": "1 theme", "items": ["The mill"]}],
    "features": [{"name": "coverage", "value": 0.75}],
    "doubts": [{"trigger": "TRIGGER_LOW_CONFIDENCE", "about": "the year"}],
    "steps": [{"step": "STEP_ACTIVATE", "duration": "0.001250s"}, {"step": "STEP_ASK", "round": 1, "duration": "2s"}],
}


def lines(what: RenderableType, width: int = 100) -> list[str]:
    console = Console(width=width, force_terminal=False, highlight=False)
    with console.capture() as captured:
        console.print(what)
    return [line.lstrip("│├└─ ").rstrip() for line in captured.get().splitlines()]


def test_the_tree_goes_from_seeds_to_the_answer() -> None:
    assert lines(tree.tree(ANSWER, TRACE)) == [
        "When did it close?",
        "myriad-max on minds/m, version 7 · weights as of 2026-11-22 17:15 · 9 agents at most",
        "round 0",
        "seeds: 12 pushes, 34 rows read",
        "0.900 Mill",
        "0.100 B, by its words",
        "Mill may be Mill (film), Mill (town): nothing says which",
        "agents: 2",
        "0.500 A  X → A",
        "[1] It closed in 1999.",
        "over budget: It burned.",
        "0.500 B  X → B",
        "not in the answer: " + "b" * 64 + "…",
        "not in the answer: B2.",
        "… and 1 more not used",
        "round 1, knowledge gap: Who closed it?",
        "→ nothing better, nothing changed",
        "seeds: 0 pushes, 0 rows read",
        "agents: 1",
        "0.500 C  X → C",
        "not in the answer: C.",
        "thematic analyzer: 1 theme",
        "The mill",
        "in doubt: low confidence, the year",
        "answered, likely (0.80): 1999",
        "It closed in 1999.",
        "confidence from coverage 0.75",
        "time: activate 1.2 ms, ask 1 2000.0 ms",
    ]


@pytest.mark.parametrize("width", [40, 100])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    assert max(map(len, lines(tree.tree(ANSWER, TRACE), width))) <= width


def test_an_agent_that_gave_something_is_shown_however_low_it_ranks() -> None:
    agents = [agent(f"n{number}") for number in range(30)] + [agent("a")]
    trace = {"rounds": [{"agents": agents, "replies": [reply("a", "It closed in 1999.")]}]}
    shown = lines(tree.tree(ANSWER, trace))
    assert "0.500 A  X → A" in shown
    assert "… and 22 more that gave nothing to the answer" in shown


def test_a_round_that_was_broken_off_is_told_too() -> None:
    shown = lines(tree.tree(ANSWER, {"rounds": [{}]}))
    assert "knowledge gap: Who closed it? → nothing better, nothing changed" in shown


def test_an_empty_trace_is_shown_too() -> None:
    assert lines(tree.tree({}, {}))


@pytest.mark.parametrize(
    ("result", "explained", "said"),
    [
        ({"same": True, "mindVersionThen": "7", "mindVersionNow": "7"}, False, "the same, byte for byte"),
        ({"mindVersionThen": "7", "mindVersionNow": "7"}, False, "not the same; mind version 7, as then"),
        ({"mindVersionThen": "7", "mindVersionNow": "8"}, True, "the mind has changed since: version 7 → 8"),
    ],
)
def test_a_replay_says_whether_the_minds_version_explains_a_difference(
    result: dict[str, Any], explained: bool, said: str
) -> None:
    shown = lines(tree.replay({**result, "differences": ["text: 'a' → 'b'"]}))
    assert said in shown[0]
    assert tree.explained(result) == explained
    assert ("text: 'a' → 'b'" in "\n".join(shown)) != bool(result.get("same"))
