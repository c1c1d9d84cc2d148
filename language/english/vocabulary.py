"""Vocabulary: what the rules for names and subjects know about English words, all in lower case."""

from __future__ import annotations


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


OPENERS = _words(
    """
    the a an this that these those there here he she it they we i you his her its their our my in on at by for from
    after before during when while since until although though as if because however but and or so yet then thus also
    another other some many most all both each every such what who which where why how once one two three with without
    under over between among through according despite it's he's she's following later today not no nor to of is are
    was were be has have had do does did can could may might will would should must
    """
)
"""Common words that sentences begin with."""

NO_NAMES = OPENERS | _words(
    """
    i i'm i've o however moreover furthermore therefore nevertheless meanwhile instead otherwise indeed perhaps maybe
    please see note notes example examples e.g i.e yes ok if unless whether whereas besides except including like being
    having given based born died located named called used using known found made first second third finally afterwards
    afterward again always never often usually generally typically recently currently previously originally eventually
    soon now still just even only very much several few four five six seven eight nine ten upon within into onto about
    above below across behind beyond near since toward towards until via per let let's don't doesn't isn't can't it'll
    you'll there's that's what's return returns changed added new deprecated raise raises ensure allow optional us me
    him them himself herself itself themselves
    """
)
"""Words that are no name when they stand alone or begin a sentence."""

NO_SUBJECTS = (OPENERS - _words("the a an he's")) | _words(
    "i following first second third last next main same above below present current only page section chapter file"
)
"""Words that no name of a subject begins with."""

SAYING_VERBS = _words(
    """
    is was are were refers refer means denotes describes may has have had consists consist comprises comprise became
    served serves represented represents began begins occurs occur occurred took takes features stars follows contains
    includes provides lies stands held holds plays played works worked won lived rules ruled reigned founded appears
    appeared belongs shows tells concerns covers debuted aired released originated marks measures uses allows
    """
)
"""Verbs by which an opening sentence says what its subject is or did."""

PARTING = _words("and & for in on at to a an with from by und et y e")
"""Connectors inside a name that more often part two names."""

OF = _words("of the")
"""Connectors that part a name from what it belongs to."""

CONNECTORS = (
    PARTING
    | OF
    | _words(
        """
        de la le les du des del della delle di da dos das do van von der den ter zu zur bin ibn bint mac ap al el af av
        """
    )
)
"""Words in lower case that stand inside names."""

HONORIFICS = _words(
    """
    mr mrs ms dr prof professor sir dame lord lady king queen prince princess emperor empress pope president chancellor
    minister senator governor mayor captain general colonel major admiral bishop archbishop cardinal count countess duke
    duchess baron baroness rev judge justice sultan shah
    """
)
"""Forms of address before a name."""

STYLES = HONORIFICS | _words(
    "earl viscount marquess marquis margrave landgrave elector baronet archduke archduchess dauphin holy"
)
"""What begins a title after a name: "Gordon Howard, 5th Earl of Effingham"."""

CALENDAR = _words(
    """
    january february march april may june july august september october november december jan feb mar apr jun jul aug
    sep sept oct nov dec monday tuesday wednesday thursday friday saturday sunday ad bc ce bce am pm
    """
)

GENERIC_HEADINGS = frozenset(
    """
    introduction, overview, summary, abstract, contents, table of contents, see also, references, external links, notes,
    further reading, history, background, description, usage, examples, example, installation, getting started,
    conclusion, appendix, acknowledgements, acknowledgments, changelog, license, licence, faq, readme, about, index,
    methods, results, discussion, details, parameters, returns, raises, arguments, args, setup, install, requirements,
    configuration, contributing, quick start, quickstart, testing, tests, development, support, authors, credits,
    specification, specifications, technical specifications, technical data, dimensions, features, limitations, limits
    """.replace("\n    ", " ")
    .strip()
    .split(", ")
)
"""Headings that name no subject."""
