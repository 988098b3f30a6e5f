"""A new product, as one message says it or as it is told one thing after another."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from .intent import Intent, State
from .pictures import Picture
from .pieces import Piece
from .product_plans import Named, StockPlan

# Price / minimum quantity / days of warranty; the last two may be left out.
_FIGURES = re.compile(r"([^/]+?)(?:\s*/\s*(\d{1,6}))?(?:\s*/\s*(\d{1,5}))?")


@dataclass(frozen=True, slots=True)
class Described:
    """A product as it was written; the price is still a text."""

    title: str
    price: str
    description: str
    min_quantity: int | None = None
    warranty_days: int | None = None


def read_described(text: str) -> Described | None:
    """Read the title of the first line, the figures of the second, the description of the rest.

    The figures: ``9.50``, ``9.50 / 2`` (with the least that is sold at once) or ``9.50 / 2 / 30``
    (with days of warranty). None where a part is missing.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").strip().split("\n", 2)
    if len(lines) < 3:  # noqa: PLR2004 - title, figures, description
        return None
    title, description = " ".join(lines[0].split()), lines[2].strip()
    figures = _FIGURES.fullmatch(lines[1].strip())
    if not title or not description or figures is None:
        return None
    least, days = figures[2], figures[3]
    return Described(
        title,
        figures[1],
        description,
        int(least) if least else None,
        int(days) if days else None,
    )


def may_begin_again(intent: Intent) -> bool:
    """Say whether a product that came to nothing can be told anew: it surely does not exist."""
    if intent.state is State.EXPIRED:
        return intent.outcome.reason in _NOT_SENT
    return intent.state is State.REFUSED and intent.outcome.reason not in _MAY_EXIST


class NewForm(BaseModel):
    """A new product as far as it was told, one thing after another; values as a plan holds them.

    ``step``: what is asked for now. ``pictures`` and ``kept``: of a preview that was left.
    ``accounts``: for its pool, in the place of a number in stock.
    """

    model_config = ConfigDict(frozen=True)

    step: Named = "title"
    values: dict[Named, str] = Field(default_factory=dict)
    pictures: tuple[Picture, ...] = ()
    kept: tuple[str, ...] = ()
    accounts: StockPlan | None = None

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """The messages and files that its accounts came in."""
        return () if self.accounts is None else self.accounts.pieces

    @property
    def answered(self) -> bool:
        """Whether this question has an answer already."""
        return self.step in self.values or (self.step == STOCK_STEP and self.accounts is not None)

    @property
    def place(self) -> int:
        """Which question this is, from 0."""
        return STEPS.index(self.step)

    @property
    def may_skip(self) -> bool:
        """Whether the next question may come without an answer to this one."""
        return self.step not in REQUIRED or self.step in self.values

    @property
    def is_enough(self) -> bool:
        """Whether all is there that a product needs."""
        return all(step in self.values for step in REQUIRED)

    def told(self, value: str) -> NewForm:
        """Return the form with an answer to its question."""
        changed: dict[str, object] = {"values": {**self.values, self.step: value}}
        if self.step == STOCK_STEP:
            changed["accounts"] = None
        return self.model_copy(update=changed)

    def supplied(self, accounts: StockPlan | None) -> NewForm:
        """Return the form with accounts, or none any more, in the place of a number in stock."""
        values = {field: value for field, value in self.values.items() if field != STOCK_STEP}
        return self.model_copy(update={"values": values, "accounts": accounts})

    def moved(self, by: int) -> NewForm | None:
        """Return the form at another question; None behind the last."""
        place = max(self.place + by, 0)
        if place >= len(STEPS):
            return None
        return self.model_copy(update={"step": STEPS[place]})


STOCK_STEP: Final[Named] = "in_stock"
# How a creation ended of which nobody knows whether it took place, or that is there already.
_MAY_EXIST: Final = frozenset({"not_shown", "product_exists", "fault", "unclear"})
# How a preview ended that its person did not take back.
_NOT_SENT: Final = frozenset({"expired", "locked"})
REQUIRED: Final[tuple[Named, ...]] = ("title", "price", "description")
STEPS: Final[tuple[Named, ...]] = (
    *REQUIRED,
    *("min_quantity", "warranty", "in_stock", "source_id", "source_url"),
)
