"""In which form an error is said: that of the API which its path belongs to, or else our own, a `google.rpc.Status`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from google.protobuf.json_format import MessageToDict

from mesh import jsonrpc, openai
from mesh.errors import MyriadError


class Form(NamedTuple):
    """Paths, with what is below them, and what is said there of an error."""

    paths: Sequence[str]
    body: Callable[[MyriadError], Mapping[str, Any]]

    def holds(self, path: str) -> bool:
        """Whether it is the form of this path, which may have a query."""
        plain = path.partition("?")[0]
        return any(plain == one or plain.startswith(f"{one}/") for one in self.paths)


OPENAI = Form(openai.PATHS, openai.body)
OTHERS = (OPENAI, Form(jsonrpc.PATHS, jsonrpc.body))
"""All but our own."""


def body(error: MyriadError, path: str) -> Mapping[str, Any]:
    """The JSON of an error at this path."""
    for one in OTHERS:
        if one.holds(path):
            return one.body(error)
    return MessageToDict(error.status())
