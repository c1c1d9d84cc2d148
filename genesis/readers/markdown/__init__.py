"""Markdown, part by part; `commonmark` reads it line by line."""
