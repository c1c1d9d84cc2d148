"""How an answer came about, as a tree for people. Takes JSON as REST gave it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rich.console import Group, RenderableType
from rich.text import Text
from rich.tree import Tree

from cli.answers import turn_result, wording
from cli.render import Json, enum, minute
from cli.terminal import printable

SHOWN_AGENTS = 8
"""Agents that gave nothing to the answer; all that did are shown."""
SHOWN_DROPPED = 2
"""Sentences of an agent that were not used."""
SHOWN_SEEDS = 6
SHOWN_ITEMS = 8
LATER = "not in the answer"
"""Why a sentence of a round that was discarded is not used."""


@dataclass(frozen=True, slots=True)
class _Fates:
    """What became of sentences, by whose they are and what they say."""

    used: Mapping[tuple[str, str], int]
    dropped: Mapping[tuple[str, str], str]

    @classmethod
    def of(cls, answer: Json, trace: Json) -> _Fates:
        return cls(
            {(one.get("agent", ""), one.get("quote", "")): one.get("number", 0) for one in answer.get("citations", [])},
            {(one.get("agent", ""), one.get("quote", "")): one.get("cause", "") for one in trace.get("dropped", [])},
        )

    def number(self, agent: Json, sentence: Json) -> int:
        """Its citation's number; 0 if the answer does not quote it."""
        return self.used.get((agent.get("agent", ""), sentence.get("quote", "")), 0)

    def cause(self, agent: Json, sentence: Json) -> str:
        """Why the answer does not quote it."""
        return enum(self.dropped.get((agent.get("agent", ""), sentence.get("quote", "")), LATER), "DROP_CAUSE_")


def tree(answer: Json, trace: Json) -> RenderableType:
    """Seeds, rounds, agents and what each gave, stages, answer."""
    answer, trace = printable(answer), printable(trace)
    root = Tree(Text(trace.get("question", ""), style="bold"))
    root.add(_line(_asked(trace), "dim"))
    fates = _Fates.of(answer, trace)
    turns = answer.get("socraticRounds", [])
    for number, one in enumerate(trace.get("rounds", [])):
        turn = turns[number - 1] if 0 < number <= len(turns) else {}
        _round(root, number, one, turn, fates)
    for turn in turns[max(0, len(trace.get("rounds", [])) - 1) :]:
        root.add(_line(f"{enum(turn.get('trigger', ''), 'TRIGGER_')}: {turn.get('question', '')} {turn_result(turn)}"))
    for stage in trace.get("stages", []):
        branch = root.add(_line(f"{enum(stage.get('stage', ''), 'STAGE_')}: {stage.get('summary', '')}"))
        _some(branch, stage.get("items", []))
    for doubt in trace.get("doubts", []):
        about = f"{enum(doubt.get('trigger', ''), 'TRIGGER_')}, {doubt.get('about', '')}"
        root.add(_line(f"in doubt: {about}", "yellow"))
    _answer(root, answer, trace)
    root.add(Text("time: " + ", ".join(map(_step, trace.get("steps", []))), style="dim"))
    return root


def replay(result: Json) -> RenderableType:
    """Whether an answer came out the same again, and what differs."""
    result = printable(result)
    then, now = result.get("mindVersionThen", "0"), result.get("mindVersionNow", "0")
    if result.get("same"):
        return Text(f"the same, byte for byte but for ids, times and usage (mind version {now})", style="green")
    why = f"the mind has changed since: version {then} → {now}" if explained(result) else f"mind version {now}, as then"
    lines = (Text(f"  {difference}") for difference in result.get("differences", []))
    return Group(Text(f"not the same; {why}", style="yellow" if explained(result) else "red"), *lines)


def explained(result: Json) -> bool:
    """Whether the answer may differ: the mind is not the same any more."""
    return bool(result.get("mindVersionThen") != result.get("mindVersionNow"))


def _asked(trace: Json) -> str:
    parts = (
        f"{trace.get('model', '')} on {trace.get('mind', '')}, version {trace.get('mindVersion', 0)}",
        f"weights as of {minute(trace['weightsAsOf'])}" if trace.get("weightsAsOf") else "",
        f"{trace['maxAgents']} agents at most" if trace.get("maxAgents") else "",
    )
    return " · ".join(filter(None, parts))


