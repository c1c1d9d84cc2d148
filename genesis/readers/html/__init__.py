"""HTML, as a browser would show it to somebody who reads."""

from genesis.readers.html.page import read

__all__ = ["read"]
