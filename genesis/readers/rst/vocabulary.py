"""Vocabulary: which directives hold text, which code, and which nothing that is read."""

from __future__ import annotations

_CODE_DIRECTIVES = """
code code-block sourcecode testcode testoutput doctest parsed-literal prompt productionlist literal ipython
graphviz mermaid math
"""
CODE = frozenset(_CODE_DIRECTIVES.split())
BEGINS_AT_ONCE = frozenset(("math", "parsed-literal"))
"""Code that may begin on the directive's own line."""
_UNREAD_DIRECTIVES = """
toctree include literalinclude contents index currentmodule module automodule autosummary raw highlight meta
default-role role rst-class sectnum target-notes header footer tabularcolumns button-ref button-link bibliography
testsetup testcleanup plot jupyter-execute replace unicode date title
"""
UNREAD = frozenset(_UNREAD_DIRECTIVES.split())
_TEXT_DIRECTIVES = """
note tip hint important warning caution danger attention error seealso epigraph pull-quote highlights todo centered
rubric
"""
TEXT = frozenset(_TEXT_DIRECTIVES.split())
AROUND = frozenset(("container", "only", "grid", "tab-set", "tabs", "margin", "compound", "hlist"))
"""What stands around others; its argument is nothing that is read."""
PICTURES = frozenset(("image", "figure"))
TABLES = frozenset(("table", "list-table", "csv-table"))
CHANGES = {
    **dict.fromkeys(("versionadded", "version-added"), ("New in version ",)),
    **dict.fromkeys(("versionchanged", "version-changed"), ("Changed in version ",)),
    **dict.fromkeys(("deprecated", "version-deprecated"), ("Deprecated since version ",)),
    **dict.fromkeys(("versionremoved", "version-removed"), ("Removed in version ",)),
    "deprecated-removed": ("Deprecated since version ", ", removed in version "),
}
"""What is said before each version."""
_DESCRIBING_DIRECTIVES = """
function method staticmethod classmethod decorator decoratormethod attribute property data exception option cmdoption
envvar confval macro member var type struct union enum enumerator describe object directive role
"""
_DESCRIBING = frozenset(_DESCRIBING_DIRECTIVES.split())
TOLD = ("type", "default", "value")
"""Options that are shown below what is described."""
UNSEEN_FIELDS = frozenset(("orphan", "nosearch", "no-search", "nocomments", "tocdepth"))
"""What tells a generator of sites how to show the page."""


def describes(name: str) -> bool:
    """
    Whether a directive names something, of any domain: that is shown even if nothing is said of it. Without a domain,
    `class` is one of the page's style too.
    """
    domain, _, kind = name.rpartition(":")
    return kind in _DESCRIBING or (bool(domain) and kind == "class")
