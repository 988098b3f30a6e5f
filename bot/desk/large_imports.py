"""Files of tens of thousands of accounts: read in passing, sealed in pieces, never held as a whole.

What an import of a few lines keeps in its plan stands in rows of its own here, a call's lines a
row, and only the lines of the next call are ever unsealed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from pydantic import SecretStr

from bot.model.account_table import as_lines
from bot.model.accounts import Columns, each_line, one_way, parts
from bot.model.intent import Intent, Kind
from bot.model.person import Act, Person
from bot.model.pieces import Piece
from bot.model.product_plans import PIECE, Progress, StockPlan
from bot.store import stock as known_stock
from bot.store import units
from bot.store.database import Tx

from .errors import NotPossible
from .products import nobody_changes, the_product
from .proposing import in_a_card, in_answer
from .shop import Shop, must

# Characters of a text that is read this way; a shorter one is read at once.
LARGE: Final = 200_000
_MANY_LINES: Final = 10_000
MAX_LINES: Final = 100_000
_SHOWN: Final = 10  # lines and warnings of a preview
_NUMBERS: Final = 21  # of lines that are no accounts
_CHUNK: Final = 500
_LINES_AT_ONCE: Final = 5_000  # of a file that holds mostly nothing: others have their turn, too


@dataclass(slots=True)
class Read:
    """What was read of a file: the lines that went nowhere before come first.

    ``pieces``: sealed, the lines of a call each.
    """

    fresh: int = 0
    total: int = 0
    empty_lines: int = 0
    doubles: int = 0
    unread: list[int] = field(default_factory=list)
    unread_in_all: int = 0
    columns: tuple[Columns, ...] = ()
    delivered: dict[int, str] = field(default_factory=dict)
    delivered_in_all: int = 0
    stocked: dict[int, str] = field(default_factory=dict)
    stocked_in_all: int = 0
    shown: list[SecretStr] = field(default_factory=list, repr=False)
    pieces: list[bytes] = field(default_factory=list, repr=False)


async def read(shop: Shop, pieces: Sequence[Piece]) -> Read:
    """Read accounts, and look where each went before. Raises NotPossible."""
    lines = await asyncio.to_thread(as_lines, pieces)
    found = Read(columns=lines.columns)
    seen: set[int] = set()
    fresh: list[SecretStr] = []
    before: list[tuple[SecretStr, str, str]] = []
    for chunk in _chunks(lines.text, found, seen):
        if found.total + len(chunk) > MAX_LINES:
            raise NotPossible("too_many_lines", limit=str(MAX_LINES))
        found.total += len(chunk)
        async with shop.store.read() as tx:
            hashes = units.places(tx, chunk)
            elsewhere = await units.elsewhere(tx, shop.shop_id, "", hashes)
            if elsewhere.in_doubt is not None:
                raise NotPossible("unit_in_doubt", number=elsewhere.in_doubt)
            delivered = {**elsewhere.doubtful, **elsewhere.known}
            stocked = await known_stock.known_at(tx, shop.shop_id, hashes)
            for at, line in enumerate(chunk):
                if at in delivered or at in stocked:
                    before.append((line, delivered.get(at, ""), stocked.get(at, "")))
                else:
                    fresh.append(line)
            _seal(tx, found, fresh, whole=False)
    if not found.total:
        raise NotPossible("no_accounts_found")
    found.fresh = found.total - len(before)
    for at, (line, order, product) in enumerate(before, start=found.fresh):
        _note(found.delivered, at, order)
        _note(found.stocked, at, product)
        found.delivered_in_all += bool(order)
        found.stocked_in_all += bool(product)
        fresh.append(line)
    async with shop.store.read() as tx:
        _seal(tx, found, fresh, whole=True)
    return found


def _note(places: dict[int, str], at: int, where: str) -> None:
    if where and len(places) < _SHOWN:
        places[at] = where


def _chunks(text: str, found: Read, seen: set[int]) -> Iterator[list[SecretStr]]:
    """Yield the accounts of a text a few hundred at a time, each once; the rest is counted.

    Where a text holds mostly something else, an empty chunk may come between.
    """
    chunk: list[SecretStr] = []
    for number, line in enumerate(each_line(text), start=1):
        stripped = line.replace("\x00", "").strip()
        if not stripped:
            found.empty_lines += 1
        elif parts(stripped) is None:
            found.unread_in_all += 1
            if len(found.unread) < _NUMBERS:
                found.unread.append(number)
        elif (account := hash(one_way(stripped))) in seen:
            found.doubles += 1
        else:
            seen.add(account)
            chunk.append(SecretStr(stripped))
        if len(chunk) >= _CHUNK or not number % _LINES_AT_ONCE:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _seal(tx: Tx, found: Read, lines: list[SecretStr], *, whole: bool) -> None:
    """Seal full pieces of what is read, and take them out; ``whole``: the last one, too."""
    while len(lines) >= PIECE or (whole and lines):
        piece = lines[:PIECE]
        if len(found.shown) < _SHOWN:
            found.shown += piece[:_SHOWN]
        found.pieces.append(tx.vault.seal_json([line.get_secret_value() for line in piece]))
        del lines[:PIECE]


async def preview(
    tx: Tx,
    shop: Shop,
    person: Person,
    key: str,
    pieces: tuple[Piece, ...],
    found: Read,
    *,
    chat_id: int,
    now: datetime,
) -> None:
    """Show what was read for a product's pool, and ask; ``pieces``: what it came in.

    Raises NotPossible.
    """
    must(person, Act.STOCK)
    known = await the_product(tx, shop, key)
    product = known.product
    if known.gone_at is not None:
        raise NotPossible("product_gone", title=product.title)
    await nobody_changes(tx, shop, product, Kind.ADD_STOCK.value)
    plan = StockPlan(
        title=product.title,
        lines=tuple(found.shown),
        empty_lines=found.empty_lines,
        doubles=found.doubles,
        unread=tuple(found.unread),
        unread_in_all=found.unread_in_all,
        columns=found.columns,
        delivered=found.delivered,
        delivered_in_all=found.delivered_in_all,
        stocked=found.stocked,
        stocked_in_all=found.stocked_in_all,
        apart=found.total,
        fresh=found.fresh,
        pieces=emptied(pieces),
    )
    intent = await in_answer(
        tx,
        shop,
        person,
        Kind.ADD_STOCK,
        ("product", product.product_id),
        plan,
        chat_id=chat_id,
        message_id=pieces[0].message_id,
        now=now,
    )
    await known_stock.keep_pieces(tx, shop.shop_id, intent.id, found.pieces)


def chosen(plan: StockPlan, which: str) -> StockPlan:
    """Return the plan with the lines that were chosen, ``new`` or ``all``. Raises NotPossible."""
    if which == "all":
        # All of them were shown: what went somewhere before is meant.
        return plan
    if which != "new" or not plan.fresh:
        raise NotPossible("gone")
    left_out = plan.apart - plan.fresh
    return plan.model_copy(update={"apart": plan.fresh, "left_out": left_out})


async def lines_of(tx: Tx, intent: Intent, plan: StockPlan) -> tuple[SecretStr, ...]:
    """Return the lines of the next call."""
    at = (intent.progress or Progress()).at
    lines = await known_stock.piece(tx, intent.id, at // PIECE)
    return lines[: plan.apart - at]


async def went_elsewhere(shop: Shop, intent: Intent, plan: StockPlan) -> bool:
    """Say whether a line of the next call went somewhere since the preview said that it did not."""
    at = (intent.progress or Progress()).at
    async with shop.store.read() as tx:
        lines = (await lines_of(tx, intent, plan))[: max(plan.fresh - at, 0)]
        if not lines:
            return False
        return bool(
            await units.went_anywhere(tx, shop.shop_id, lines)
            or await known_stock.known(tx, shop.shop_id, lines, but=intent.id)
        )


async def go_on(
    tx: Tx, shop: Shop, person: Person, intent: Intent, plan: StockPlan, title: str, now: datetime
) -> None:
    """Offer what an import did not send."""
    at = (intent.progress or Progress()).at
    left = plan.apart - at
    # Where a line went somewhere else, all that is left is offered as what may have gone before.
    fresh = 0 if intent.outcome.reason == "line_elsewhere" else min(max(plan.fresh - at, 0), left)
    first = (await lines_of(tx, intent, plan))[:_SHOWN]
    if not first:
        raise NotPossible("gone")  # its lines are kept no longer
    again = StockPlan(title=title, lines=first, apart=left, fresh=fresh)
    made = await in_a_card(
        tx,
        shop,
        person,
        Kind.ADD_STOCK,
        ("product", intent.subject_id),
        again,
        chat_id=intent.chat_id,
        card_id=None,
        now=now,
        at_once=False,
    )
    await known_stock.copy_pieces(tx, intent.id, made.id, at // PIECE)


def emptied(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """Return what goods came in without a word of them: what they are stands in rows apart."""
    return tuple(piece.model_copy(update={"text": SecretStr("")}) for piece in pieces)


def is_large(pieces: Sequence[Piece]) -> bool:
    """Say whether a file is read this way."""
    return len(pieces) == 1 and are_many(pieces)


def are_many(pieces: Sequence[Piece]) -> bool:
    """Say whether there is too much in these to be read at once."""
    # Many short lines are as much work as few long ones.
    lines = sum(piece.text.get_secret_value().count("\n") for piece in pieces)
    return are_large(pieces) or lines > _MANY_LINES


def are_large(pieces: Sequence[Piece]) -> bool:
    """Say whether this is more than one plan holds."""
    return sum(len(piece.text.get_secret_value()) for piece in pieces) > LARGE
