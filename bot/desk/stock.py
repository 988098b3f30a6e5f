"""Stock: accounts for the pool of a product, previewed, sent in pieces, never one twice unasked."""

from __future__ import annotations

from datetime import datetime

from pydantic import SecretStr

from bot.model.intent import Intent, Kind, Outcome, State
from bot.model.person import Act, Person
from bot.model.pieces import Piece
from bot.model.product_plans import PIECE, Progress, StockPlan
from bot.store import audit, intents, settling, units
from bot.store import stock as known_stock
from bot.store.database import Tx
from bot.supplier.errors import SupplierError

from . import large_imports
from .deed import AskingDeed
from .errors import NotPossible
from .products import nobody_changes, read_product, the_product
from .proposing import in_a_card, in_answer
from .reading import Ahead, accounts_of
from .shop import Shop, must

# What one import can hold: its lines are one row, and somebody looks at its preview.
MAX_LINES = 20_000


async def preview(
    tx: Tx,
    shop: Shop,
    person: Person,
    key: str,
    pieces: tuple[Piece, ...],
    *,
    chat_id: int,
    now: datetime,
    ahead: Ahead | None = None,
) -> Intent:
    """Read accounts for a product's pool, and show their count and some of them masked.

    Raises NotPossible.
    """
    must(person, Act.STOCK)
    known = await the_product(tx, shop, key)
    if known.gone_at is not None:
        raise NotPossible("product_gone", title=known.product.title)
    await nobody_changes(tx, shop, known.product, Kind.ADD_STOCK.value)
    plan = await planned(tx, shop, known.product.title, pieces, ahead=ahead)
    return await in_answer(
        tx,
        shop,
        person,
        Kind.ADD_STOCK,
        ("product", known.product.product_id),
        plan,
        chat_id=chat_id,
        message_id=pieces[0].message_id,
        now=now,
    )


async def planned(
    tx: Tx,
    shop: Shop,
    title: str,
    pieces: tuple[Piece, ...],
    version: int = 0,
    ahead: Ahead | None = None,
) -> StockPlan:
    """Return the accounts of a paste, with what is known of each. Raises NotPossible."""
    found = await accounts_of(pieces, ahead)
    if not found.lines:
        raise NotPossible("no_accounts_found")
    if len(found.lines) > MAX_LINES:
        raise NotPossible("too_many_lines", limit=str(MAX_LINES))
    await _not_on_its_way(tx, shop, found.lines)
    plan = StockPlan(
        title=title,
        lines=found.lines,
        empty_lines=found.empty_lines,
        doubles=found.doubles,
        unread=found.unread,
        columns=found.columns,
        pieces=pieces,
        version=version,
    )
    return await with_past(tx, shop, plan)


async def _not_on_its_way(tx: Tx, shop: Shop, lines: tuple[SecretStr, ...]) -> None:
    elsewhere = await units.in_doubt(tx, shop.shop_id, "", lines)
    if elsewhere is not None:
        raise NotPossible("unit_in_doubt", number=elsewhere)


async def with_past(tx: Tx, shop: Shop, plan: StockPlan) -> StockPlan:
    """Return the plan with what is known of where its lines went before."""
    hashes = units.places(tx, plan.lines)
    went = await units.elsewhere(tx, shop.shop_id, "", hashes)
    stocked = await known_stock.known_at(tx, shop.shop_id, hashes)
    delivered = {**went.doubtful, **went.known}
    return plan.model_copy(update={"delivered": delivered, "stocked": stocked})


async def plan_anew(
    tx: Tx, shop: Shop, intent: Intent, pieces: tuple[Piece, ...], now: datetime
) -> None:
    """Put another paste into a preview: its earlier buttons send nothing. Raises NotPossible."""
    plan = intent.planned(StockPlan)
    try:
        again = await planned(tx, shop, plan.title, pieces, plan.version + 1)
    except NotPossible:
        await intents.finish(tx, intent, State.EXPIRED, Outcome(reason="declined"), now)
        raise
    await intents.replan(tx, intent, again, now, fires_at=None)


