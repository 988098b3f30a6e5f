"""What a person is told when something cannot be done."""

from __future__ import annotations

from typing import Any


class NotPossible(Exception):  # noqa: N818 - it says what is so
    """What was asked for cannot be done now, and nothing was sent.

    ``reason`` names the sentence the person is told; ``values`` fill it in.
    """

    def __init__(self, reason: str, **values: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.values: dict[str, Any] = dict(values)
