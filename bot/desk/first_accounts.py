"""Accounts that a new product begins with: checked as those of any import, and sent as one.

Its creation takes none along: were that answer lost, nobody could read whether they are in the
pool. They follow once the product is known to be there, confirmed with it.
"""

from __future__ import annotations

from datetime import datetime

from bot.model.intent import Intent, Kind
from bot.model.person import Act
from bot.model.pieces import Piece
from bot.model.product_plans import NewProductPlan, StockPlan
from bot.store import intents, people, units
from bot.store.database import Tx

from . import stock
from .errors import NotPossible
from .large_imports import LARGE
from .proposing import in_a_card
from .reading import Ahead
from .shop import Shop


async def planned(
    tx: Tx, shop: Shop, pieces: tuple[Piece, ...], ahead: Ahead | None = None
) -> StockPlan:
    """Return the accounts of a paste or file; those that went somewhere before are left out.

    Raises NotPossible.
    """
    check_size(pieces)
    found = await stock.planned(tx, shop, "", pieces, ahead=ahead)
    fresh = stock.fresh_of(found)
    if not fresh.lines:
        raise NotPossible("accounts_went_before")
    return fresh


def check_size(pieces: tuple[Piece, ...]) -> None:
    """Raise NotPossible for more than a conversation keeps: a large file is an import alone."""
    if sum(len(piece.text.get_secret_value()) for piece in pieces) > LARGE:
        raise NotPossible("too_many_first_accounts")


async def begin(tx: Tx, shop: Shop, intent: Intent, product_id: str, now: datetime) -> None:
    """Send the accounts of a product that was just created.

    Where one of them went somewhere meanwhile, or the shop was locked, the import is shown and
    asked about first.
    """
    plan = intent.plan
    if not isinstance(plan, NewProductPlan) or plan.accounts is None or not product_id:
        return
    person = await people.member(tx, shop.shop_id, intent.confirmed_by or 0)
    if person is None or Act.STOCK not in person.acts:
        return
    accounts = plan.accounts.model_copy(update={"title": plan.title})
    accounts = await stock.with_past(tx, shop, accounts)
    doubted = await units.in_doubt(tx, shop.shop_id, "", accounts.lines)
    made = await in_a_card(
        tx,
        shop,
        person,
        Kind.ADD_STOCK,
        ("product", product_id),
        accounts,
        chat_id=intent.chat_id,
        card_id=None,
        now=now,
        at_once=False,
    )
    if person.may(Act.STOCK) and not accounts.before and doubted is None:
        await intents.confirm(tx, made, person.person_id, now)
