"""A replacement that is being asked for: which unit, of which order, and who is told."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from .goods import Unit
from .stock_source import StockBatch


class Replacing(BaseModel):
    """What is known so far; ``masks`` are the order's units, masked, once they were read."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    tell: Unit  # what the buyer is told in the ticket
    ticket_id: str = ""  # the ticket that asks for it; empty where there is none
    seen: str = ""  # what tells the ticket's text from another, as it was shown
    masks: tuple[str, ...] | None = None
    delivered: int = 0  # how many units the marketplace counted then
    place: int = 0  # the broken unit, from 1; 0 until it was picked
    # By a unit's place: the import of accounts that it came in, as far as is known.
    origins: dict[int, StockBatch] = Field(default_factory=dict)

    @property
    def origin(self) -> StockBatch | None:
        """The import that the broken unit came in."""
        return self.origins.get(self.place)


def picked(replacing: Replacing, place: int) -> Replacing | None:
    """Return the same with a unit picked; None where there is no such unit."""
    if replacing.masks is None or not 1 <= place <= len(replacing.masks):
        return None
    return replacing.model_copy(update={"place": place})
