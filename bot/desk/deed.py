"""What each kind of intent must know how to do; the executor knows when."""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import datetime
from typing import ClassVar

from bot.model.intent import Intent, Outcome
from bot.model.person import Act
from bot.store.database import Tx

from .shop import Shop


class Deed(ABC):
    """One kind of change to the marketplace.

    ``before``, ``carry_out`` and ``look`` call the marketplace and may raise SupplierError;
    ``dispatch``, ``done`` and ``nothing`` write to the store, in the transaction that moves the
    intent.
    """

    act: ClassVar[Act]

    @abstractmethod
    async def before(self, shop: Shop, intent: Intent) -> Outcome | None:
        """Check the truth just before sending; an outcome stops it, and nothing is sent."""

    @abstractmethod
    async def carry_out(self, shop: Shop, intent: Intent) -> Outcome:
        """Make the one call."""

    @abstractmethod
    async def look(self, shop: Shop, intent: Intent) -> Outcome | None:
        """Read whether it went through; None when nothing shows it (yet).

        An outcome that is still ``checking`` says what speaks for it and proves nothing.
        """

    @abstractmethod
    async def done(
        self, tx: Tx, shop: Shop, intent: Intent, outcome: Outcome, now: datetime
    ) -> None:
        """Record what is now true."""

    async def goes_on(
        self, tx: Tx, shop: Shop, intent: Intent, outcome: Outcome, now: datetime
    ) -> bool:
        """Record a call that went well; say whether another follows, and nothing is done yet."""
        return False

    async def dispatch(self, tx: Tx, shop: Shop, intent: Intent, now: datetime) -> None:
        """Record what is about to go out."""

    async def lost(self, tx: Tx, shop: Shop, intent: Intent) -> None:
        """Record that it may have gone out."""

    async def nothing(self, tx: Tx, shop: Shop, intent: Intent) -> None:
        """Free what was held for it: it is known that nothing happened."""

    async def given_up(self, tx: Tx, shop: Shop, intent: Intent) -> None:
        """Record that no read showed it, though it went out: it may still have happened."""

    async def afterwards(self, shop: Shop, intent: Intent) -> None:
        """Read the subject anew after it was done; never fails."""


class AskingDeed(Deed):
    """One of which no look may tell what became of it: a person looks, and says what is so."""

    @abstractmethod
    def as_said(self, intent: Intent) -> Outcome | None:
        """Return the end that a person gave to what no look can tell; None: it is sent again.

        An outcome without ``asks`` is done, one that still has it is not.
        """
