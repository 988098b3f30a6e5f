"""From nothing to a delivered order: ``supplier-bot setup`` at a terminal, then ``run``."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.supplier.addresses import load_addresses
from bot.supplier.operations import Operation

from .practice import COMMAND, KEY, SETTINGS, TOKEN, Bot, Shop, Someone, running
from .typist import Typist

SETUP = (COMMAND[0], "setup")


@pytest.fixture
def environment(shop: Shop) -> dict[str, str]:
    inherited = {k: v for k, v in os.environ.items() if not SETTINGS.fullmatch(k.upper())}
    return {
        **inherited,
        "TELEGRAM_API_URL": f"{shop.url}/telegram",
        "LANG": "C.UTF-8",
        "TERM": "xterm",
    }


@pytest.fixture
def typist(environment: dict[str, str], tmp_path: Path) -> Iterator[Typist]:
    person = Typist(SETUP, tmp_path, environment)
    yield person
    person.close()
    assert TOKEN.partition(":")[2] not in person.shown
    assert KEY not in person.shown


def test_from_nothing_to_a_delivered_order(
    shop: Shop, ann: Someone, typist: Typist, environment: dict[str, str], tmp_path: Path
) -> None:
    shop.market("options", addresses="rest", auth="bearer")
    # Every question is answered wrongly first.
    typist.answers("Token (what", "123:abc")
    typist.sees("That is no token")
    shop.telegram_trouble("getMe", "status", status=401)
    typist.answers("Token (what", TOKEN)
    typist.sees("Telegram does not know this token")
    typist.answers("Token (what", f" {TOKEN} ")
    typist.sees("@practice_shop_bot")
    typist.answers("Address: ", "market.example")
    typist.sees("https://market.example")
    typist.answers("Address: ", f"{shop.url}/market/orders/api/supplier/list/")
    typist.sees(f"the marketplace's own is {shop.url}")
    typist.answers("Address: ", f"{shop.url}/market")
    typist.answers("Is that right?", "")
    typist.answers("page (Enter", f"{shop.url}/nothing/")
    typist.sees("answered with 404")
    typist.answers("page (Enter", f"{shop.url}/market/docs/")
    typist.sees("17 of 17 operations")
    typist.answers("(what you type", "a key")
    typist.sees("has no spaces")
    typist.answers("(what you type", "another-key")
    typist.sees("refuses that")
    typist.answers("(what you type", KEY)
    typist.sees("a read worked")
    typist.answers("How [1]", "2")
    typist.answers("User ID: ", "@ann")
    typist.sees("is a number")
    typist.answers("How [1]", "1")
    typist.sees("https://t.me/practice_shop_bot?start=")
    code = re.match(r"[0-9A-Z]{8}", typist.sees("Waiting for your tap"))
    assert code is not None
    shop.person("sam").send("/start 22222222")
    ann.send(f"/start {code[0]}")
    typist.answers("Is that you?", "y")
    typist.answers("Time zone (", "Atlantis")
    typist.sees("nearest big city")
    typist.answers("Time zone (", "Madrid")
    typist.answers("Currency of", "Euro")
    typist.sees("three letters")
    typist.answers("Currency of", "eur")
    typist.answers("Language [", "1")
    typist.sees(f"{COMMAND[0]} run")
    assert typist.ends() == 0

    file = tmp_path / ".env"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "TIME_ZONE=Europe/Madrid\n" in file.read_text()
    table = load_addresses(tmp_path / "endpoints.toml")
    assert table[Operation.GET_ORDER].path == "/api/v2/orders/{order_id}/"

    with file.open("a") as env:
        env.write("SUPPLIER_CALLS_PER_MINUTE=3000\nPOLL_SECONDS=0.2\n")
    bot = Bot(shop, tmp_path)
    bot.environment = environment
    with running(bot):
        ann.sees("atching")
        order = shop.market("orders")
        card = ann.sees(order["order_no"], "0 of 1 delivered", "EUR")
        pasted = ann.send("lotte@one.example:amber-77", reply_to=card["message_id"])
        ann.press(ann.sees("Send 1", after=pasted), "Send 1")
        ann.sees_in(card, "1 of 1 delivered by Ann")
    # What others wrote meanwhile was left for the bot.
    shop.person("sam").sees("belongs to a shop")


def test_an_end_in_the_midst_keeps_what_was_done(
    shop: Shop, typist: Typist, tmp_path: Path
) -> None:
    typist.answers("Token (what", TOKEN)
    typist.sees("Address: ")
    typist.process.send_signal(2)
    typist.sees("What was written is kept")
    assert typist.ends() == 1
    assert TOKEN in (tmp_path / ".env").read_text()
