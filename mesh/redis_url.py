"""Where a Redis is: the URLs of a server, of a Cluster and of one that Sentinels watch."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urlsplit

from mesh.listening import LARGEST_PORT
from mesh.settings import NONE, Secret

RULE = (
    "redis://[user:password@]host[:port][/database], redis+cluster://[…@]host[:port][,host[:port]…] or "
    "redis+sentinel://[…@]host[:port][,…]/service[/database]; rediss… for TLS"
)
PORT = 6379
SENTINEL_PORT = 26379
_HOST = re.compile(r"(?P<host>[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::(?P<port>[0-9]{1,5}))?")
_SERVICE = re.compile(r"[A-Za-z0-9._-]+")
_DATABASE = re.compile(r"[0-9]{1,3}")
_OF_TLS = ("ca", "cert", "key")
_OF_SENTINEL = ("sentinel_user", "sentinel_password")


class UnusableUrl(ValueError):
    """This is no URL of a Redis; the text says why, and nothing that the URL holds."""


class Kind(enum.Enum):
    """What runs there."""

    SERVER = "redis"
    CLUSTER = "redis+cluster"
    SENTINEL = "redis+sentinel"


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """Who we are there; an empty user is the server's default one."""

    user: str = ""
    password: Secret = NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class RedisUrl:
    """A Redis, its servers or Sentinels as (host, port)."""

    kind: Kind
    tls: bool
    hosts: tuple[tuple[str, int], ...]
    database: int = 0
    service: str = ""
    """The name under which Sentinels know it."""
    login: Login = Login()
    sentinel_login: Login = Login()
    ca: str = ""
    """A file of authorities (PEM) for TLS; empty: the machine's own."""
    cert: str = ""
    key: str = ""

    @classmethod
    def parse(cls, text: str) -> RedisUrl:
        """UnusableUrl."""
        if not text.isprintable() or " " in text:
            raise UnusableUrl("a URL has no spaces and no control characters")
        try:
            parts = urlsplit(text)
            given = parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
        except ValueError:
            raise UnusableUrl(f"the form is {RULE}") from None
        kind, tls = _kind(parts.scheme)
        login, _, places = parts.netloc.rpartition("@")
        if "?" in login or "/" in login or parts.fragment:
            raise UnusableUrl("write /, ?, # and @ in a password as %2F, %3F, %23 and %40")
        options = _options(given, kind, tls)
        service, database = _path(kind, parts.path)
        return cls(
            kind=kind,
            tls=tls,
            hosts=tuple(_hosts(kind, places)),
            database=database,
            service=service,
            login=_login(*map(unquote, login.partition(":")[::2])),
            sentinel_login=_login(options.pop("sentinel_user", ""), options.pop("sentinel_password", "")),
            **options,
        )

    @property
    def address(self) -> str:
        """Where it is, for people: without user and password."""
        scheme = self.kind.value.replace("redis", "rediss", 1) if self.tls else self.kind.value
        hosts = ",".join(f"[{host}]:{port}" if ":" in host else f"{host}:{port}" for host, port in self.hosts)
        return "/".join([f"{scheme}://{hosts}", *filter(None, (self.service, str(self.database or "")))])


def _kind(scheme: str) -> tuple[Kind, bool]:
    tls = scheme.partition("+")[0] == "rediss"
    try:
        return Kind(scheme.replace("rediss", "redis", 1)), tls
    except ValueError:
        raise UnusableUrl(f"the form is {RULE}") from None


def _login(user: str, password: str) -> Login:
    return Login(user=user, password=Secret(password))


def _hosts(kind: Kind, places: str) -> Iterator[tuple[str, int]]:
    parts = places.split(",")
    if kind is Kind.SERVER and len(parts) > 1:
        raise UnusableUrl("one server has one host; several are of redis+cluster:// or redis+sentinel://")
    for part in parts:
        match = _HOST.fullmatch(part)
        port = int(match["port"] or (SENTINEL_PORT if kind is Kind.SENTINEL else PORT)) if match else 0
        if not match or not 0 < port <= LARGEST_PORT:
            raise UnusableUrl(f"hosts are host or host:port, separated by commas; the form is {RULE}")
        yield match["host"].strip("[]"), port


def _path(kind: Kind, path: str) -> tuple[str, int]:
    """The service and the database."""
    service, parts = "", [part for part in path.removeprefix("/").split("/") if part]
    if kind is Kind.SENTINEL:
        if not parts or not _SERVICE.fullmatch(parts[0]):
            raise UnusableUrl("name the service that the Sentinels watch: redis+sentinel://host/service")
        service = parts.pop(0)
    if kind is Kind.CLUSTER and parts not in ([], ["0"]):
        raise UnusableUrl("a Cluster has database 0 alone")
    if len(parts) > 1 or (parts and not _DATABASE.fullmatch(parts[0])):
        raise UnusableUrl(f"the database is a number; the form is {RULE}")
    return service, int(parts[0]) if parts else 0


def _options(given: list[tuple[str, str]], kind: Kind, tls: bool) -> dict[str, str]:
    known = (*(_OF_TLS if tls else ()), *(_OF_SENTINEL if kind is Kind.SENTINEL else ()))
    options = dict(given)
    if len(options) < len(given) or not options.keys() <= set(known):
        raise UnusableUrl(f"after the ? there may be {', '.join(known) or 'nothing'}, each once")
    if ("cert" in options) != ("key" in options):
        raise UnusableUrl("cert and key go together")
    return options
