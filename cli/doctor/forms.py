"""Each form in which Myriad can be asked, since what is in between may break one and not another; and one question."""

from __future__ import annotations

import json
import ssl
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from urllib.parse import quote

import grpc

from cli.doctor.asking import Reply, ask, pieces
from cli.doctor.check import Finding, Pace, Visit, ok, skipped, warning, wrong
from cli.doctor.local import log
from cli.fleet import seconds, span
from mesh.connections import DIRECT
from mesh.errors import received
from myriad.orchestrator.v1.model_service_pb2 import ListModelsRequest, ListModelsResponse

GRPC_SECONDS = 3.0
MCP_SECONDS = 6.0
"""The first call of all after a start takes seconds."""
LIST_MODELS = "/myriad.orchestrator.v1.ModelService/ListModels"
MODELS = "/v1/models"
"""The same over REST."""
TRIES = 3
BUFFERED = 0.2
"""Of the time that the server needed after the first event: if less passed here, the events came together."""
LEAST_WORK_SECONDS = 0.25
"""Of an answer that took less nobody can tell: a busy machine reads its events together, proxy or not."""
NORMAL_SECONDS = {"ACTIVATE": 0.25, "HYDRATE": 0.5, "ASK": 0.25, "SYNTHESIZE": 0.25}
SLOW = {
    "ACTIVATE": "the graph is slow, or the question names what very many know of",
    "HYDRATE": "agents slept: ask again, and if it stays so, hosts are too small or the packet store is slow",
    "ASK": "a host is busy or hangs: `myriad status`",
    "SYNTHESIZE": "a judging model reads, or the processor is busy",
}
WAY_SECONDS = 0.5
OVERLOADED = ("RATE_LIMITED", "OVERLOADED", "BUDGET_EXHAUSTED")


def over_grpc(visit: Visit) -> Finding:
    """Whether gRPC gets through as REST does."""
    if visit.parts.path.strip("/"):
        return warning(
            "the URL has a path, and gRPC knows none",
            "gRPC clients and `myriad learn` cannot use this address",
            "give Myriad a host or a port of its own",
        )
    target = f"{visit.host}:{visit.port}" if ":" not in visit.host else f"[{visit.host}]:{visit.port}"
    with (
        grpc.secure_channel(target, grpc.ssl_channel_credentials(_authorities(visit)), DIRECT)
        if visit.is_tls
        else grpc.insecure_channel(target, DIRECT)
    ) as channel:
        call = channel.unary_unary(
            LIST_MODELS,
            request_serializer=ListModelsRequest.SerializeToString,
            response_deserializer=ListModelsResponse.FromString,
        )
        metadata = (("authorization", f"Bearer {visit.endpoint.api_key}"),)
        try:
            call(ListModelsRequest(), timeout=visit.left(GRPC_SECONDS), metadata=metadata)
        except grpc.RpcError as error:
            status = received(error)
            if status.reason:
                return wrong(
                    f"gRPC arrives and is refused: {status.message} ({status.reason})",
                    "gRPC clients get this too",
                    "see docs/errors.md for this reason",
                )
            return _no_grpc(visit, status.code.name)
    return ok("gRPC gets through")


def _no_grpc(visit: Visit, code: str) -> Finding:
    """Whose fault it is: who answers gRPC answers REST too, if nothing but what is in between keeps it from us."""
    try:
        status = int(ask(visit, "GET", MODELS).status)
    except OSError:
        status = 0
    if status == HTTPStatus.OK:
        return wrong(
            f"REST works and gRPC does not ({code})",
            "a proxy in between speaks HTTP/1.1 on one of its sides: gRPC clients and `myriad learn` fail",
            "let it pass HTTP/2 on both sides (nginx: `http2 on` and `grpc_pass`; load balancers: protocol gRPC)",
        )
    return wrong(
        f"the orchestrator answers neither gRPC ({code}) nor REST ({f'HTTP {status}' if status else 'no answer'})",
        "questions fail",
        f"see whether the orchestrator runs, and its log{log(visit, 'orchestrator')}",
    )


def _authorities(visit: Visit) -> bytes | None:
    """Those that REST believes; None: gRPC's own list."""
    file = visit.endpoint.authority or ssl.get_default_verify_paths().cafile
    return Path(file).read_bytes() if file else None


def question(visit: Visit) -> Finding:
    """Ask one, streamed: the title of the mind's first document, which it should know of."""
    if not visit.mind:
        return skipped("no question is asked without --mind MIND")
    mind = f"minds/{quote(visit.mind.removeprefix('minds/'), safe='')}"
    listed = ask(visit, "GET", f"/v1/{mind}/documents?pageSize=1")
    if listed.status != HTTPStatus.OK:
        return _unanswered(listed, visit.mind)
    documents = listed.body.get("documents", [])
    if not documents:
        todo = "`myriad learn` teaches it"
        return warning(f"the mind {visit.mind} has no documents", "there is nothing that it could answer", todo)
    asked = {"question": f"What is {str(documents[0].get('title') or 'this')[:200]}?", "mind": visit.mind}
    for _ in range(TRIES):
        reply, times = pieces(visit, "/v1/query:stream", asked)
        visit.events = _events(reply, times)
        if not visit.events:
            break
        visit.paces.append(_pace(visit))
        if not visit.paces[-1].together:
            break
    last = visit.events[-1][1] if visit.events else {}
    if "answer" not in last:
        return _unanswered(reply, visit.mind)
    answer = last["answer"]
    state = str(answer.get("state", "")).removeprefix("ANSWER_STATE_").lower()
    missing = int(answer.get("usage", {}).get("agentsMissing", 0))
    if missing:
        return warning(
            f"a question is answered, and {missing} of its agents did not speak",
            "answers say less than they could",
            "`myriad repair MIND`; see the lines about hosts and packets",
        )
    return ok(f"a question gets an answer ({state}) in {span(visit.events[-1][0])}")


