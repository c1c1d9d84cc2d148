"""Abstention: what to say when the sources do not answer: what is missing, what they do say of it, what is near."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import fsum

from myriad.synth.v1.synthesis_pb2 import DropCause, Format
from myriad.synth.v1.synthesizer_service_pb2 import RankedReply, SynthesizeRequest, SynthesizeResponse
from synth.asked import LESS, kinds
from synth.formatter import Line, Section, as_json, place, render
from synth.markdown import escaped
from synth.opening import opened
from synth.premise import Premise
from synth.selection import Supported
from synth.synonyms import synonyms
from synth.words import content, fold_space, read

_PLAIN = frozenset((Format.FORMAT_TEXT, Format.FORMAT_JSON))
_MOST_WORDS = 8
_MOST_TOPICS = 5
_MOST_QUOTES = 3
_NEAREST = "What comes nearest"
_MOST_NEAR = 6
_HARDLY = 0.2
"""A sentence with no more support than this hardly touches the question."""
_LONGEST_TOPIC = 100


def unheard_of(question: str, weights: Mapping[str, float], offered: Sequence[Supported]) -> float:
    """The share, by `weights`, of what the question is about (not its verbs, no vague words) that nobody mentions."""
    about = {word for word, kind in kinds(question).items() if kind > LESS}
    said = frozenset[str]().union(*(one.words for one in offered))
    total = fsum(weights[word] for word in about)
    return fsum(weights[word] for word in about - said) / total if total else 0.0


@dataclass(frozen=True, slots=True)
class Grounds:
    """
    What the sources say of the question, what it takes for granted that nobody says, what the quotes lead to last, and
    what to say first.
    """

    premise: Premise
    false: str
    reached: str = ""
    note: str = ""


def abstained(
    response: SynthesizeResponse, request: SynthesizeRequest, grounds: Grounds, taken: Sequence[Supported]
) -> None:
    """Fill in why there is no answer, and what was found instead."""
    premise = grounds.premise
    opening = grounds.note + _reason(request, grounds)
    known = _known(premise)
    sections = [Section("", known), Section(_NEAREST, [] if grounds.false else _near(taken, known))]
    formatted = render(opening, [one for one in sections if one.lines], request.format)
    response.text = formatted.text or opening
    if request.format == Format.FORMAT_JSON:
        formatted.text = response.text
        response.text = as_json(formatted, {"abstained": opening.rstrip()})
    response.citations.extend(formatted.citations)
    shown = {place(one.agent, one) for one in formatted.citations}
    response.dropped.extend(one.dropped(DropCause.DROP_CAUSE_WEAK) for one in taken if one.quote.place not in shown)


def _reason(request: SynthesizeRequest, grounds: Grounds) -> str:
    """
    Names what no agent's evidence has of the question, what is not said of the last thing that the quotes lead to, and,
    if nothing is said of what it names at all, the titles of the agents that came nearest.
    """
    premise, false, replies = grounds.premise, grounds.false, request.replies
    shown: Callable[[str], str] = fold_space if request.format in _PLAIN else lambda text: escaped(fold_space(text))
    missing, words = _missing(request.question, replies, premise)
    unsaid = [word for word in premise.open if word not in words][:_MOST_WORDS]
    parts = [f"The sources do not say that {shown(false)}." if false else "The sources do not answer this question."]
    if missing:
        parts.append(f"Nothing was found about {_listed(list(map(shown, missing)))}.")
    if unsaid and premise.told and not false:
        of = shown(grounds.reached or premise.told[0])
        parts.append(f"What was found about {of} does not speak of {_listed([f'“{shown(one)}”' for one in unsaid])}.")
    if premise.here and premise.told:
        parts.append(f"About {_listed(list(map(shown, premise.told)), 'and')} they say: ")
        return " ".join(parts)
    topics = list(dict.fromkeys(fold_space(one.reply.title)[:_LONGEST_TOPIC] for one in replies if one.reply.title))
    if topics:
        parts.append(f"Nearest topics: {'; '.join(map(shown, topics[:_MOST_TOPICS]))}.")
    return " ".join(parts)


def _missing(question: str, replies: Sequence[RankedReply], premise: Premise) -> tuple[list[str], set[str]]:
    """The names, whole, and the other words of the question that no agent's evidence has; and all words of these."""
    others, said = synonyms(question), set[str]()
    for one in replies:
        above = "\n".join((one.reply.title, *one.reply.heading_path))
        for words, folded in map(read, (above, *(evidence.quote for evidence in one.reply.evidence))):
            said |= words | others.said(f" {folded} ")
    unheard = {key: word for key, word in content(question).items() if key not in said}
    names = [name for name in premise.unknown_names if content(name).keys() & unheard.keys()]
    named = {key for name in names for key in content(name)}
    rest = [word for key, word in unheard.items() if key not in named]
    return [*names, *rest][:_MOST_WORDS], set(unheard.values())


def _listed(parts: Sequence[str], joined: str = "or") -> str:
    *first, last = parts
    return f"{', '.join(first)} {joined} {last}" if first else last


def _known(premise: Premise) -> list[Line]:
    """What the sources do say of the things that the question names: the best sentences that can be understood."""
    if not premise.told:
        return []
    lines: list[Line] = []
    for one in sorted(premise.here, key=lambda one: -one.support):
        new = opened(one, premise.here) or []
        if new and len(lines) + len(new) <= _MOST_QUOTES:
            lines += [line for line in new if all(line.quote.place != other.quote.place for other in lines)]
    return lines


def _near(taken: Sequence[Supported], known: Sequence[Line]) -> list[Line]:
    """The best sentences that are not known yet, for whoever can make something of them."""
    lines: list[Line] = []
    for one in taken:
        if one.support <= _HARDLY:
            continue
        new = opened(one, taken) or [Line(one.quote)]
        if len(lines) + len(new) <= _MOST_NEAR:
            lines += [line for line in new if all(line.quote.place != other.quote.place for other in (*known, *lines))]
    return lines
