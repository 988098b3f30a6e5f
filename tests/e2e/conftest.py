from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from .practice import Bot, Shop, Someone, running


@pytest.fixture(scope="session")
def the_shop() -> Iterator[Shop]:
    shop = Shop()
    yield shop
    shop.close()


@pytest.fixture
def shop(the_shop: Shop) -> Shop:
    the_shop.reset()
    return the_shop


@pytest.fixture
def ann(shop: Shop) -> Someone:
    return shop.person("ann")


@pytest.fixture
def ben(shop: Shop) -> Someone:
    return shop.person("ben")


@pytest.fixture
def bot(shop: Shop, tmp_path: Path) -> Iterator[Bot]:
    """A bot that has had its first look at an empty shop: whatever comes now is news."""
    with running(Bot(shop, tmp_path)) as bot:
        shop.person("ann").sees("atching")
        shop.person("ben").sees("atching")
        yield bot
