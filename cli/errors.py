"""What a command says when it cannot do what it was asked."""

from __future__ import annotations


class Failure(Exception):
    """One readable line: what failed, the server's reason if it gave one, and what to do about it."""

    def __init__(self, message: str, *, reason: str = "", hint: str = "", exit_code: int = 1) -> None:
        super().__init__(message)
        self.message = message
        self.reason = reason
        self.hint = hint
        self.exit_code = exit_code

    def __str__(self) -> str:
        reason = f" ({self.reason})" if self.reason else ""
        hint = f"; {self.hint}" if self.hint else ""
        return f"{self.message}{reason}{hint}"
