"""``supplier-bot doctor`` and a marketplace that cannot be reached: asked once, said truly."""

from __future__ import annotations

import socket

from pydantic import SecretStr

from bot.commands.doctor_marketplace import check_marketplace
from bot.supplier.addresses import load_addresses
from bot.supplier.auth import ApiKey
from bot.supplier.caller import Timeouts
from bot.supplier.client import Marketplace


async def test_where_no_connection_can_be_made_the_rest_is_not_asked_and_says_so() -> None:
    addresses = load_addresses()
    # A port that is taken, and on which nobody listens.
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"
        found = await check_marketplace(
            lambda heard: Marketplace(
                url,
                ApiKey(SecretStr("k")),
                addresses,
                timeouts=Timeouts(connect=5, read=5, write=5, total=2, tries=1),
                on_call=heard,
            ),
            addresses,
            session=False,
        )
    assert [each.level for each in found] == ["wrong"] + ["note"] * 7
    assert {each.said for each in found[1:7]} == {"not asked: no connection can be made"}
