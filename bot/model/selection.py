"""Several products that a person is picking: which so far, and what is shown of the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from .shelf import EVERYTHING, Shelf, unpack

PAGE: Final = 8


@dataclass(frozen=True, slots=True)
class Selection:
    """What is picked so far, on which shelf and page; ``asks``: what is to be written now."""

    shelf: Shelf = EVERYTHING
    page: int = 1
    chosen: tuple[str, ...] = ()
    asks: str = ""

    def body(self) -> dict[str, Any]:
        """Return it as a draft holds it."""
        return {
            "shelf": self.shelf.pack(),
            "page": self.page,
            "chosen": list(self.chosen),
            "asks": self.asks,
        }


def read(body: Any) -> Selection:
    """Return the selection that a draft holds; one that ended holds none."""
    body = body if isinstance(body, dict) else {}
    return Selection(
        unpack(str(body.get("shelf", ""))),
        int(body.get("page", 1)),
        tuple(str(each) for each in body.get("chosen", ())),
        str(body.get("asks", "")),
    )
