"""One bot serves all of these tests: each has orders and tickets of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.e2e.practice import Bot, Shop, Someone, running


@pytest.fixture(scope="package")
def bot(the_shop: Shop, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bot]:
    # Short pages: what earlier tests left behind is not read again at every look.
    the_shop.reset(options={"max_page_size": 20})
    with running(Bot(the_shop, tmp_path_factory.mktemp("bot"), hasty=True)) as bot:
        for name in ("ann", "ben"):
            the_shop.person(name).sees("atching")
        yield bot


@pytest.fixture
def shop(the_shop: Shop, bot: Bot) -> Iterator[Shop]:
    """The shop as earlier tests left it, with everything in working order."""
    yield the_shop
    the_shop.no_trouble()
    the_shop.no_telegram_trouble()


@pytest.fixture
def ann(shop: Shop) -> Someone:
    return shop.person("ann")


@pytest.fixture
def ben(shop: Shop) -> Someone:
    return shop.person("ben")


@pytest.fixture(autouse=True)
def _replies_replace(shop: Shop) -> None:
    shop.market("options", ticket_reply="replace")
