"""
Lexicons: what words mean in dates, amounts and names, by language.

Each lexeme of a text gets a class, one character, so that grammars are patterns over classes (`language.spans`). Words
of a language's own lexicon come before those that are the same everywhere.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from functools import cache

from language import tables
from language.scripts import JOINERS, MARKS

SENSES = {
    "month": "M", "weekday": "W", "number": "N", "scale": "S", "ordinal": "O", "ordinal suffix": "j", "duration": "D",
    "unit": "U", "currency": "E", "cents": "x", "century": "Z", "quarter word": "G", "quarter": "Q", "half-year": "Q",
    "fiscal": "F", "percent": "%", "to": "t", "and": "a", "between": "b", "of": "o", "clock": "u", "noon": "m",
    "version": "V", "section": "X", "meridiem": "A", "zone": "z", "era": "B", "every": "e", "often": "g", "once": "s",
    "times": "l", "end": "J",
}  # fmt: skip
"""By sense: its class."""
_IN_NAMES = frozenset(("often", "times", "end"))
"""With a capital these are of class `Y`, as they may begin a name: `Daily Mail`, `End User`."""
_SIGNS = {
    "–": "–", "—": "–", "−": "-", "-": "-", "‐": "-", "‑": "-", "’": "'", "“": '"', "”": '"', "„": '"', "«": '"',
    "»": '"', "%": "%", "年": "年", "년": "年", "月": "月", "월": "月", "日": "日", "일": "日",
}  # fmt: skip
_PUNCTUATION = frozenset(".,:;()/@'\"&#_+=<>`~[]{}|*!?\\°")
_SHAPES = re.compile(
    r"""
      (?P<T>(?:1\d|20)\d\d([-/.])(?:0?[1-9]|1[0-2])\2(?:0?[1-9]|[12]\d|3[01])|(?:1[5-9]|20)\d\d-(?:0[1-9]|1[0-2])
        |\d{1,2}([-/.])\d{1,2}\3(?:1\d|20)\d\d|\d{1,2}/\d{1,2}/\d\d)
    | (?P<R>(?:1\d|20)\d\d[-–/](?:(?:1\d|20)\d\d|\d\d))
    | (?P<p>(?:0?[1-9]|1[0-2])/(?:1[5-9]|20)\d\d)
    | (?P<h>(?:[01]?\d|2[0-4]):[0-5]\d(?::[0-5]\d(?:[.,]\d+)?)?)
    | (?P<H>(?:[01]?\d|2[0-4]):[0-5]\d[-–](?:[01]?\d|2[0-4]):[0-5]\d)
    | (?P<q>\d+(?:[.,]\d+)?:\d+(?:[.,]\d+)?)
    | (?P<i>\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?)
    | (?P<r>\d+(?:[.,]\d+)*[-–]\d+(?:[.,]\d+)*)
    | (?P<d>0?[1-9]|[12]\d|3[01])
    | (?P<y>1\d{3}|20\d\d)
    | (?P<n>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,3}(?:[.'’]\d{3})+(?:,\d+)?|\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?:[.,]\d+)?
        |\d+(?:[.,]\d+)?)
    | (?P<v>\d+(?:\.\d+){2,})
    """,
    re.VERBOSE,
)
"""What figures look like, by class."""
_PHONE = (
    r"\+\d{1,3}(?:[ \u00a0./-]?\(?\d{1,5}\)?){2,6}(?![\d])|\(0?\d{2,5}\)[ -]?\d{3,8}(?:[ -]\d{2,6}){0,3}(?![\d])"
    r"|0\d{2,5}[ /-]\d{3,8}(?:[ -]\d{2,6}){0,3}(?![\d.,])|(?:1-)?\d{3}-\d{3}-\d{4}(?![\d-])|\d{3}-\d{4}(?![\d-])"
)
_URL = (
    r"(?:https?|ftps?|sftp|ssh|git|file|s3|wss?|postgres(?:ql)?|mysql|redis|mongodb|amqps?|ldaps?|jdbc:[a-z]{1,12})"
    r"://[^\s<>\"'`|]++|www\.[^\s<>\"'`|]++"
)
_LETTER = rf"(?:[^\W\d_]|[{MARKS}{JOINERS}])"
_DOUBTFUL = 4
"""Letters up to which a month's name in lower case may be another word."""


_PHRASES = sorted(
    {
        form
        for name in tables.names("lexicons")
        for forms in tables.entries(f"lexicons/{name}").values()
        for form in forms
        if not form.isalpha()
    },
    key=lambda form: (-len(form), form),
)
"""What of the lexicons is more than a word, the longest first."""
_OPENING = "|".join(sorted({re.escape(form.partition(" ")[0]) for form in _PHRASES if " " in form}))

LEXEME = re.compile(
    rf"""
      \s++
    | (?!(?:{_OPENING})[ ])[A-Za-z][a-z]*(?=[ ,;\n])
    | [.,;)](?=\s)
    | (?=[{re.escape("".join(sorted({form[0] for form in _PHRASES})))}])(?:{"|".join(map(re.escape, _PHRASES))})(?!\w)
    | {_URL}
    | (?<=\d)[年月日년월일]
    | {_LETTER}++(?>(?:['’](?![sS]\b){_LETTER}+)*)
    | {_PHONE}
    | \d{{1,3}}(?>(?:[ \u00a0\u202f]\d{{3}})+)(?:[.,]\d++)?(?!\d)
    | \d++(?>(?:[.,:/'’–-]\d+)*)
    | .
    """,
    re.VERBOSE | re.DOTALL,
)
"""What a text is made of, without a gap."""
_NO_NUMBERS = ("0", "1")
"""What words say that are no numbers as a rule: `one`, `zero`."""
_IS_PHONE = re.compile(_PHONE)


class Lexicon(dict[str, str]):
    """The classes of lexemes in one language, each worked out once, and what words of a class mean."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.has_comma_decimals = language not in ("", "en", "zh", "ja", "ko", "th", "he", "hi")
        own = tables.names("lexicons")
        self._own = _senses(language if language in own and language != "international" else "en")
        self._shared = _senses("international")
        named = language if language in tables.names("function_words") else "en"
        self._function_words = tables.words(f"function_words/{named}")
        self._said = defaultdict[str, list[str]](list)
        for word, number in self._own.get("number", {}).items():
            self._said[number].append(word)
        own_words = tables.entries(f"lexicons/{language if language in own else 'en'}")
        self.prepositions = frozenset(own_words["preposition"])
        self.per = frozenset(own_words["per"])

    def value(self, sense: str, word: str) -> str:
        """What a word means in a sense: the number of a month, the code of a currency; empty if it has none."""
        lower = word.lower()
        own, shared = self._own.get(sense, {}), self._shared.get(sense, {})
        return own.get(lower) or shared.get(word) or (shared.get(lower, "") if len(word) > 1 else "")

    def numbers(self, word: str) -> Sequence[str]:
        """The other ways in which a whole number from 2 on is written: `4` as `four`, `four` as `4`."""
        number = self._own.get("number", {}).get(word.lower(), word)
        if number in _NO_NUMBERS:
            return ()
        return (number,) if number != word else self._said.get(word, ())

    def __missing__(self, lexeme: str) -> str:
        found = self._class(lexeme)
        if len(lexeme) <= 24 and len(self) < 1 << 16:
            self[lexeme] = found
        return found

    def _class(self, lexeme: str) -> str:
        first = lexeme[0]
        if first.isspace():
            return "\n" if "\n" in lexeme else " "
        if sense := self._sense(lexeme):
            return "Y" if sense in _IN_NAMES and not lexeme.islower() else SENSES[sense]
        if first.isdecimal() or (len(lexeme) > 1 and first in "+("):
            return "P" if _IS_PHONE.fullmatch(lexeme) else self._figure(lexeme)
        if not first.isalpha():
            return _SIGNS.get(lexeme) or (lexeme if lexeme in _PUNCTUATION else "¤")
        if "://" in lexeme or lexeme.startswith("www."):
            return "L"
        return self._word(lexeme)

    def _sense(self, word: str) -> str:
        """The first sense of a word: of its language, then of all."""
        lower = word.lower()
        for sense, forms in self._own.items():
            if lower in forms:
                needs_capital = sense in ("month", "weekday") and self.language in ("", "en", "de", "nl")
                if needs_capital and word.islower() and (len(word) <= _DOUBTFUL or word == "march"):
                    continue
                return sense
        if len(word) == 1 and word.isupper():
            return "half-year" if word == "H" else "quarter" if word == "Q" else ""
        for sense, forms in self._shared.items():
            if word in forms:
                if word.istitle() and len(word) > 3 and self.language != "de":
                    continue
                return sense
        return ""

    def _figure(self, figure: str) -> str:
        match = _SHAPES.fullmatch(figure)
        return match.lastgroup or "¤" if match else "¤"

    def _word(self, word: str) -> str:
        first = word[0]
        if not (first.isupper() or first.istitle()):
            if word[1:].islower() or len(word) == 1 or not any(letter.isupper() for letter in word):
                if word in _SIGNS:
                    return _SIGNS[word]
                return "f" if word in self._function_words else "w"
            return "k"
        if len(word) == 1:
            return "c" if word == "I" else "I"
        if word.isupper():
            return "K"
        if word.replace("’", "'").lower() in self._function_words:
            return "c"
        return "C"


@cache
def lexicon(language: str) -> Lexicon:
    """The lexicon of a language; of one that has none, English."""
    return Lexicon(language)


@cache
def _senses(name: str) -> dict[str, dict[str, str]]:
    """By sense, its words with what each means, in the order of the table."""
    found = defaultdict[str, dict[str, str]](dict)
    for key, forms in tables.entries(f"lexicons/{name}").items():
        sense = next((one for one in sorted(SENSES, key=len, reverse=True) if f"{key} ".startswith(f"{one} ")), "")
        for form in forms if sense else ():
            found[sense].setdefault(form, key[len(sense) :].strip() or form)
    return dict(found)
