"""What answers there: Myriad or something else, its clock, and what it says to the key."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from importlib.metadata import version

from cli.doctor import network
from cli.doctor.asking import Reply, ask
from cli.doctor.check import Finding, Visit, ok, skipped, warning, wrong
from cli.doctor.local import log
from cli.render import enum

SKEW_SECONDS = 5.0
LARGE_SKEW_SECONDS = 300.0
EXPIRY_DAYS = 14
LITTLE = 0.1
"""Of what a key may use: with less than this share left it is told."""


def myriad(visit: Visit) -> Finding:
    """Whether what answers is Myriad, which refuses a request without a key in its own words."""
    try:
        reply = ask(visit, "GET", "/v1/fleet", key=False)
    except TimeoutError:
        todo = "see what listens on this port; of Myriad, whether Envoy hangs"
        return wrong("whoever listens there does not answer", "no client gets an answer", todo)
    except OSError as error:
        if not visit.is_tls and (shown := network.shown(visit)) is not None:
            todo = "begin the URL with https://"
            return network.inside(visit, shown) or wrong("it speaks TLS", "plain HTTP does not work there", todo)
        why = error.strerror or type(error).__name__
        return wrong(f"what listens there is no Myriad: {why}", "no client gets an answer", "correct the URL")
    if reply.reason == "KEY_MISSING":
        return ok("Myriad answers")
    if reply.reason:
        return wrong(
            f"Myriad's Envoy answers, and what is behind it does not ({reply.reason})",
            "keys cannot be checked, so nothing is answered",
            "see whether the gatekeeper and the DLM run, and their logs",
        )
    if reply.headers.get("server") == "envoy" and reply.status in (404, 503):
        return wrong(
            f"an Envoy answers with {reply.status}, and no Myriad behind it",
            "it has no routes: the DLM has not told it any, or it is another Envoy",
            "see whether the DLM runs, and whether Envoy's bootstrap names it",
        )
    what = reply.headers.get("server", "")
    return wrong(
        f"what answers is no Myriad: HTTP {reply.status}{f' from {what!r}' if what else ''}",
        "another program has this port, or a proxy answers in its place",
        "correct the URL; of a proxy, see where it sends this path",
    )


def ready(visit: Visit) -> Finding:
    """Whether it says itself that questions can be answered, as load balancers ask."""
    reply = ask(visit, "GET", "/healthz", key=False)
    if reply.status == HTTPStatus.OK:
        return ok("/healthz: questions can be answered")
    if reply.status == HTTPStatus.SERVICE_UNAVAILABLE:
        return wrong(
            f"/healthz: {reply.body.get('message') or 'not well'}",
            "load balancers take this Myriad out of service",
            "see the lines about components and stores below",
        )
    if reply.reason == "KEY_MISSING":
        return skipped("its version has no /healthz")
    return warning(
        f"/healthz answers with {reply.status}",
        "a load balancer cannot ask whether it is well",
        "let proxies pass /healthz, which needs no key",
    )


def clock(visit: Visit) -> Finding:
    """Whether the server's clock and ours agree."""
    began = time.time()
    reply = ask(visit, "GET", "/v1/fleet", key=False)
    middle = (began + time.time()) / 2
    try:
        said = parsedate_to_datetime(reply.headers.get("date", ""))
    except ValueError:
        return warning("answers have no date", "clocks cannot be compared", "let proxies pass the header Date")
    skew = said.timestamp() + 0.5 - middle  # a date has no parts of seconds
    if abs(skew) <= SKEW_SECONDS:
        return ok("its clock and ours agree")
    how = f"its clock is {abs(skew):,.0f} s {'ahead of' if skew > 0 else 'behind'} ours"
    means = "keys and certificates end sooner or later than they should, and times of jobs and traces mislead"
    judge = wrong if abs(skew) > LARGE_SKEW_SECONDS else warning
    return judge(how, means, "set both clocks by NTP")


