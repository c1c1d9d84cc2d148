"""
Passages learned twice, the second time with another date, number, place or name under another source.

Each question is asked twice: of a mind with such a copy, and of one with a control in its place: nothing, an identical
copy, or a sibling, the same text about somebody else with another value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from benchmarks.datasets import Case, Dataset, Record, choose, draw, halves
from benchmarks.made import Fact, made
from benchmarks.relations import DAY, MONTHS, named

MADE_A_RELATION = 8
"""Questions made from passages, for data whose questions have no answers."""
CHANGED = (*[("changed", "{}")] * 3, ("changed and retitled", "Notes on {}"))
"""How the second copy is called: three of four like the first."""
CONTROLS = ("nothing", "identical", "sibling")
_YEAR = re.compile(r"[12]\d{3}")
_DAY = re.compile(DAY)
_NUMBER = re.compile(r"\d[\d,.]*(?: (?:million|billion|times|years))?")


def contradictions(data: Dataset) -> Iterator[Dataset]:
    """Two minds: what one contradicts is a control in the other."""
    facts = {fact.case["question"]: fact for fact in (_told(data) or made(data, MADE_A_RELATION))}
    sides = halves([fact.case for fact in facts.values()])
    for number, contradicted in enumerate(sides):
        passages: list[Record] = list(data.passages)
        cases = list[Case]()
        for case in [fact.case for fact in facts.values()]:
            fact = facts[case["question"]]
            other = _other_value(fact, list(facts.values()))
            if case in contradicted:
                kind, title = choose(f"title {case['question']}", CHANGED)
                copy = _second(fact, fact.passage["text"].replace(fact.value, other))
                passages.append(copy | {"title": title.format(copy["title"])})
            else:
                kind = choose(f"control {case['question']}", CONTROLS)
                if kind == "sibling" and not _is_called(fact, _sibling(fact, data.passages)):
                    kind = "identical"
                passages += _control(kind, fact, other, data.passages)
            values = [fact.value, other] if case in contradicted else []
            cases.append(case | {"conflict": case in contradicted, "values": values, "type": f"{fact.kind}, {kind}"})
        yield Dataset(f"{data.name}-contradictions-{number}", passages, cases)


def _told(data: Dataset) -> list[Fact]:
    """Questions of the data with an answer that a gold passage has word for word, and that is none of its own names."""
    texts = {passage["title"]: passage for passage in data.passages}
    facts = []
    for case in data.cases:
        value = case.get("answer", "").rstrip(".")
        passage = next(
            (texts[title] for title in case["gold"] if title in texts and _stands(value, texts[title])), None
        )
        if value and passage and (kind := _kind(value, case["question"])) and value not in case["question"]:
            facts.append(Fact(case, passage, value, kind))
    return facts


def _stands(value: str, passage: Record) -> bool:
    inside = re.search(rf"(?<!\w){re.escape(value)}(?!\w)", passage["text"])
    return bool(value and inside) and not set(value.split()) & set(re.findall(r"\w+", passage["title"]))


def _kind(value: str, question: str) -> str:
    for kind, form in (("year", _YEAR), ("day", _DAY), ("number", _NUMBER)):
        if form.fullmatch(value):
            return kind
    if not value[0].isupper():
        return ""
    asked = question.lower()
    if re.search(r"\b(?:where|(?:what|which)(?: \w+)? (?:city|country|state|town))\b", asked):
        return "place"
    return "person" if re.search(r"\bwh(?:o|om)\b", asked) and " " in value else "name"


def _other_value(fact: Fact, facts: Sequence[Fact]) -> str:
    """Of the same kind and not in the passage: another year or number, or a name that answers another question."""
    key, value = f"other {fact.case['question']}", fact.value
    if fact.kind in ("year", "day"):
        years = 2 + draw(key, 15)
        changed = _YEAR.sub(lambda year: str(int(year[0]) - years), value)
        return changed if draw(f"{key} month", 2) else _other_month(changed, key)
    if fact.kind == "number":
        return re.sub(r"\d", lambda digit: str((int(digit[0]) + 3) % 9 + 1), value, count=1)
    others = {one.value for one in facts if one.kind == fact.kind and one.value not in fact.passage["text"]}
    alike = sorted(one for one in others if one.count(" ") == value.count(" ")) or sorted(others)
    return choose(key, alike) if alike else f"New {value}"


def _other_month(date: str, key: str) -> str:
    return re.sub("|".join(MONTHS), lambda month: choose(key, [one for one in MONTHS if one != month[0]]), date)


def _control(kind: str, fact: Fact, other: str, passages: Sequence[Record]) -> list[Record]:
    if kind == "nothing":
        return []
    if kind == "identical":
        return [_second(fact, fact.passage["text"])]
    title = _sibling(fact, passages)
    text = fact.passage["text"].replace(fact.value, other).replace(named(fact.passage["title"]), title)
    return [_second(fact, text) | {"title": title}]


def _is_called(fact: Fact, sibling: str) -> bool:
    """Whether the passage says its own name, so that another in its place is about somebody else."""
    name = named(fact.passage["title"])
    return name != sibling and name in fact.passage["text"][: 2 * len(name)]


def _sibling(fact: Fact, passages: Sequence[Record]) -> str:
    """A name that begins as the passage's own and ends as somebody else's."""
    name = named(fact.passage["title"])
    first, _, _ = name.rpartition(" ")
    stranger = named(choose(f"sibling {fact.case['question']}", passages)["title"]).split()[-1]
    return f"{first or name} {stranger}"


def _second(fact: Fact, text: str) -> Record:
    """The same document from another place."""
    number = draw(fact.case["question"], 10**8)
    return {
        "id": f"second-{number}",
        "title": fact.passage["title"],
        "text": text,
        "uri": f"https://second.example/{number}",
    }
