"""Large files of accounts: kept in pieces, sent in pieces, nothing of them held as a whole."""

from __future__ import annotations

from typing import Any

import pytest

from bot.desk import large_imports
from bot.model.press import Press, Verb
from bot.store import drafts
from bot.store import stock as known_stock
from tests.support.world import ANN, World, labels, shown


@pytest.fixture(autouse=True)
def _everything_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(large_imports, "LARGE", 10)
    monkeypatch.setattr(large_imports, "_CHUNK", 90)


def lines(first: int, last: int) -> bytes:
    return "\n".join(f"user{at}@shop.example:Secret-{at}" for at in range(first, last)).encode()


async def now(world: World, message: Any) -> Any:
    return next(m for m in await world.chat(ANN) if m["message_id"] == message["message_id"])


async def sent(world: World, content: bytes) -> Any:
    product = await world.product()
    await world.says(ANN, f"/stock {product}")
    await world.sends_file(ANN, content, "accounts.txt")
    return await world.last(ANN)


async def stock(world: World) -> int:
    return int((await world.true_product(await world.product()))["stock"])


async def test_a_large_file_goes_out_in_pieces_and_what_went_before_is_told_apart(
    world: World,
) -> None:
    bad = b"\nno account\n\nuser3@shop.example:Secret-3\n"
    preview = await sent(world, lines(0, 450) + bad)
    for says in ("450 accounts", "1 double left out", "Line 451 is no account", "empty line"):
        assert says in preview["text"]
    assert "Secret-0" not in preview["text"]
    assert await world.one("select count(*) from stock_lines") == 3
    await world.presses(ANN, preview, "Send 450")
    assert "✅ 450 accounts added by Ann" in (await now(world, preview))["text"]
    assert await stock(world) == 450
    assert await world.rows("select * from stock_lines") == []
    calls = (await world.look("/calls?operation=append_product_accounts"))["items"]
    assert len(calls) == 3

    # The same again, and some more: those that are there are named, and may be left out.
    preview = await sent(world, lines(440, 700))
    assert "Account 251 was added to the stock of Windows" in preview["text"]
    assert labels(preview)[:2] == ["Send the 250 new ones", "Send all 260"]
    await world.presses(ANN, preview, "Send the 250 new ones")
    assert "✅ 250 accounts added by Ann" in (await now(world, preview))["text"]
    assert await stock(world) == 700
    assert (await now(world, preview))["text"].count("was not sent") == 0


async def test_where_an_answer_is_lost_a_person_says_and_the_rest_can_be_gone_on_with(
    world: World,
) -> None:
    preview = await sent(world, lines(0, 500))
    await world.trouble("append_product_accounts", "close_after")
    await world.presses(ANN, preview, "Send 500")
    await world.later(2)
    asked = await now(world, preview)
    assert "lines 1 to 200: they may be in the pool, or not" in asked["text"]
    assert "The first is u" in asked["text"]
    assert "Secret-0" not in asked["text"]
    await world.presses(ANN, asked, "Stop here")
    stopped = await now(world, preview)
    assert "Go on with the other 300" in labels(stopped)
    # What is declined can be offered once more.
    await world.presses(ANN, stopped, "Go on with the other 300")
    await world.presses(ANN, await world.last(ANN), "Cancel")
    await world.presses(ANN, stopped, "Go on with the other 300")
    again = await world.last(ANN)
    assert "Send 300" in labels(again)
    # One of them is delivered by hand before that is confirmed: it is not sold twice.
    order = await world.order()
    await world.says(ANN, await world.number(order))
    await world.presses(ANN, await world.last(ANN), "📦 Deliver")
    await world.says(ANN, "user450@shop.example:Secret-450")
    await world.presses(ANN, await world.last(ANN), "Send 1")
    await world.presses(ANN, again, "Send 300")
    held = await now(world, again)
    assert "one of the next lines went somewhere else" in shown(held)
    assert await stock(world) == 400
    await world.presses(ANN, held, "Go on with the other 100")
    assert labels(await world.last(ANN))[0] == "Send all 100"
    # Where its lines are kept no longer, nothing is offered.
    async with world.store.write() as tx:
        ended = "select max(id) from intents where state = 'refused'"
        await known_stock.drop_pieces(tx, await world.one(ended))
    before = await world.one("select count(*) from intents")
    await world.presses(ANN, held, "Go on with the other 100")
    assert await world.one("select count(*) from intents") == before


