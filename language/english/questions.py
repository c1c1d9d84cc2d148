"""Questions in English: the word that asks, the noun asked for, orders (`List …`, `Tell me …`), politeness."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from language.cues import Asking, Word, asks, cues
from language.inflection import is_plural
from myriad.agent.v1 import question_pb2 as pb
from myriad.agent.v1 import text_pb2 as text_pb

_LONGEST_NOUN = 7
_POLITE = re.compile(
    r"(?:(?:(?:hi|hello|hey|dear|greetings|please|pls|plz|kindly|ok|okay|so|and|but|also|well|thanks|sorry|now|then"
    r"|thank you|good (?:morning|afternoon|evening|day)|excuse me|quick question|hi there|hello there|hi all|hi team"
    r"|(?:my|the|a) question is|any idea"
    r"|i (?:would like|want|need|wanted|am trying) to (?:know|ask|find out|understand)"
    r"|i'd like to (?:know|ask|find out|understand)|(?:i am |i'm |i was )?(?:just )?wondering|i wonder"
    r"|do you (?:happen to )?know|does (?:anyone|anybody|someone) know|can (?:anyone|anybody|someone) tell me"
    r"|(?:can|could|would|will) (?:you|u)(?: please| pls| kindly)?"
    r"(?= (?:tell|let|help|remind|list|enumerate|give|name|show|state|identify|find|get|provide|send|explain|define"
    r"|describe|summari[sz]e|outline|recap|review|compare|contrast)\b))"
    r"(?: |$))++)"
)
_TELL = re.compile(
    r"(?:(?:tell|give|show|send|get|find|remind|help|let) (?:me|us)(?: (?:know|understand|out))?|tell"
    r"|state|identify|find|provide|give|show|get|i(?: am|'m) looking for|looking for|i need(?! to\b)"
    r"|we need(?! to\b)|i want(?! to\b))(?: |$)"
)
_NAME_SOME = re.compile(
    r"(?:name|give|list)(?: me)? (?:all|every|some|the (?:names?|list) of|two|three|four|five|six|ten|\d++)\b"
)
_KNOWING = frozenset(("know", "ask", "out", "understand", "wondering", "wonder", "idea"))
_WITHIN = r"(?: (?!(?:if|when|while|before|after|unless|because|that|which|who|and|or|for)\b)\S++){0,6}?"
"""Words of the clause that asks, before its verb."""
_DO = re.compile(
    rf"to do\b|(?:(?:do|can|would|could) (?:i|we|you|one|they|employees|users|someone)|should|must|shall){_WITHIN} do\b"
    rf"|(?:do|does|am|is|are){_WITHIN} (?:have|need|supposed|expected|required) to do\b"
    r"|(?:should|must|shall|can|could|(?:has|have|needs?|is|are) to) be done\b"
)
"""`What` with this asks what is to be done, whoever does it."""
_COMPARATIVE = re.compile(
    r"\b(?:more|less|better|worse|(?!(?:or|never|over|under|after|either|other|whether|paper)\b)\w{2,20}er)\b"
)
_CHOICE = re.compile(r"\bor (?!not\b|anything\b|something\b|else\b)")


class English:
    """One question in English."""

    def __init__(self, words: Sequence[Word]) -> None:
        self._known = cues("en")
        joined = " ".join(word.low for word in words)
        polite = _POLITE.match(joined)
        self.begin = joined[: polite.end()].count(" ") if polite else 0
        self.words = words
        self.low = [word.low for word in words]

    def asking(self) -> Asking:
        """What it asks for."""
        rest = " ".join(self.low[self.begin :])
        first = self.low[self.begin] if self.begin < len(self.low) else ""
        by_phrase = self._compared(rest)
        if by_phrase or not first:
            return by_phrase or Asking()
        listed = _NAME_SOME.match(rest)
        if first in self._words("list") or listed:
            at = self.begin + (listed[0].count(" ") + 1 if listed else 1)
            return replace(self._noun_phrase(at, direct=False), want=pb.WANT_LIST)
        if first in self._words("outline"):
            return Asking(pb.WANT_SUMMARY)
        told = _TELL.match(rest)
        at = self.begin + (told[0].rstrip().count(" ") + 1 if told else 0)
        if first in self._words("explain") or first == "name":
            at = self.begin + 1
        ordered = at > self.begin or (self.begin > 0 and self.low[self.begin - 1] in _KNOWING)
        place = self._place(at)
        if place is not None and not (ordered and place > at + 1):
            return self._by(place, at)
        if first in self._words("explain"):
            return Asking(pb.WANT_DEFINITION)
        if ordered:
            return self._ordered(at)
        return self._keywords()

    def _is_be(self, at: int) -> bool:
        return self.low[at : at + 1] != [] and self.low[at] in self._words("be")

    def _words(self, name: str) -> frozenset[str]:
        return self._known.words[name]

    def _compared(self, rest: str) -> Asking | None:
        if self.low[self.begin : self.begin + 1] and self.low[self.begin] in self._words("compare"):
            return Asking(pb.WANT_COMPARISON)
        if any(self._known.nouns.get(word, Asking()).want == pb.WANT_COMPARISON for word in rest.split()):
            return Asking(pb.WANT_COMPARISON)
        return None

    def _place(self, begin: int) -> int | None:
        """The number of the word that asks."""
        low, words = self.low, self.words
        if begin >= len(low):
            return None
        opening = begin + (low[begin] in self._words("preposition") and begin + 1 < len(low))
        is_question = [bool(asks(words, at)) for at in range(len(words))]
        polar = self._known.asks
        later = next(
            (at for at in range(begin + 1, len(words)) if words[at].is_broken_off and is_question[at]
             and not (low[at] in ("which", "who", "where", "when", "whose") and not self._opens(at))), None,
        )  # fmt: skip
        for at in (begin, opening):
            if low[at] in ("if", "whether") and not at:
                continue
            if is_question[at] and (at == begin or polar[asks(words, at)].want != pb.WANT_YES_NO):
                if later is not None and self._is_subordinate(at):
                    return later
                if low[at] == "may" and low[at + 1 : at + 2] and low[at + 1][0].isdigit():
                    continue
                return at
        if later is not None:
            return later
        inner = [
            at for at in range(begin + 1, len(words))
            if is_question[at] and polar[asks(words, at)].want != pb.WANT_YES_NO and self._asks_inside(at)
        ]  # fmt: skip
        return inner[-1] if inner else None

    def _opens(self, at: int) -> bool:
        """Whether a word behind a comma asks, and does not begin a relative clause: who has to be told."""
        after = self.low[at + 1 : at + 2]
        return (
            bool(after)
            and self.words[-1].low != self.low[at]
            and (after[0] in self._words("auxiliary") or bool(self._known_noun(at + 1)) or self.low[at] == "who")
        )

    def _is_subordinate(self, at: int) -> bool:
        """Whether it only opens a clause before the question: `When I cancel, …`, `Whether or not …, …`."""
        after = self.low[at + 1 : at + 2]
        return self.low[at] in ("when", "where", "how", "if", "whether", "while") and (
            not after or after[0] not in self._words("auxiliary")
        )

    def _asks_inside(self, at: int) -> bool:
        """Whether a word within the sentence asks: `was founded in which year`, `is how high`."""
        word, after = self.low[at], self.low[at + 1 : at + 2]
        if word in ("what", "how", "why"):
            return True
        if word in ("which", "whose"):
            return bool(after) and bool(self._known_noun(at + 1))
        return at + 1 == len(self.low)

    def _by(self, at: int, begin: int) -> Asking:
        """By the word that asks."""
        phrase = asks(self.words, at)
        found, after = self._known.asks[phrase], at + phrase.count(" ") + 1
        rest = " ".join(self.low[after:])
        if found.want == pb.WANT_YES_NO:
            return self._polar(at, rest)
        if _CHOICE.search(rest) and (_COMPARATIVE.search(rest) or phrase == "which"):
            return Asking(pb.WANT_COMPARISON, found.types)
        if phrase in ("what", "which"):
            return self._what(phrase, after, rest)
        if phrase in ("who", "whose", "whom"):
            return self._who(phrase, found, after)
        if found.want == pb.WANT_COUNT or phrase == "how much":
            return self._how_many(found, after, rest)
        if phrase == "how long" and self.low[-1] == "be":
            return replace(found, types=(text_pb.SPAN_TYPE_QUANTITY, *found.types))
        if phrase == "how long" and self._is_be(after):
            noun = self._noun_phrase(after + 1, direct=False)
            is_long = text_pb.SPAN_TYPE_DURATION not in noun.types
            return replace(found, types=(text_pb.SPAN_TYPE_QUANTITY, *found.types)) if is_long else found
        if phrase == "where":
            named = (self._known.nouns.get(word, Asking()).types for word in self.low[after:])
            if any(types[:1] == (text_pb.SPAN_TYPE_CODE,) for types in named):
                return replace(found, types=(text_pb.SPAN_TYPE_CODE, *found.types))
        return found

    def _polar(self, at: int, rest: str) -> Asking:
        choice = _CHOICE.search(rest)
        if not choice or self.low[at] in ("if", "whether"):
            return Asking(pb.WANT_YES_NO)
        number = at + 1 + rest[: choice.start()].count(" ")
        named = self.words[number - 1].is_capital and self.words[min(number + 1, len(self.words) - 1)].is_capital
        if named or _COMPARATIVE.search(rest) or self.low[at] == "should":
            return Asking(pb.WANT_COMPARISON)
        return Asking(pb.WANT_YES_NO)

    def _who(self, phrase: str, found: Asking, after: int) -> Asking:
        rest = self.words[after + 1 :]
        is_name = bool(rest) and all(word.is_capital or word.low in self._words("preposition") for word in rest)
        if phrase == "who" and self._is_be(after) and is_name:
            return Asking(pb.WANT_DEFINITION)
        plural = self.low[after : after + 1] in (["are"], ["were"]) or not self._words("several").isdisjoint(
            self.low[after:]
        )
        return replace(found, want=pb.WANT_LIST) if plural and phrase == "who" else found

    def _how_many(self, found: Asking, after: int, rest: str) -> Asking:
        noun = self._noun_phrase(after, direct=True)
        units = [self._known.units.at(self.words, at) for at in range(after, min(after + 3, len(self.words)))]
        if unit := next(filter(None, units), ""):
            types = self._known.units[unit].types
            return replace(
                found, types=(*types, *found.types) if found.want == pb.WANT_COUNT else types, sought=noun.sought
            )
        if found.want == pb.WANT_COUNT:
            return replace(found, sought=noun.sought)
        valued = self._verb_types(rest)
        if self._is_be(after):
            noun = self._noun_phrase(after + 1, direct=False)
        return replace(found, types=valued or noun.types or found.types, sought=noun.sought)

    def _verb_types(self, rest: str) -> tuple[text_pb.SpanType.ValueType, ...]:
        return next((self._known.verbs[word].types for word in rest.split() if word in self._known.verbs), ())

    def _what(self, phrase: str, after: int, rest: str) -> Asking:
        low = self.low[after:]
        told = self._words("told")
        if phrase == "what" and _DO.match(rest):
            return Asking(pb.WANT_HOW)
        if low[:1] and low[0] in self._words("auxiliary") | self._words("be") and not self._is_be(after):
            verb = next(
                (
                    self._known.verbs[one]
                    for at in range(after + 1, len(self.words))
                    if (one := self._known.verbs.at(self.words, at))
                ),
                None,
            )
            if not told.isdisjoint(low):
                return Asking(pb.WANT_SUMMARY)
            if verb and (verb.want != pb.WANT_DEFINITION or self._ends_with_verb(low)):
                return replace(verb, want=verb.want or pb.WANT_FACT)
            return Asking(pb.WANT_FACT)
        if low[:1] == ["about"]:
            return Asking()
        if not self._is_be(after):
            if low[:1] and low[0] in told:
                return Asking(pb.WANT_SUMMARY)
            if low[:3] == ["of", "the", "following"] or low[:2] == ["of", "these"]:
                return Asking(pb.WANT_LIST)
            return self._asked_for(self._noun_phrase(after, direct=True), after)
        return self._what_is(after)

    def _ends_with_verb(self, low: Sequence[str]) -> bool:
        return low[-1] in ("mean", "do", "means", "for") or "mean" in low or "stand" in low

    def _what_is(self, after: int) -> Asking:
        """`What is …`: something by its name, or what it is."""
        begin = after + 1
        while begin < len(self.low) and self.low[begin] in ("been", "being", "so", "exactly", "actually", "finally"):
            begin += 1
        first = self.low[begin : begin + 1]
        if not first:
            return Asking(pb.WANT_FACT)
        if first[0] in self._words("told"):
            return Asking(pb.WANT_SUMMARY)
        if first == ["meant"] or self.low[begin : begin + 3] == ["the", "meaning", "of"]:
            return Asking(pb.WANT_DEFINITION)
        found = self._noun_phrase(begin, direct=False)
        rest = self.low[begin:]
        is_indefinite = first[0] in ("a", "an")
        is_bare = (
            first[0] not in self._words("article")
            and not first[0].endswith("ed")
            and not any(word.endswith("'s") for word in rest)
        )
        closed = any(
            word in self._words("preposition") or word in self._words("clause") or word in ("not", "no")
            for word in rest
        )
        if is_indefinite or (is_bare and not found.types and not closed and len(rest) <= 4):
            return Asking(pb.WANT_DEFINITION)
        return self._asked_for(found, after, are=self.low[after] in ("are", "were"))

    def _asked_for(self, found: Asking, after: int, *, are: bool = False) -> Asking:
        """What a noun asks for, and whether for several."""
        if found.want:
            return found
        noun = [self.low[at] for at in found.sought]
        if noun[:1] == ["number"] and self.low[found.sought.stop : found.sought.stop + 1] == ["of"]:
            return replace(found, want=pb.WANT_COUNT, types=(text_pb.SPAN_TYPE_NUMBER,))
        plural = bool(noun) and (self._is_plural(noun[-1]) or are) and found.types[:1] != (text_pb.SPAN_TYPE_TIME,)
        return replace(found, want=pb.WANT_LIST if plural and (are or self._several(found)) else pb.WANT_FACT)

    def _several(self, found: Asking) -> bool:
        """Whether the plural ends the noun, and is no verb: `which dishes are`, not `which plant needs`."""
        after = self.low[found.sought.stop : found.sought.stop + 1]
        return self.low[found.sought.start - 1] in ("what", "which") and (
            len(found.sought) == 1 or not after or after[0] in self._words("auxiliary") or bool(found.types)
        )

    def _is_plural(self, word: str) -> bool:
        return is_plural(word) and word not in self._words("singular")

    def _noun_phrase(self, begin: int, *, direct: bool) -> Asking:
        """
        The noun that begins there, and what it asks for.

        Of `the maximum file size` the last word tells; of `which team owns boats` the first does.
        """
        low = self.low
        while begin < len(low) and low[begin] in self._words("article"):
            begin += 1
        if low[begin : begin + 2] in (["name", "of"], ["names", "of"]):
            begin += 2 + (low[begin + 2 : begin + 3] != [] and low[begin + 2] in self._words("article"))
            return Asking(types=(text_pb.SPAN_TYPE_NAME,), sought=range(begin, min(begin + 1, len(low))))
        end = begin
        while end < min(begin + _LONGEST_NOUN, len(low)) and not (
            self._ends_noun(end, begin) or (direct and self._is_valued(end))
        ):
            end += 1
        direct = direct and not (end < len(low) and low[end] in self._words("auxiliary"))  # then no verb is in it
        found: tuple[int, int, Asking] | None = None
        at = begin
        while at < end:
            phrase = self._known_noun(at)
            if phrase:
                if direct and found and found[1] != at:
                    break
                found = (at, at + phrase.count(" ") + 1, self._known.nouns[phrase])
                at = found[1]
            else:
                at += 1
        if found and (direct or self._reaches(found[1], end)):
            start = found[0] if direct and found[0] == begin else begin
            return replace(found[2], sought=range(start, found[1]))
        return Asking(sought=range(begin, end if not direct else min(end, self._first_noun(begin, end))))

    def _reaches(self, at: int, end: int) -> bool:
        """Whether nothing follows a noun that would be its head instead: names and participles would not."""
        return all(
            self.words[one].is_capital or self.low[one].endswith(("ed", "able", "ible")) for one in range(at, end)
        )

    def _first_noun(self, begin: int, end: int) -> int:
        """Where a noun that nobody knows ends before its verb, as far as its form tells."""
        return next((at + 1 for at in range(begin, end) if self._is_plural(self.low[at])), end)

    def _ends_noun(self, at: int, begin: int) -> bool:
        low = self.low[at]
        return low in self._words("ending") or (
            at > begin and (low in ("last", "next") or self.words[at].is_broken_off)
        )

    def _is_valued(self, at: int) -> bool:
        """Whether a verb stands there that the question says a figure to: `costs 29 euros`, `lasts more than a day`."""
        after = self.low[at + 1 : at + 4]
        is_verb = self.low[at] in self._known.verbs
        bounds = ("more", "less", "over", "under", "at", "exactly", "about", "fewer", "between", "up")
        is_figure = after[:1] != [] and (after[0][0].isdigit() or (after[1:2] != [] and after[1] in self._known.units))
        return is_verb and (is_figure or (after[:1] != [] and after[0] in bounds))

    def _known_noun(self, at: int) -> str:
        """The longest known noun that begins there, in the singular if that is how it is known."""
        phrase = self._known.nouns.at(self.words, at)
        word = self.words[at].low
        single = f"{word[:-3]}y" if word.endswith("ies") else word.removesuffix("s")
        return phrase or (single if single in self._known.nouns else "")

    def _ordered(self, at: int) -> Asking:
        """What an order wants: `Give me …`, `Show …`, `Name …`."""
        if self.low[at : at + 1] in (["about"], ["more"], ["something"], ["everything"]):
            return Asking(pb.WANT_SUMMARY)
        everything = self.low[at : at + 1] in (["all"], ["every"], ["each"])
        found = self._noun_phrase(at, direct=False)
        if found.want:
            return found
        several = bool(found.sought) and self._is_plural(self.low[found.sought.stop - 1])
        return replace(found, want=pb.WANT_LIST if everything or several else pb.WANT_FACT)

    def _keywords(self) -> Asking:
        """Words without a question: by the last noun that is known before a preposition, or else behind it."""
        end = next(
            (at for at in range(self.begin + 1, len(self.low)) if self.low[at] in self._words("ending")), len(self.low)
        )
        return self._last_noun(self.begin, end) or self._last_noun(end, len(self.low)) or Asking()

    def _last_noun(self, begin: int, end: int) -> Asking | None:
        """What the last noun asks for; of `opening hours` both words tell, of `days` that they are counted."""
        found: Asking | None = None
        at = begin
        while at < end:
            noun = self._known_noun(at)
            unit = self._known.units.get(self.low[at]) if self._is_plural(self.low[at]) or not noun else None
            if unit and " " not in noun and self.low[at + 1 : at + 2] != ["of"]:
                found = Asking(types=unit.types)
            elif noun and (types := self._known.nouns[noun].types):
                found = Asking(types=types)
            at += noun.count(" ") + 1
        return found