def _events(reply: Reply, times: list[float]) -> list[tuple[float, dict[str, object]]]:
    found: list[tuple[float, dict[str, object]]] = []
    for at, line in zip(times, reply.text.split("\n"), strict=False):
        if line.startswith("data:"):
            try:
                event = json.loads(line.removeprefix("data:"))
            except ValueError:
                continue
            if isinstance(event, dict):
                found.append((at, event))
    return found


def _unanswered(reply: Reply, mind: str) -> Finding:
    events = [line for line in reply.text.splitlines() if line.startswith("data:")]
    last = Reply(reply.status, {}, events[-1].removeprefix("data:")) if events else reply
    error = last.body.get("error", last.body)
    why = str(error.get("message", "")) if isinstance(error, dict) else ""
    reason = reply.reason or f"HTTP {reply.status}"
    if reason == "MIND_NOT_FOUND":
        todo = "`myriad minds` lists those that the key may see"
        return wrong(f"there is no mind {mind} for this key", "no question about it is answered", todo)
    todo = "ask less, or raise the key's limits" if reason in OVERLOADED else "see docs/errors.md for this reason"
    return wrong(
        f"a question is not answered: {why or 'no reason is given'} ({reason})",
        "other questions fail as well",
        todo,
    )


def stream(visit: Visit) -> Finding:
    """Whether events of a stream come as they happen: kept back are those that came together at every try."""
    first, last = visit.events[0][0], visit.events[-1][0]
    if not all(one.together for one in visit.paces):
        return ok(f"events come as they happen: the first after {span(first)}, the last after {span(last)}")
    if max(one.worked for one in visit.paces) < LEAST_WORK_SECONDS:
        return ok(f"fast: all events came within {span(last)}, too soon to tell whether something keeps them back")
    return warning(
        "events of a stream come all at once, at its end",
        "a proxy in between keeps them back: people wait without seeing anything",
        "have it not buffer (nginx: `proxy_buffering off`)",
    )


def _pace(visit: Visit) -> Pace:
    """How much lay between events, as the server says and as they came."""
    worked = sum(list(_steps(visit).values())[1:])
    passed = visit.events[-1][0] - visit.events[0][0]
    return Pace(worked, passed < worked * BUFFERED)


def _steps(visit: Visit) -> dict[str, float]:
    """How long each step of the answer took, in seconds, in order."""
    steps = [one["step"] for _, one in visit.events if isinstance(one.get("step"), dict)]
    return {str(one.get("step", "")).removeprefix("STEP_"): seconds(one.get("duration")) for one in steps}


def times(visit: Visit) -> Iterator[Finding]:
    """Whether each step of the answer, and the way, took as long as they do."""
    steps = _steps(visit)
    shown = ", ".join(f"{name.lower()} {span(took)}" for name, took in steps.items())
    slow = [name for name, took in steps.items() if took > NORMAL_SECONDS.get(name, took)]
    for name in slow:
        says = f"the step {name.lower()} took {span(steps[name])}, and normally less than {span(NORMAL_SECONDS[name])}"
        yield warning(says, "questions are slow", SLOW[name])
    way = visit.events[-1][0] - sum(steps.values())
    if way > WAY_SECONDS:
        means = "questions wait for their turn, or the way is long"
        todo = "`myriad status` says how many wait: more replicas; else look at the network"
        yield warning(f"{span(way)} of {span(visit.events[-1][0])} were not spent on the answer", means, todo)
    elif not slow:
        yield ok(f"{shown}; the way {span(max(way, 0.0))}")


def over_mcp(visit: Visit) -> Finding:
    """Whether assistants can connect."""
    client = {"name": "myriad-doctor", "version": "1"}
    told = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": client}
    hello = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": told}
    reply = ask(visit, "POST", "/mcp", hello, most=MCP_SECONDS)
    if reply.status == HTTPStatus.OK and '"serverInfo"' in reply.text:
        return ok("MCP answers at /mcp")
    return _form(visit, reply, "MCP", "/mcp", "assistants cannot connect")


def openai(visit: Visit) -> Finding:
    """Whether OpenAI's clients can connect."""
    reply = ask(visit, "GET", MODELS)
    if reply.status == HTTPStatus.OK and (models := reply.body.get("data")):
        return ok(f"OpenAI's API answers: {', '.join(str(one.get('id')) for one in models)}")
    return _form(visit, reply, "OpenAI's API", MODELS, "OpenAI's clients get no answer")


def _form(visit: Visit, reply: Reply, name: str, path: str, means: str) -> Finding:
    where = log(visit, "orchestrator")
    todo = f"let proxies pass {path}; see whether the orchestrator has MYRIAD_HTTP_LISTEN, and its log{where}"
    reason = f" {reply.reason}" if reply.reason else ""
    return wrong(f"{name} does not answer at {path}: HTTP {reply.status}{reason}", means, todo)
