"""Every named point once, and random moments: nothing lost, nothing done twice, nothing untrue.

``make soak`` does a thousand. A round that failed can be looked into: its folder is kept by
pytest, with the database, the log and ``story.txt``; its seed plays it again (moments differ).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from tests.e2e.practice import Shop

from . import points
from .campaign import Campaign, plan
from .mortal import a_nursery
from .verdict import judge

# Between them every point, and a random moment each; the early ones come first in either.
_LATER = [point for point in points.POINTS if point not in points.EARLY]
ROUNDS = (
    (41, 14, [*points.EARLY[:2], *_LATER[0::2]]),
    (42, 14, [*points.EARLY[2:], *_LATER[1::2]]),
)


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    shop = Shop()
    yield shop
    shop.close()


@pytest.mark.parametrize(("seed", "kills", "named"), ROUNDS, ids=["one", "two"])
def test_whatever_dies_nothing_is_lost_and_nothing_is_done_twice(
    shop: Shop, tmp_path: Path, seed: int, kills: int, named: list[str]
) -> None:
    with a_nursery() as nursery:
        campaign = Campaign(nursery, shop, tmp_path / "bot", seed)
        try:
            campaign.run(plan(Random(seed), kills, named))
            figures = judge(campaign)
            campaign.stop()
        finally:
            campaign.bot.kill()
    assert sum(figures.kills.values()) >= kills
    assert set(named) <= figures.kills.keys()
    assert figures.wrong == (), f"seed {seed}, {campaign.folder / 'story.txt'}"