def key(visit: Visit) -> Iterator[Finding]:
    """Whether there is a key, whether it is good, what it may do and how long."""
    if not visit.endpoint.api_key:
        yield wrong(
            "no key is given", "nothing can be asked", "set MYRIAD_API_KEY; an admin makes one: `myriad keys create`"
        )
        return
    if not visit.endpoint.api_key.isascii() or not visit.endpoint.api_key.isprintable():
        yield wrong(
            "MYRIAD_API_KEY is no key: it does not fit into a header",
            "nothing can be asked",
            "copy it anew, without line breaks and quotes",
        )
        return
    reply = ask(visit, "GET", "/v1/key")
    visit.headers = reply.headers
    if reply.status != HTTPStatus.OK:
        yield _refused(visit, reply)
        return
    visit.key = reply.body.get("key", {})
    minds = "all minds" if visit.key.get("allMinds") else ", ".join(visit.key.get("minds", []))
    may = f"{enum(visit.key.get('role', ''), 'ROLE_')} of {minds.replace('minds/', '')}"
    yield ok(f"the key is good: {may} ({visit.key_is})")
    if until := visit.key.get("expireTime"):
        days = (datetime.fromisoformat(until) - datetime.now(UTC)).total_seconds() / 86_400
        if days < EXPIRY_DAYS:
            yield warning(
                f"the key ends in {days:.1f} days, on {until[:10]}",
                "from then on nothing can be asked with it",
                "an admin gives it longer (`PATCH /v1/keys/{key}`), or makes another",
            )


def _refused(visit: Visit, reply: Reply) -> Finding:
    match reply.reason:
        case "KEY_INVALID":
            todo = (
                "set MYRIAD_API_KEY to a key of this Myriad; `myriad up` has one in admin.key of its folder "
                f"(used was {visit.key_is})"
            )
            return wrong("the key is unknown here, or was revoked", "nothing can be asked with it", todo)
        case "KEY_EXPIRED":
            todo = "an admin makes another: `myriad keys create`"
            return wrong("the key's time is over", "nothing can be asked with it any more", todo)
        case "KEY_MISSING":
            todo = "let proxies pass the header Authorization"
            return wrong("the key did not arrive", "a proxy in between takes the header out", todo)
        case "RATE_LIMITED":
            todo = "wait a minute, or have an admin raise its requestsPerMinute"
            return wrong("the key has no calls left this minute", "its calls are refused", todo)
    return wrong(
        f"the key cannot be checked: HTTP {reply.status}{f' {reply.reason}' if reply.reason else ''}",
        "nothing can be asked",
        f"see whether the gatekeeper runs, and its log{log(visit, 'gatekeeper')}",
    )


def limits(visit: Visit) -> Iterator[Finding]:
    """What the key has left: calls of this minute, units of today."""
    most, left = (_number(visit.headers.get(f"x-ratelimit-{name}", "")) for name in ("limit", "remaining"))
    if most is None or left is None:
        yield ok("no rate is told")
    elif left < most * LITTLE:
        yield warning(
            f"{left} of {most} calls are left", "more are refused for a while", "ask less often, or raise its rate"
        )
    else:
        yield ok(f"{left} of {most} calls are left")
    units = int(visit.key.get("limits", {}).get("dailyUnits", 0))
    if not units:
        return
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    own = visit.key.get("name", "")
    reply = ask(visit, "GET", f"/v1/usage?startDate={today}&endDate={today}&key={own}")
    spent = sum(int(one.get("cognitiveUnits", 0)) for one in reply.body.get("usage", []))
    says = f"{max(units - spent, 0):,} of {units:,} cognitive units are left today"
    if spent >= units:
        yield wrong(says, "questions are refused until midnight UTC", "an admin raises its dailyUnits")
    elif units - spent < units * LITTLE:
        yield warning(says, "questions will be refused until midnight UTC", "an admin raises its dailyUnits")
    else:
        yield ok(says)


def _number(text: str) -> int | None:
    first = text.partition(",")[0].strip()
    return int(first) if first.isdecimal() else None


def software(visit: Visit) -> Finding:
    """Whether the command is of the server's version."""
    ours, theirs = version("myriad"), str(visit.fleet.get("version", ""))
    if ours == theirs:
        return ok(f"version {theirs}, as this command")
    return warning(
        f"it runs {theirs or 'an unknown version'}, and this command is {ours}",
        "they understand each other, but not what only one of them knows",
        "install the command from the checkout or the wheel that the server is from",
    )
