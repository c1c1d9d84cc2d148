"""What each tool takes. The docstrings and descriptions are read by models: they say when to use it, and how."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

MIND = "The mind, a knowledge base of its own. May be left out when the key opens one only; list_minds names them."
MODEL = "How hard to think: myriad-swift, myriad-base or myriad-max."
IDS = "list_documents gives ids"
DOCUMENT = f"The document's name, minds/{{mind}}/documents/{{document}}, or its id alone, not its title: {IDS}."
MOST_QUESTION, MOST_PAGE = 4_000, 200


class Arguments(BaseModel):
    """What all have in common: a name that is not known is an error, so that no wish is passed over."""

    model_config = ConfigDict(extra="forbid")


class Ask(Arguments):
    """
    Answer a question from what was learned.

    Every sentence is quoted from a document and cited. The answer says if the sources disagree, say only what is near,
    or do not say.
    """

    question: str = Field(min_length=1, max_length=MOST_QUESTION, description="The question, in one sentence.")
    mind: str = Field("", description=MIND)
    model: str = Field("myriad-base", description=MODEL)


class Recall(Arguments):
    """
    Find the passages that matter to a question, best first.

    Use it to read what was learned and to answer yourself; `ask` answers.
    """

    question: str = Field(min_length=1, max_length=MOST_QUESTION, description="What the passages shall be about.")
    mind: str = Field("", description=MIND)
    k: int = Field(10, ge=1, le=100, description="How many passages.")


class Learn(Arguments):
    """
    Learn a document, or learn it again after it has changed.

    What did not change stays as it is. Needs a key with role teacher.
    """

    text: str = Field(min_length=1, description="What the document says.")
    title: str = Field("", max_length=500, description="Its title; found in the text if left out.")
    id: str = Field("", description="Its id. The same id replaces the document; made up of uri or title if left out.")
    uri: str = Field("", max_length=2_000, description="Where it came from, shown with each citation.")
    media_type: str = Field("text/markdown", description="text/plain, text/markdown, text/html, text/csv, …")
    mind: str = Field("", description=MIND + " A new one is made.")


class Forget(Arguments):
    """Forget a document everywhere and for good. It cannot be undone. Needs a key with role teacher."""

    document: str = Field(min_length=1, description=DOCUMENT)
    mind: str = Field("", description=MIND)


class ListDocuments(Arguments):
    """List the documents that a mind has learned."""

    mind: str = Field("", description=MIND)
    page_size: int = Field(50, ge=1, le=MOST_PAGE, description="How many at most.")
    page_token: str = Field("", description="next_page_token of the page before.")


class ListMinds(Arguments):
    """List the minds that this key opens, and how much each knows."""

    page_size: int = Field(50, ge=1, le=MOST_PAGE, description="How many at most.")
    page_token: str = Field("", description="next_page_token of the page before.")


class Trace(Arguments):
    """Tell how an answer came about: what was woken, what it said, what was not used and why."""

    answer: str = Field(min_length=1, description="The answer's name, minds/{mind}/answers/{answer}, which ask gives.")
