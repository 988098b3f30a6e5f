from __future__ import annotations

import pytest

from bot.supplier.errors import Unavailable
from bot.supplier.operations import Operation

from .conftest import Shop


async def test_the_first_look_is_stored_quietly_and_said_once(shop: Shop) -> None:
    for _ in range(3):
        shop.market.place(paid=True)
    shop.market.complain()

    await shop.start()

    assert await shop.known() == {"o00001", "o00002", "o00003"}
    assert await shop.events() == []
    assert await shop.messages() == [("send", "first_look", "", False)]

    await shop.forward(60)
    assert await shop.messages() == [("send", "first_look", "", False)]


async def test_what_comes_after_the_first_look_is_news(shop: Shop) -> None:
    shop.market.place()
    await shop.start()

    new = shop.market.place(paid=True)
    await shop.forward(5)

    assert await shop.events() == [("order_new", new, 1)]
    assert await shop.notices() == [("order_new", new, "loud")]


async def test_the_first_message_waits_for_every_page_but_not_for_ever(shop: Shop) -> None:
    shop.market.size = 10
    for _ in range(35):
        shop.market.place(paid=True)

    def stuck(name: str, what: tuple[int, str | None]) -> None:
        if name == "list_orders" and what[0] > 1:
            raise Unavailable(Operation.LIST_ORDERS, "time_out")

    shop.market.before = stuck
    await shop.start()
    await shop.forward(10)
    assert await shop.messages() == []

    await shop.forward(20)
    assert await shop.messages() == [("send", "first_look", "", False)]


async def test_an_empty_shop_is_watched_too(shop: Shop) -> None:
    await shop.start()
    new = shop.market.place()
    ticket = shop.market.complain(new)
    await shop.forward(5)

    assert sorted(await shop.notices()) == [
        ("order_new", new, "silent"),
        ("ticket_new", ticket, "loud"),
    ]


async def test_what_came_while_the_bot_was_off_is_announced(shop: Shop) -> None:
    shop.market.place()
    await shop.start()
    await shop.kill()
    new = [shop.market.place(paid=True) for _ in range(250)]
    shop.market.finish(new[3])

    await shop.start()

    assert sorted(kind_id[1] for kind_id in await shop.events()) == new
    loudness = {order: loud for _, order, loud in await shop.notices()}
    assert loudness.pop(new[3]) == "silent"
    assert set(loudness.values()) == {"loud"}
    assert [each for each in await shop.messages() if each[1] == "first_look"] == [
        ("send", "first_look", "", False)
    ]


@pytest.mark.parametrize(
    ("sort", "totals", "size", "behind"),
    [
        ("newest", True, 10, "empty"),
        ("newest", False, 100, "missing"),
        ("newest", False, 10, "repeat"),
        ("oldest", True, 100, "repeat"),
        ("oldest", False, 10, "empty"),
        ("oldest", True, 10, "missing"),
        ("mixed", True, 10, "missing"),
        ("mixed", False, 100, "empty"),
        ("mixed", True, 100, "repeat"),
    ],
)
async def test_the_first_walk_takes_in_all_of_history_without_a_word(
    shop: Shop, sort: str, totals: bool, size: int, behind: str
) -> None:
    shop.market.sort, shop.market.totals = sort, totals  # type: ignore[assignment]
    shop.market.size, shop.market.behind = size, behind  # type: ignore[assignment]
    everything = {shop.market.place() for _ in range(230)}

    await shop.start()
    await shop.forward(30)

    assert await shop.known() == everything
    assert await shop.events() == []

    new = shop.market.place(paid=True)
    await shop.until(lambda: _has(shop, new))
    assert await shop.notices() == [("order_new", new, "loud")]


async def _has(shop: Shop, order_id: str) -> bool:
    return order_id in await shop.known()


async def test_what_is_placed_during_the_first_walk_is_news(shop: Shop) -> None:
    shop.market.size = 10
    for _ in range(95):
        shop.market.place()
    new: list[str] = []

    def meanwhile(name: str, what: tuple[int, str | None]) -> None:
        if name == "list_orders" and what[0] in {3, 6}:
            new.append(shop.market.place(paid=True))

    shop.market.before = meanwhile
    await shop.start()
    await shop.forward(1)
    shop.market.before = lambda *_: None
    await shop.forward(60)

    assert len(new) >= 2
    assert sorted(await shop.notices()) == [("order_new", order, "loud") for order in new]
    assert len(await shop.known()) == 95 + len(new)


async def test_a_first_walk_that_was_killed_is_resumed(shop: Shop) -> None:
    shop.market.size = 10
    everything = {shop.market.place() for _ in range(95)}

    class KilledError(BaseException):
        pass

    def die(name: str, what: tuple[int, str | None]) -> None:
        if name == "list_orders" and what[0] == 5:
            raise KilledError

    shop.market.before = die
    task_ended = False
    try:
        await shop.start()
        await shop.forward(1)
    except* KilledError:
        task_ended = True
    assert task_ended
    shop.running.clear()
    shop.clock._sleepers.clear()
    assert len(await shop.known()) == 40

    shop.market.before = lambda *_: None
    new = shop.market.place(paid=True)
    shop.market.calls.clear()
    await shop.start()
    await shop.forward(30)

    assert await shop.known() == everything | {new}
    assert await shop.notices() == [("order_new", new, "loud")]
    first = [what[0] for name, what in shop.market.calls if name == "list_orders"]
    walked = first[: first.index(10) + 1]
    # Page 2 is the head's, since something on page 1 was new.
    assert 3 not in walked, "the walk goes on where it was, not from the beginning"


async def test_a_chat_that_subscribes_later_is_greeted_later(shop: Shop) -> None:
    from bot.model.person import Role
    from bot.store import people

    await shop.start()
    async with shop.store.write() as tx:
        await people.join(tx, shop.shop_id, 1002, Role.OPERATOR, shop.clock.now())
    await shop.forward(10)

    chats = await shop.rows("select chat_id from messages where view = 'first_look'")
    assert [row[0] for row in chats] == [1001, 1002]


async def test_no_greeting_before_there_is_something_true_to_say(shop: Shop) -> None:
    from bot.supplier.errors import Unavailable
    from bot.supplier.operations import Operation

    def fail(name: str, what: object) -> None:
        raise Unavailable(Operation.LIST_ORDERS, "no_connection")

    shop.market.before = fail
    await shop.start()
    assert await shop.messages() == []

    shop.market.before = lambda *_: None
    await shop.forward(30)
    assert ("send", "first_look", "", False) in await shop.messages()
