"""Pages of the web to learn: one, or those that a sitemap lists, as far as their site's robots.txt allows."""

from __future__ import annotations

import re
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

from cli.errors import Failure
from cli.fetching import AGENT, Fetcher, Page, Unfetched
from cli.sources import WHOLE, Piece, failed
from mesh.documents import JSONL, MEDIA_TYPES, largest, media_type
from myriad.genesis.v1.document_pb2 import DocumentInput, DocumentResult
from myriad.type.v1.error_reason_pb2 import ErrorReason

MOST_PAGES = 1_000
_MOST_SITEMAPS = 50
_LARGEST_SITEMAP = 10 * 1024 * 1024
_LARGEST_ROBOTS = 512 * 1024
_LONGEST_DELAY_SECONDS = 10.0
_LOCATION = re.compile(rb"<loc>\s*(?:<!\[CDATA\[)?([^<\]\s]{1,2000})")
_OK = 200
_GONE = range(400, 500)
_TYPES = frozenset(MEDIA_TYPES.values()) - {JSONL}


@dataclass(slots=True)
class Site:
    """What is fetched, and what robots.txt of each host says."""

    fetcher: Fetcher
    robots: dict[str, RobotFileParser] = field(default_factory=dict)

    def page(self, url: str) -> Piece | DocumentResult:
        """A page as it is sent, or why it is not."""
        try:
            kind = media_type(urlsplit(url).path.rpartition("/")[2])
            page = self._fetched(url, largest(kind or "text/html"))
        except Unfetched as error:
            return failed(url, ErrorReason.ERROR_REASON_DOCUMENT_UNREADABLE, str(error))
        told = page.content_type.partition(";")[0].strip().lower()
        kind = told if told in _TYPES and told != "text/plain" else kind or told
        if kind not in _TYPES:
            return failed(url, ErrorReason.ERROR_REASON_MEDIA_TYPE_UNKNOWN, "this page is of no kind that can be read")
        return Piece(DocumentInput(content=page.content, media_type=kind, uri=url), WHOLE, len(page.content))

    def listed(self, sitemap: str) -> list[str]:
        """The pages of the sitemap's own host that it lists, and those that it names list. Failure."""
        host, found, left = urlsplit(sitemap).netloc, dict[str, None](), [sitemap]
        for number, url in enumerate(left):
            if number == _MOST_SITEMAPS:
                raise Failure(f"{sitemap} names more than {_MOST_SITEMAPS} sitemaps")
            try:
                content = _inflated(self._fetched(url, _LARGEST_SITEMAP).content)
            except Unfetched as error:
                raise Failure(f"{url}: {error}") from None
            locations = [unescape(one.decode("utf-8", "replace")) for one in _LOCATION.findall(content)]
            own = [one for one in locations if urlsplit(one).netloc == host]
            if b"<sitemapindex" in content:
                left += (one for one in own if one not in left)
            else:
                found |= dict.fromkeys(own)
            if len(found) > MOST_PAGES:
                raise Failure(f"{sitemap} lists more than {MOST_PAGES:,} pages", hint="name a smaller sitemap")
        return list(found)

    def _fetched(self, url: str, most: int) -> Page:
        rules = self._rules(url)
        if not rules.can_fetch(AGENT, url):
            raise Unfetched("its robots.txt does not allow it")
        if delay := rules.crawl_delay(AGENT):
            time.sleep(min(float(delay), _LONGEST_DELAY_SECONDS))
        page = self.fetcher.fetch(url, most)
        if page.url != url and not self._rules(page.url).can_fetch(AGENT, page.url):
            raise Unfetched("it redirects to where robots.txt does not allow it")
        if page.status != _OK:
            raise Unfetched(f"its server answers {page.status}")
        return page

    def _rules(self, url: str) -> RobotFileParser:
        """What its host allows; all if there is no robots.txt, nothing if that cannot be had. Unfetched."""
        parts = urlsplit(url)
        root = f"{parts.scheme}://{parts.netloc}"
        if root not in self.robots:
            rules = RobotFileParser()
            page = self.fetcher.fetch(f"{root}/robots.txt", _LARGEST_ROBOTS)
            if page.status != _OK and page.status not in _GONE:
                raise Unfetched(f"its robots.txt cannot be read: {page.status}")
            rules.parse(page.content.decode("utf-8", "replace").splitlines() if page.status == _OK else [])
            self.robots[root] = rules
        return self.robots[root]


def pages(urls: list[str], sitemaps: list[str]) -> Iterator[Piece | DocumentResult]:
    """The pages named, and those that sitemaps list, each once. Failure."""
    fetcher = Fetcher()
    try:
        site = Site(fetcher)
        listed = [page for sitemap in sitemaps for page in site.listed(sitemap)]
        yield from map(site.page, dict.fromkeys((*urls, *listed)))
    finally:
        fetcher.close()


def _inflated(content: bytes) -> bytes:
    """A sitemap as it is, or out of its gzip. Unfetched."""
    if not content.startswith(b"\x1f\x8b"):
        return content
    inflating = zlib.decompressobj(wbits=31)
    try:
        found = inflating.decompress(content, _LARGEST_SITEMAP)
    except zlib.error:
        raise Unfetched("its gzip is broken") from None
    if inflating.unconsumed_tail:
        raise Unfetched(f"it is larger than {_LARGEST_SITEMAP // 2**20} MiB")
    return found