async def chosen(tx: Tx, shop: Shop, intent: Intent, choice: str, now: datetime) -> StockPlan:
    """Return the plan with the lines that a person chose to send.

    ``choice``: ``new`` (those that went nowhere before) or ``all``, and behind a dot the version
    of the preview that offered it. Raises NotPossible where that shows other lines now.
    """
    plan = intent.planned(StockPlan)
    which, _, version = choice.partition(".")
    if (version or "0") != str(plan.version):
        raise NotPossible("preview_changed")
    if plan.apart:
        return large_imports.chosen(plan, which)
    if intent.expires_at > now:
        await _not_on_its_way(tx, shop, plan.lines)
        again = await with_past(tx, shop, plan)
        if again.before - plan.before:
            # A line went somewhere since this was shown: it is shown again, and says so.
            changed = again.model_copy(update={"version": plan.version + 1})
            await intents.replan(tx, intent, changed, now, fires_at=None)
            raise NotPossible("line_went_elsewhere")
    if which == "all":
        return plan
    fresh = fresh_of(plan)
    if which != "new" or not fresh.lines:
        raise NotPossible("gone")
    return fresh


def fresh_of(plan: StockPlan) -> StockPlan:
    """Return the plan with those lines alone that went nowhere before."""
    lines = tuple(line for at, line in enumerate(plan.lines) if at not in plan.before)
    left_out = len(plan.lines) - len(lines)
    return plan.model_copy(
        update={"lines": lines, "delivered": {}, "stocked": {}, "left_out": left_out}
    )


async def go_on(
    tx: Tx, shop: Shop, person: Person, intent_id: str, *, chat_id: int, now: datetime
) -> None:
    """Offer what an import that ended early did not send. Raises NotPossible."""
    must(person, Act.STOCK)
    intent = await intents.get(tx, int(intent_id)) if intent_id.isdecimal() else None
    if intent is None or intent.shop_id != shop.shop_id or not isinstance(intent.plan, StockPlan):
        raise NotPossible("gone")
    left = rest_of(intent)
    known = await the_product(tx, shop, intent.subject_id)
    await nobody_changes(tx, shop, known.product, Kind.ADD_STOCK.value)
    if intent.plan.apart and left_of(intent):
        title = known.product.title
        await large_imports.go_on(tx, shop, person, intent, intent.plan, title, now)
        return
    if not left:
        raise NotPossible("gone")
    await _not_on_its_way(tx, shop, left)
    plan = await with_past(tx, shop, StockPlan(title=known.product.title, lines=left))
    await in_a_card(
        tx,
        shop,
        person,
        Kind.ADD_STOCK,
        ("product", known.product.product_id),
        plan,
        chat_id=chat_id,
        card_id=None,
        now=now,
        at_once=False,
    )


def rest_of(intent: Intent) -> tuple[SecretStr, ...]:
    """Return the lines that an import which ended did not send."""
    if intent.state not in {State.REFUSED, State.EXPIRED} or intent.planned(StockPlan).apart:
        return ()
    return intent.planned(StockPlan).lines[_progress(intent).at :]


def left_of(intent: Intent) -> int:
    """Return how many lines an import that ended did not send, and still offers."""
    declined = intent.outcome.reason == "declined"
    if declined or not isinstance(intent.plan, StockPlan):
        return 0
    if intent.state not in {State.REFUSED, State.EXPIRED}:
        return 0
    return intent.planned(StockPlan).count - _progress(intent).at


def _progress(intent: Intent) -> Progress:
    return intent.progress or Progress()


def _size(intent: Intent) -> int:
    """Return how many lines the call that is under way has."""
    return min(PIECE, intent.planned(StockPlan).count - _progress(intent).at)


async def _piece(tx: Tx, intent: Intent) -> tuple[SecretStr, ...]:
    """Return the lines of the call that is under way."""
    plan, at = intent.planned(StockPlan), _progress(intent).at
    if plan.apart:
        return await large_imports.lines_of(tx, intent, plan)
    return plan.lines[at : at + PIECE]


