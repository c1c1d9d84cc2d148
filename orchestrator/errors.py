"""What can go wrong with questions and answers."""

from __future__ import annotations

from collections.abc import Iterable

import grpc

from mesh.errors import MyriadError
from myriad.type.v1.error_reason_pb2 import ErrorReason


class ModelNotFound(MyriadError):
    """No such model; metadata `models` lists those there are."""

    code = grpc.StatusCode.NOT_FOUND
    reason = ErrorReason.ERROR_REASON_MODEL_NOT_FOUND

    def __init__(self, model: str, models: Iterable[str]) -> None:
        listing = list(models)
        super().__init__(f"there is no model {model[:64]!r}; there are {', '.join(listing)}", models=",".join(listing))


class RouteNotFound(MyriadError):
    """No such path, or not this method of it."""

    code = grpc.StatusCode.NOT_FOUND
    reason = ErrorReason.ERROR_REASON_ROUTE_NOT_FOUND

    def __init__(self, method: str, path: str) -> None:
        super().__init__(f"there is no {method[:16]} {path[:128]} here")


class MethodNotAllowed(MyriadError):
    """The path is there, and not for this method."""

    code = grpc.StatusCode.NOT_FOUND
    reason = ErrorReason.ERROR_REASON_METHOD_NOT_ALLOWED

    def __init__(self) -> None:
        super().__init__("this path has no such method; the header `allow` says which it has")


class AnswerNotFound(MyriadError):
    """No such answer, or it is no longer kept: nobody can tell which."""

    code = grpc.StatusCode.NOT_FOUND
    reason = ErrorReason.ERROR_REASON_ANSWER_NOT_FOUND

    def __init__(self, name: str) -> None:
        super().__init__(f"there is no answer {name!r}; answers are kept for an hour at most", name=name)


class PacketsLost(MyriadError):
    """The packets of all agents that know something about the question are missing or damaged."""

    code = grpc.StatusCode.DATA_LOSS
    reason = ErrorReason.ERROR_REASON_PACKET_NOT_FOUND
    MOST_NAMED = 10

    def __init__(self, documents: Iterable[str]) -> None:
        named = ", ".join(sorted(set(documents))[: self.MOST_NAMED])
        super().__init__(f"the packets of all that is known about this are lost: learn {named} again", documents=named)
