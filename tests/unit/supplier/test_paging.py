import math
from collections.abc import AsyncIterator, Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.supplier import NotFound, Operation, Page
from bot.supplier.paging import PageMemory, each, pages


class Server:
    """A list on a server: how it gives its pages is what the tests vary."""

    def __init__(
        self,
        count: int,
        *,
        cap: int = 100,
        total: bool = False,
        past_end: str = "empty",
        lie: int = 0,
    ) -> None:
        self.items = [f"i{number}" for number in range(count)]
        self.cap = cap
        self.total = total
        self.past_end = past_end
        self.lie = lie
        self.asked: list[int] = []
        self.before: Callable[[int], None] = lambda _: None

    async def fetch(self, page: int, size: int) -> Page[str]:
        self.asked.append(page)
        self.before(page)
        given = min(size, self.cap)
        last = max(1, math.ceil(len(self.items) / given))
        if page > last:
            if self.past_end == "404":
                raise NotFound(Operation.LIST_ORDERS, "no_such_address")
            if self.past_end == "last":
                page = last
        items = tuple(self.items[(page - 1) * given : page * given])
        return Page(items, len(self.items) + self.lie if self.total else None, page, size)

    def read(self, memory: PageMemory | None = None, size: int = 100) -> AsyncIterator[str]:
        return each(self.fetch, key=str, page_size=size, memory=memory)


async def everything(things: AsyncIterator[str]) -> list[str]:
    return [thing async for thing in things]


@pytest.mark.parametrize(
    ("server", "asked"),
    [
        (Server(0), [1]),
        (Server(0, total=True), [1]),
        (Server(7, total=True), [1]),
        (Server(7), [1, 2]),
        (Server(100, total=True), [1]),
        (Server(100), [1, 2]),
        (Server(250, total=True), [1, 2, 3]),
        # Without a total, a second walk shows that nothing slipped by between two pages.
        (Server(250), [1, 2, 3] * 2),
        (Server(200), [1, 2, 3] * 2),
        (Server(200, past_end="last"), [1, 2, 3] * 2),
        (Server(200, past_end="404"), [1, 2, 3] * 2),
        (Server(50, cap=20), [1, 2, 3] * 2),
        (Server(40, cap=20), [1, 2, 3] * 2),
        (Server(50, cap=20, total=True), [1, 2, 3]),
        (Server(40, cap=20, total=True), [1, 2]),
        (Server(7, past_end="404"), [1, 2]),
    ],
)
async def test_a_list_is_read_to_its_end_and_no_further(server: Server, asked: list[int]) -> None:
    assert await everything(server.read()) == server.items
    assert server.asked == asked


async def test_what_the_second_page_told_is_remembered() -> None:
    memory = PageMemory()
    server = Server(7)
    await everything(server.read(memory))
    server.asked.clear()
    await everything(server.read(memory))
    assert server.asked == [1]
    server.items.append("new")
    server.asked.clear()
    await everything(server.read(memory))
    assert server.asked == [1, 2]


async def test_a_server_that_gives_less_than_asked_is_remembered() -> None:
    memory = PageMemory()
    server = Server(50, cap=20)
    await everything(server.read(memory))
    assert memory.cap == 20
    del server.items[15:]
    server.asked.clear()
    await everything(server.read(memory))
    assert server.asked == [1]


async def test_a_page_that_was_all_by_coincidence_does_not_hide_the_next_one() -> None:
    memory = PageMemory()
    server = Server(20, cap=20)
    await everything(server.read(memory))
    server.items.append("the 21st, on a page of its own")
    assert await everything(server.read(memory)) == server.items


async def test_things_that_are_pushed_to_the_next_page_come_once() -> None:
    server = Server(6, cap=2)

    def one_more(page: int) -> None:
        if page == 2:
            server.items.insert(0, "new")

    server.before = one_more
    read = await everything(server.read())
    assert set(read) >= {f"i{number}" for number in range(6)}
    assert len(read) == len(set(read))


@pytest.mark.parametrize("total", [True, False])
async def test_a_page_full_of_known_things_does_not_hide_what_follows_a_total(total: bool) -> None:
    server = Server(6, cap=2, total=True)

    def two_more(page: int) -> None:
        if page == 2:
            server.items[:0] = ["new 1", "new 2"]

    server.before = two_more
    assert set(await everything(server.read())) == set(server.items)


@pytest.mark.parametrize("total", [True, False])
async def test_what_slipped_by_between_two_pages_is_found_by_a_second_walk(total: bool) -> None:
    server = Server(6, cap=2, total=total)

    def one_is_gone(page: int) -> None:
        if page == 2 and len(server.items) == 6:
            del server.items[0]

    server.before = one_is_gone
    assert set(await everything(server.read())) >= set(server.items)


async def test_a_list_that_never_rests_is_walked_a_few_times_only() -> None:
    server = Server(9, cap=3)

    def another_goes(page: int) -> None:
        if page == 2:
            server.items[:] = [*server.items[1:], f"n{len(server.asked)}"]

    server.before = another_goes
    read = await everything(server.read())
    assert len(read) == len(set(read))
    assert len(server.asked) <= 20


async def test_a_total_that_lies_is_not_believed_again() -> None:
    memory = PageMemory()
    server = Server(5, cap=2, total=True, lie=3)
    assert await everything(server.read(memory)) == server.items
    assert memory.total_lies
    server.asked.clear()
    assert await everything(server.read(memory)) == server.items
    assert len(server.asked) <= 8  # as many as without a total


async def test_a_server_that_ignores_the_page_does_not_hold_us() -> None:
    asked = []

    async def fetch(page: int, size: int) -> Page[str]:
        asked.append(page)
        return Page(("a", "b"), 500, page, size)

    assert await everything(each(fetch, key=str)) == ["a", "b"]
    assert len(asked) <= 6


async def test_a_list_without_end_is_given_up() -> None:
    async def fetch(page: int, size: int) -> Page[str]:
        return Page(tuple(f"{page}-{number}" for number in range(size)), None, page, size)

    read = await everything(each(fetch, key=str, page_size=5, max_pages=10))
    assert len(read) == 50


async def test_unreadable_things_count_towards_the_total() -> None:
    asked = []

    async def fetch(page: int, size: int) -> Page[str]:
        asked.append(page)
        return Page(("a",), 3, page, size, unreadable=2)

    assert await everything(each(fetch, key=str)) == ["a"]
    assert asked == [1]


async def test_a_first_page_that_is_not_found_is_an_error() -> None:
    async def fetch(page: int, size: int) -> Page[str]:
        raise NotFound(Operation.LIST_ORDERS, "no_such_address")

    with pytest.raises(NotFound):
        await everything(each(fetch, key=str))


async def test_pages_come_as_they_are() -> None:
    server = Server(5, cap=2)
    assert [page.items async for page in pages(server.fetch, key=str)] == [
        ("i0", "i1"),
        ("i2", "i3"),
        ("i4",),
    ]


@given(
    count=st.integers(0, 60),
    cap=st.integers(1, 30),
    size=st.integers(1, 30),
    total=st.booleans(),
    past_end=st.sampled_from(["empty", "last", "404"]),
)
async def test_nothing_is_missed_whatever_the_sizes(
    count: int, cap: int, size: int, total: bool, past_end: str
) -> None:
    server = Server(count, cap=cap, total=total, past_end=past_end)
    assert await everything(server.read(PageMemory(), size)) == server.items
    assert len(server.asked) <= 2 * (math.ceil(count / min(cap, size)) + 1)
