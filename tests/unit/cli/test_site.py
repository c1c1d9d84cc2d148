"""Pages of the web: from public addresses alone, as their site allows, within bounds; a real server, on loopback."""

from __future__ import annotations

import gzip
import ipaddress
import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from cli import site
from cli.errors import Failure
from cli.fetching import Fetcher, Unfetched, is_public, networks
from cli.site import Site
from cli.sources import Piece
from mesh.errors import reason_name
from myriad.genesis.v1.document_pb2 import DocumentResult

LOOPBACK = networks("127.0.0.0/8")
Pages = dict[str, tuple[int, str, bytes]]


@pytest.fixture
def served() -> Iterator[tuple[str, Pages]]:
    """The address of a server, and by path its answers: status, media type or location, body."""
    answers: Pages = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, kind, body = answers.get(self.path, (404, "text/html", b"no"))
            self.send_response(status)
            self.send_header("Location" if status in (301, 302) else "Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", answers
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def visited() -> Iterator[Site]:
    fetcher = Fetcher(LOOPBACK)
    yield Site(fetcher)
    fetcher.close()


def why(result: Piece | DocumentResult) -> str:
    assert isinstance(result, DocumentResult)
    assert result.uri
    return f"{reason_name(result.reason)}: {result.message}"


def test_a_page_is_sent_as_what_its_server_says_it_is(served: tuple[str, Pages], visited: Site) -> None:
    root, answers = served
    answers["/a"] = (200, "text/html; charset=utf-8", b"<p>Hello.</p>")
    answers["/b.pdf"] = (200, "application/octet-stream", b"%PDF")
    page, file = visited.page(f"{root}/a"), visited.page(f"{root}/b.pdf")
    assert isinstance(page, Piece)
    assert isinstance(file, Piece)
    assert (page.document.media_type, page.document.uri) == ("text/html", f"{root}/a")
    assert file.document.media_type == "application/pdf"
    answers["/c"] = (200, "image/png", b"x")
    assert why(visited.page(f"{root}/c")).startswith("MEDIA_TYPE_UNKNOWN")
    assert "answers 404" in why(visited.page(f"{root}/none"))


def test_a_sitemap_lists_pages_of_its_own_host(served: tuple[str, Pages], visited: Site) -> None:
    root, answers = served
    index = f"<sitemapindex><sitemap><loc>{root}/one.xml.gz</loc></sitemap></sitemapindex>"
    pages = f"<urlset><url><loc> {root}/a?x=1&amp;y=2 </loc></url><url><loc>http://other.example/b</loc></url></urlset>"
    answers["/sitemap.xml"] = (200, "application/xml", index.encode())
    answers["/one.xml.gz"] = (200, "application/gzip", gzip.compress(pages.encode()))
    assert visited.listed(f"{root}/sitemap.xml") == [f"{root}/a?x=1&y=2"]
    answers["/one.xml.gz"] = (200, "application/gzip", gzip.compress(bytes(11 * 2**20)))
    with pytest.raises(Failure, match="larger than"):
        visited.listed(f"{root}/sitemap.xml")


def test_a_sitemap_has_its_bounds(served: tuple[str, Pages], visited: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    root, answers = served
    monkeypatch.setattr(site, "MOST_PAGES", 2)
    answers["/s"] = (200, "text/xml", "".join(f"<loc>{root}/{at}</loc>" for at in range(3)).encode())
    with pytest.raises(Failure, match="more than 2 pages"):
        visited.listed(f"{root}/s")


def test_what_robots_txt_forbids_is_not_fetched(served: tuple[str, Pages], visited: Site) -> None:
    root, answers = served
    answers["/robots.txt"] = (200, "text/plain", b"User-agent: *\nDisallow: /private\n")
    answers["/private/a"] = (200, "text/html", b"<p>Secret.</p>")
    answers["/moved"] = (302, "/private/a", b"")
    assert "robots.txt does not allow" in why(visited.page(f"{root}/private/a"))
    assert "robots.txt does not allow" in why(visited.page(f"{root}/moved"))


def test_a_robots_txt_that_cannot_be_had_forbids_all(served: tuple[str, Pages], visited: Site) -> None:
    root, answers = served
    answers["/robots.txt"] = (503, "text/plain", b"")
    assert "cannot be read: 503" in why(visited.page(f"{root}/a"))


@pytest.mark.parametrize(
    ("address", "public"),
    [
        *((one, False) for one in ("127.0.0.1", "10.0.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1")),
        ("fc00::1", False),
        *((one, False) for one in ("::1", "fe80::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::")),
        *((one, True) for one in ("93.184.215.14", "2606:4700::1111", "::ffff:93.184.215.14")),
    ],
)
def test_private_addresses_are_known_in_every_dress(address: str, public: bool) -> None:
    assert is_public(ipaddress.ip_address(address)) is public


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "2130706433", "0x7f.1"])
def test_nothing_is_fetched_from_this_machine_unless_allowed(host: str) -> None:
    fetcher = Fetcher([])
    try:
        with pytest.raises(Unfetched, match=r"not public|no address"):
            fetcher.fetch(f"http://{host}:9/", 1)
    finally:
        fetcher.close()


def test_a_redirect_is_held_to_the_same(served: tuple[str, Pages], visited: Site) -> None:
    root, answers = served
    for path, to in (
        ("/a", "http://127.1.2.3:9/"),
        ("/b", "file:///etc/passwd"),
        ("/c", "/c"),
        ("/d", "http://10.0.0.1/"),
    ):
        answers[path] = (302, to, b"")
    assert "could not be fetched" in why(visited.page(f"{root}/a"))
    assert "no http" in why(visited.page(f"{root}/b"))
    assert "redirects more than" in why(visited.page(f"{root}/c"))
    assert "not public" in why(visited.page(f"{root}/d"))


def test_the_address_that_was_looked_at_is_the_one_connected_to(
    served: tuple[str, Pages], monkeypatch: pytest.MonkeyPatch
) -> None:
    root, answers = served
    answers["/"] = (200, "text/html", b"<p>Hello.</p>")
    asked: list[str] = []
    real: Callable[..., Any] = socket.getaddrinfo

    def rebinding(host: str, port: int, *rest: Any, **more: Any) -> Any:
        asked.append(host)
        named = [one for one in asked if one == "rebinds.example"]
        return real("127.0.0.1" if host == "rebinds.example" and len(named) == 1 else host, port, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    fetcher = Fetcher(LOOPBACK)
    try:
        page = fetcher.fetch(root.replace("127.0.0.1", "rebinds.example") + "/", 100)
    finally:
        fetcher.close()
    assert page.content == b"<p>Hello.</p>"
    assert asked.count("rebinds.example") == 1


def test_a_page_has_its_bound(served: tuple[str, Pages]) -> None:
    root, answers = served
    answers["/"] = (200, "text/html", bytes(2 * 2**20))
    fetcher = Fetcher(LOOPBACK)
    try:
        with pytest.raises(Unfetched, match="larger than 1 MiB"):
            fetcher.fetch(f"{root}/", 2**20)
    finally:
        fetcher.close()
