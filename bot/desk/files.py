"""Goods in files: fetched outside the lanes, then taken as a paste is."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Final, Literal

from bot.model.batch import MAX_ITEMS
from bot.model.files import (
    MAX_FILE_BYTES,
    FileAway,
    FileGone,
    Files,
    FileTooBig,
    UserFile,
    decoded,
)
from bot.model.person import Act, Person
from bot.model.pictures import kind_of
from bot.model.pieces import Piece
from bot.store import errands, orders, people
from bot.store.database import Tx
from bot.store.errands import Errand

from . import (
    arriving,
    drafts,
    first_accounts,
    kept_goods,
    large_imports,
    new_form,
    pieces,
    replacing,
    selecting,
    stock,
)
from .ending import Ending, NotYet
from .errors import NotPossible
from .reading import Ahead, accounts_of, ways_of
from .shop import Shop, must

TRIES: Final = 6
# What a file may be, that is no goods for an order or a pool: the accounts of a product that is
# to be created, or prices.
Wanted = Literal["", "accounts", "prices"]
_ACTS: Final[dict[str, Act]] = {"accounts": Act.STOCK, "prices": Act.MONEY}
_FILES: Final = frozenset({"file", "picture"})
# Bytes; what is read of a file takes some twenty times as much memory.
_LARGE: Final = 1_000_000


async def take(
    tx: Tx,
    shop: Shop,
    person: Person,
    file: UserFile,
    *,
    order_id: str,
    draft_id: int | None,
    product_id: str = "",
    wanted: Wanted = "",
    chat_id: int,
    message_id: int,
    sent_at: datetime,
    now: datetime,
) -> None:
    """Have a file of goods fetched; a preview or a question follows.

    ``order_id``: the order that it is for, ``product_id``: the product whose pool it is for; both
    empty where nobody said it. ``draft_id``: of the prompt that it answers; ``wanted``: what
    it asks for, where that is neither. Raises NotPossible for what goods do not come in.
    """
    must(person, _ACTS.get(wanted, Act.STOCK if product_id else Act.DELIVER))
    if not file.is_text:
        raise NotPossible("prices_not_text" if wanted == "prices" else "file_not_text")
    if file.size is not None and file.size > MAX_FILE_BYTES:
        raise NotPossible("file_too_big")
    await errands.send(
        tx,
        shop_id=shop.shop_id,
        kind="file",
        chat_id=chat_id,
        person_id=person.person_id,
        body={
            "file": file.model_dump(mode="json"),
            "order_id": order_id,
            "product_id": product_id,
            "draft_id": draft_id,
            "wanted": wanted,
            "message_id": message_id,
            "sent_at": sent_at.isoformat(),
        },
        reply_to=message_id,
        now=now,
    )


def album_of(errand: Errand) -> str:
    """Return what the files of one album have in common; empty for anything else.

    They are taken one after the other: the first says which order they are for.
    """
    if errand.kind not in _FILES or errand.spoiled or not errand.body["file"]["album"]:
        return ""
    return f"{errand.chat_id}:{errand.body['file']['album']}"


def is_large(errand: Errand) -> bool:
    """Say whether an errand is for a file that takes much memory while it is read."""
    if errand.kind == kept_goods.KIND:
        return True  # else they were read where they were asked for
    if errand.kind not in _FILES or errand.spoiled:
        return False
    size = errand.body["file"].get("size")
    return size is None or size > _LARGE


async def fetched(files: Files, errand: Errand, file: UserFile, most: int, too_big: str) -> bytes:
    """Return what is in a file. Raises NotPossible (``too_big``: its word for that) or NotYet."""
    try:
        return await files.fetch(file.file_id, most)
    except FileTooBig:
        raise NotPossible(too_big) from None
    except FileGone:
        raise NotPossible("file_gone") from None
    except FileAway as trouble:
        if errand.attempts + 1 >= TRIES:
            raise NotPossible("file_gone") from None
        raise NotYet(again_in(errand, trouble.wait)) from None


def again_in(errand: Errand, least: timedelta = timedelta()) -> timedelta:
    """Return when an errand that came to nothing is tried again: later and later."""
    return max(least, timedelta(seconds=2.0**errand.attempts))


async def goods_in_file(shop: Shop, files: Files, errand: Errand) -> Ending:
    """Fetch and read a file; return what is to be done with it. Raises NotPossible or NotYet."""
    file = UserFile.model_validate(errand.body["file"])
    content = await fetched(files, errand, file, MAX_FILE_BYTES, "file_too_big")
    text = await asyncio.to_thread(decoded, content)
    if text is None and kind_of(content) is not None:
        raise NotPossible("file_is_picture")
    if text is None:
        raise NotPossible("file_not_decoded")
    piece = Piece(
        message_id=errand.body["message_id"],
        text=text,
        sent_at=datetime.fromisoformat(errand.body["sent_at"]),
        file=file.name or "file",
        album=file.album,
    )

    if errand.body.get("product_id") and large_imports.is_large((piece,)):
        return await _large(shop, errand, piece)
    if errand.body.get("wanted") == "prices":
        return _prices(shop, errand, piece)
    if errand.body.get("wanted") == "accounts":
        first_accounts.check_size((piece,))
    ahead = await _read_ahead(shop, errand, (piece,))

    async def ending(tx: Tx) -> None:
        await _take_piece(tx, shop, errand, piece, ahead)

    return ending


def _prices(shop: Shop, errand: Errand, piece: Piece) -> Ending:
    text = piece.text.get_secret_value()
    if len(text.strip()) > large_imports.LARGE:
        raise NotPossible("too_many_picked", limit=str(MAX_ITEMS))

    async def ending(tx: Tx) -> None:
        person = await people.member(tx, shop.shop_id, errand.person_id)
        if person is None:
            return
        chat_id, now = errand.chat_id, shop.now()
        await selecting.file_came(
            tx, shop, person, text, chat_id=chat_id, message_id=piece.message_id, now=now
        )
        draft = await drafts.of_prompt(tx, str(errand.body["draft_id"]))
        if draft is not None and draft.person_id == person.person_id:
            await drafts.used(tx, draft, now)

    return ending


async def _large(shop: Shop, errand: Errand, piece: Piece) -> Ending:
    found = await large_imports.read(shop, (piece,))
    came_in = large_imports.emptied((piece,))

    async def ending(tx: Tx) -> None:
        person = await people.member(tx, shop.shop_id, errand.person_id)
        if person is None:
            return
        product_id, chat_id = str(errand.body["product_id"]), errand.chat_id
        await large_imports.preview(
            tx, shop, person, product_id, came_in, found, chat_id=chat_id, now=shop.now()
        )
        draft_id = errand.body["draft_id"]
        draft = None if draft_id is None else await drafts.of_prompt(tx, str(draft_id))
        if draft is None:
            await drafts.answered_elsewhere(tx, chat_id, person, product_id, shop.now())
        elif draft.person_id == person.person_id:
            await drafts.used(tx, draft, shop.now())

    return ending


async def _read_ahead(shop: Shop, errand: Errand, read: tuple[Piece, ...]) -> Ahead | None:
    """Read a file for what it most likely is, before anything is held up by it."""
    if errand.body.get("product_id") or errand.body.get("wanted") == "accounts":
        return Ahead(read, accounts=await accounts_of(read))
    if not errand.body["order_id"]:
        return None
    async with shop.store.read() as tx:
        known = await orders.by_id(tx, shop.shop_id, str(errand.body["order_id"]))
    if known is None:
        return None
    owed = known.order.owed
    return Ahead(read, owed, ways=await ways_of(read, owed))


async def _take_piece(
    tx: Tx, shop: Shop, errand: Errand, piece: Piece, ahead: Ahead | None
) -> None:
    person = await people.member(tx, shop.shop_id, errand.person_id)
    if person is None:
        return
    chat_id, now = errand.chat_id, shop.now()
    order_id, draft_id = str(errand.body["order_id"]), errand.body["draft_id"]
    product_id = str(errand.body.get("product_id", ""))
    pool = None if order_id or errand.body.get("wanted") else product_id
    if await pieces.goes_on(tx, shop, person, piece, chat_id=chat_id, now=now, pool=pool):
        return
    draft = None if draft_id is None else await drafts.of_prompt(tx, str(draft_id))
    if draft is not None and draft.kind == "replace":
        await replacing.preview(tx, shop, person, draft, (piece,), chat_id=chat_id, now=now)
        return
    if draft is not None and draft.kind == new_form.KIND:
        await new_form.accounts_came(
            tx, shop, person, draft.id, (piece,), chat_id=chat_id, now=now, ahead=ahead
        )
        return
    if not order_id and not product_id and not piece.text.get_secret_value().strip():
        raise NotPossible("no_goods_found")
    if not order_id and not product_id:
        await drafts.keep_goods(tx, shop, person, (piece,), chat_id=chat_id, now=now)
        return
    if product_id:
        await stock.preview(
            tx, shop, person, product_id, (piece,), chat_id=chat_id, now=now, ahead=ahead
        )
    else:
        await arriving.goods_for(
            tx, shop, person, order_id, (piece,), chat_id=chat_id, now=now, ahead=ahead
        )
    if draft is None:
        subject_id = order_id or product_id
        await drafts.answered_elsewhere(tx, chat_id, person, subject_id, now)
    elif draft.person_id == person.person_id:
        await drafts.used(tx, draft, now)