def _round(root: Tree, number: int, one: Json, turn: Json, fates: _Fates) -> None:
    head = (
        f"round {number}, {enum(turn.get('trigger', ''), 'TRIGGER_')}: {one.get('question', '')}"
        if number
        else "round 0"
    )
    branch = root.add(_line(head))
    if turn:
        branch.add(_line(turn_result(turn), "italic"))
    seeds = branch.add(f"seeds: {one.get('pushCount', 0)} pushes, {one.get('rowCount', 0)} rows read")
    titles = {agent.get("agent"): agent.get("title", "") for agent in one.get("agents", [])}
    _some(seeds, [_seed(seed, titles) for seed in one.get("seeds", [])], SHOWN_SEEDS)
    for name in one.get("ambiguousNames", []):
        meant = "clearly the first" if name.get("resolved") else "nothing says which"
        branch.add(_line(f"{name.get('name', '')} may be {', '.join(name.get('senses', []))}: {meant}", "yellow"))
    replies = {reply.get("agent"): reply.get("evidence", []) for reply in one.get("replies", [])}
    agents = branch.add(f"agents: {len(one.get('agents', []))}")
    idle = 0
    for agent in one.get("agents", []):
        evidence = replies.get(agent.get("agent"), [])
        gave = any(fates.number(agent, sentence) for sentence in evidence)
        idle += not gave
        if gave or idle <= SHOWN_AGENTS:
            _agent(agents, agent, evidence, fates)
    if idle > SHOWN_AGENTS:
        agents.add(_line(f"… and {idle - SHOWN_AGENTS} more that gave nothing to the answer", "dim"))


def _agent(agents: Tree, agent: Json, evidence: list[Json], fates: _Fates) -> None:
    head = _line(f"{agent.get('score', 0.0):.3f} ").append(agent.get("title", ""), style="cyan")
    leaf = agents.add(head.append("  " + " → ".join(agent.get("path", [])), style="dim"))
    numbers = [(fates.number(agent, sentence), sentence) for sentence in evidence]
    for number, sentence in numbers:
        if number:
            leaf.add(_line(f"[{number}] ", "cyan").append(_folded(sentence), style="default"))
    dropped = [sentence for number, sentence in numbers if not number]
    for sentence in dropped[:SHOWN_DROPPED]:
        leaf.add(_line(f"{fates.cause(agent, sentence)}: {_folded(sentence)}", "dim"))
    if len(dropped) > SHOWN_DROPPED:
        leaf.add(_line(f"… and {len(dropped) - SHOWN_DROPPED} more not used", "dim"))


def _answer(root: Tree, answer: Json, trace: Json) -> None:
    confidence = answer.get("confidence", 0.0)
    head = f"{enum(answer.get('state', ''), 'ANSWER_STATE_')}, {wording(confidence)} ({confidence:.2f})"
    branch = root.add(_line(head, "bold").append(f": {answer['shortAnswer']}" if answer.get("shortAnswer") else ""))
    if answer.get("summary"):
        branch.add(_line(" ".join(answer["summary"].split())))
    if features := trace.get("features"):
        figures = (f"{enum(one.get('name', ''), '')} {one.get('value', 0.0):.2f}" for one in features)
        branch.add(Text("confidence from " + ", ".join(figures), style="dim"))


def _some(branch: Tree, items: list[str], most: int = SHOWN_ITEMS) -> None:
    for item in items[:most]:
        branch.add(_line(" ".join(item.split())))
    if len(items) > most:
        branch.add(_line(f"… and {len(items) - most} more", "dim"))


def _step(step: Json) -> str:
    """A step's name, with the number of its Socratic round, and its time."""
    name = " ".join(filter(None, (enum(step.get("step", ""), "STEP_"), str(step.get("round") or ""))))
    return f"{name} {float(step.get('duration', '0s').removesuffix('s')) * 1e3:.1f} ms"


def _seed(seed: Json, titles: Mapping[str, str]) -> str:
    agent = seed.get("agent", "")
    what = seed.get("concept") or f"{titles.get(agent) or agent.rpartition('/')[2]}, by its words"
    return f"{seed.get('weight', 0.0):.3f} {what}"


def _folded(sentence: Json) -> str:
    return " ".join(sentence.get("quote", "").split())


def _line(text: str, style: str = "") -> Text:
    """A line that is cut where the terminal ends: `--json` has it whole."""
    return Text(text, style=style, no_wrap=True, overflow="ellipsis")
