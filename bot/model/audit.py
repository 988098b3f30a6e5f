"""What was done, by whom, with what outcome: as the owners read it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One deed. ``about``: an order's or ticket's number, a product's title, a person's name.

    ``who`` is empty where nobody is known: the command line, the settings, the bot by itself.
    """

    at: datetime
    who: str
    deed: str
    subject_kind: str = ""
    about: str = ""
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AuditFacts:
    """A page of what was done, the newest first; of one person or one order alone, if chosen.

    ``people``: (ID, name) of everyone who did something; ``order_id`` and ``person_id``: chosen.
    """

    rows: tuple[AuditLine, ...]
    page: int  # from 1
    pages: int
    total: int
    people: tuple[tuple[int, str], ...] = ()
    person_id: int | None = None
    order_id: str = ""
    number: str = ""  # of that order

    @property
    def of(self) -> Literal["all", "person", "order"]:
        """Whose or of what these are."""
        if self.person_id is not None:
            return "person"
        return "order" if self.order_id else "all"
