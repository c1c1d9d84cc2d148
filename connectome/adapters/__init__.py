"""The graph stores and lexical indexes there are."""
