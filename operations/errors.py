"""What ends a refresh early: a sentence and an exit code. docs/operations.md lists the codes."""

from __future__ import annotations

INPUT_OR_SETTING = 1
ANYTHING_ELSE = 2
LOCKED = 75


class RefreshError(Exception):
    """One sentence for whoever runs the refresh, and the exit code."""

    def __init__(self, sentence: str, exit_code: int = ANYTHING_ELSE) -> None:
        super().__init__(sentence)
        self.exit_code = exit_code


def in_one_line(text: str) -> str:
    return " ".join(text.split())