async def test_many_accounts_that_came_bare_are_an_import_as_large_as_any_other(
    world: World,
) -> None:
    product = await world.product()
    await world.sends_file(ANN, lines(0, 450), "accounts.txt")
    asked = await world.last(ANN)
    await world.presses(ANN, asked, "Add to stock")
    which = await world.last(ANN)
    draft = str(await world.one("select id from drafts"))
    into = Press(Verb.STOCK_WITH, product, draft).pack()
    assert await world.forges(ANN, which["message_id"], into) == "On it…"
    preview = await world.last(ANN)
    assert "450 accounts" in preview["text"]
    assert await world.one("select count(*) from stock_lines") == 3
    assert "preview of these goods stands below" in shown(await now(world, asked))
    # Pressed twice, it is still one import, and what was kept is kept no longer.
    assert await world.forges(ANN, which["message_id"], into) == "This button no longer works."
    assert await world.one("select count(*) from intents") == 1
    assert await world.one("select count(*) from drafts where sealed is not null") == 0
    await world.presses(ANN, preview, "Send 450")
    assert await stock(world) == 450


async def test_what_joins_many_accounts_while_they_are_read_is_in_the_import_too(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    product = await world.product()
    await world.sends_file(ANN, lines(0, 40), "accounts.txt")
    asked, draft_id = await world.last(ANN), await world.one("select id from drafts")
    reads, joined = large_imports.read, list[Any]()

    async def joined_meanwhile(*given: Any) -> Any:
        found = await reads(*given)
        if not joined:
            world.clock.advance(1)
            async with world.store.write() as tx:
                draft, body = await drafts.with_body(tx, draft_id)
                assert draft is not None
                piece = {**body["pieces"][0], "message_id": 10_000, "text": "zoe:Secret"}
                joined.append(piece)
                await drafts.keep(
                    tx, draft, {**body, "pieces": [*body["pieces"], piece]}, world.now
                )
        return found

    monkeypatch.setattr(large_imports, "read", joined_meanwhile)
    await world.forges(
        ANN, asked["message_id"], Press(Verb.STOCK_WITH, product, str(draft_id)).pack()
    )
    assert "41 accounts" in (await world.last(ANN))["text"]
    assert await world.one("select count(*) from intents") == 1


async def test_a_large_table_is_read_by_its_columns(world: World) -> None:
    rows = b"\n".join(lines(0, 450).replace(b":", b";").splitlines())
    preview = await sent(world, b"note;user;pass\n" + rows.replace(b"user", b"x;user"))
    told = "The column user is read as the login, pass as the password. 1 other column is left out."
    for says in ("450 accounts", told, "1. us•••le – Se•••-0"):
        assert says in shown(preview)
    await world.presses(ANN, preview, "Send 450")
    assert await stock(world) == 450


async def test_what_was_discarded_or_is_too_much_while_it_was_read_is_no_import(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    product = await world.product()
    await world.sends_file(ANN, lines(0, 40), "accounts.txt")
    asked, draft = await world.last(ANN), await world.one("select id from drafts")
    into = Press(Verb.STOCK_WITH, product, str(draft)).pack()
    monkeypatch.setattr(large_imports, "MAX_LINES", 30)
    await world.forges(ANN, asked["message_id"], into)
    assert "more than 30 lines" in (await world.last(ANN))["text"]
    # They are still there, for another choice.
    monkeypatch.setattr(large_imports, "MAX_LINES", 300)
    reads = large_imports.read

    async def discarded_meanwhile(*given: Any) -> Any:
        async with world.store.write() as tx:
            await drafts.end_one(tx, draft, "cancelled", world.now)
        return await reads(*given)

    monkeypatch.setattr(large_imports, "read", discarded_meanwhile)
    await world.forges(ANN, asked["message_id"], into)
    assert await world.rows("select * from intents") == []
    assert "more than 30 lines" in (await world.last(ANN))["text"]  # nothing came after that


def test_a_file_of_nothing_lets_others_have_their_turn() -> None:
    text = "\n" * 20_000
    assert list(large_imports._chunks(text, large_imports.Read(), set())) == [[]] * 4


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"no accounts\n" * 30, "No accounts were found"),
        (lines(0, 40), "more than 30 lines"),
        (b"\n" * 100_000 + b"x", "No accounts were found"),
    ],
)
async def test_what_cannot_be_imported_is_refused_in_a_sentence(
    world: World, monkeypatch: pytest.MonkeyPatch, content: bytes, says: str
) -> None:
    monkeypatch.setattr(large_imports, "MAX_LINES", 30)
    assert says in (await sent(world, content))["text"]
    assert await world.rows("select * from intents") == []