class AddStock(AskingDeed):
    """Adds accounts to a pool, a piece a call; what no answer tells, a person decides."""

    act = Act.STOCK

    async def before(self, shop: Shop, intent: Intent) -> Outcome | None:
        """Stop where somebody said so, or where the product is not there any more."""
        progress = _progress(intent)
        if progress.stop:
            return Outcome(reason="stopped")
        plan = intent.planned(StockPlan)
        if plan.apart and await large_imports.went_elsewhere(shop, intent, plan):
            return Outcome(reason="line_elsewhere")
        if progress.at:
            return None  # the marketplace took a piece a moment ago
        if await read_product(shop, intent.subject_id, intent.planned(StockPlan).title) is None:
            return Outcome(reason="not_found")
        return None

    async def dispatch(self, tx: Tx, shop: Shop, intent: Intent, now: datetime) -> None:
        """Remember by hash what goes out."""
        lines, product_id = await _piece(tx, intent), intent.subject_id
        await known_stock.mark(tx, shop.shop_id, product_id, lines, intent.id, now, kept=False)

    async def carry_out(self, shop: Shop, intent: Intent) -> Outcome:
        """Add one piece."""
        async with shop.store.read() as tx:
            lines = await _piece(tx, intent)
        added = await shop.marketplace.append_product_accounts(intent.subject_id, lines)
        imported = added.accounts_imported
        return Outcome(
            reason="done",
            units=len(lines) if imported is None else max(imported, 0),
            served=max(added.delivery_tasks_queued or 0, 0),
        )

    async def goes_on(
        self, tx: Tx, shop: Shop, intent: Intent, outcome: Outcome, now: datetime
    ) -> bool:
        """Count the piece; another follows until all are sent, or somebody says stop."""
        current = await intents.get(tx, intent.id)
        if current is None or current.state not in {State.SENDING, State.UNKNOWN}:
            return False
        lines = await _piece(tx, current)
        before = _progress(current)
        await known_stock.mark(
            tx, shop.shop_id, intent.subject_id, lines, intent.id, now, kept=True
        )
        progress = before.model_copy(
            update={
                "at": before.at + len(lines),
                "added": before.added + outcome.units,
                "served": before.served + outcome.served,
                "told": before.told + (len(lines) if before.answer == "there" else 0),
                "answer": "",
            }
        )
        more = progress.at < intent.planned(StockPlan).count
        await settling.advance(tx, current, progress, now, more=more)
        return more

    async def look(self, shop: Shop, intent: Intent) -> Outcome | None:
        """The pool cannot be read: a person looks there, and says what is so."""
        return Outcome(reason="ask", units=_size(intent), asks=True)

    def as_said(self, intent: Intent) -> Outcome | None:
        """They are there; or nobody knows, and it ends; or they are to be sent again."""
        match _progress(intent).answer:
            case "there":
                return Outcome(reason="done", units=_size(intent))
            case "again":
                return None
            case _:
                return Outcome(reason="stopped", asks=True)

    async def nothing(self, tx: Tx, shop: Shop, intent: Intent) -> None:
        """What did not go out may be used anywhere; what was added before it is written down."""
        await known_stock.forget(tx, intent.id)
        await self._written_down(tx, shop, intent)

    async def given_up(self, tx: Tx, shop: Shop, intent: Intent) -> None:
        """A piece of which nobody knows stays remembered; where it ended so, it counts apart."""
        await known_stock.keep(tx, intent.id)
        progress = _progress(intent)
        if progress.answer == "stop":
            lines = _size(intent)
            ended = progress.model_copy(
                update={
                    "at": progress.at + lines,
                    "unclear": progress.unclear + lines,
                    "answer": "",
                }
            )
            await settling.set_progress(tx, intent, ended)
            await self._written_down(tx, shop, intent)

    async def done(
        self, tx: Tx, shop: Shop, intent: Intent, outcome: Outcome, now: datetime
    ) -> None:
        """Write down how many were added."""
        await known_stock.drop_pieces(tx, intent.id)
        await self._written_down(tx, shop, intent)

    async def _written_down(self, tx: Tx, shop: Shop, intent: Intent) -> None:
        """Write down how many were added, never which."""
        current = await intents.get(tx, intent.id)
        progress = Progress() if current is None else _progress(current)
        if not progress.added:
            return
        await audit.came_of(
            tx,
            intent,
            deed="stock_added",
            now=shop.now(),
            detail={"lines": progress.added, "served": progress.served},
        )

    async def afterwards(self, shop: Shop, intent: Intent) -> None:
        """Read how much is in stock now."""
        try:
            await read_product(shop, intent.subject_id, intent.planned(StockPlan).title)
        except SupplierError:
            shop.look_soon()
