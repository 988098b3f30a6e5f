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
from bot.store import intents, outbox, people, units
from bot.store.database import Tx

from . import owners, stock
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
    if sum(len(piece.text.get_secret_value().strip()) for piece in pieces) > LARGE:
        raise NotPossible("too_many_first_accounts")


async def begin(tx: Tx, shop: Shop, intent: Intent, product_id: str, now: datetime) -> None:
    """Send the accounts of a product that was just created.

    Where one of them went somewhere meanwhile, or the shop was locked, the import is shown and
    asked about first; where the one who confirmed them may not add any more, the owners are asked.
    """
    plan = intent.plan
    if not isinstance(plan, NewProductPlan) or plan.accounts is None or not product_id:
        return
    person = await people.member(tx, shop.shop_id, intent.confirmed_by or 0)
    accounts = plan.accounts.model_copy(update={"title": plan.title})
    accounts = await stock.with_past(tx, shop, accounts)
    if person is None or Act.STOCK not in person.acts:
        await _ask_the_owners(tx, shop, intent, product_id, accounts, now)
        return
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


async def _ask_the_owners(
    tx: Tx, shop: Shop, intent: Intent, product_id: str, accounts: StockPlan, now: datetime
) -> None:
    """Show the accounts of somebody who may not add any more to the owners: one press sends them.

    Who confirmed them is told, as long as they are of the shop.
    """
    who = intent.confirmed_by or 0
    members = await people.members_of(tx, shop.shop_id)
    asked = owners.among(members)
    if asked:
        names = await people.names(tx, {who})
        # Its messages are of another chat: none of the owners' own is to be deleted for them.
        update = {"pieces": (), "confirmed_by": names.get(who) or str(who)}
        made = await in_a_card(
            tx,
            shop,
            asked[0],
            Kind.ADD_STOCK,
            ("product", product_id),
            accounts.model_copy(update=update),
            chat_id=asked[0].person_id,
            card_id=None,
            now=now,
            at_once=False,
        )
        await owners.ask(tx, shop, asked[1:], made, now)
    if any(each.person_id == who for each in members):
        await outbox.tell(
            tx,
            shop_id=shop.shop_id,
            chat_id=intent.chat_id,
            person_id=who,
            view="note",
            body={"name": "accounts_left_to_owners", "values": {}},
            now=now,
        )
