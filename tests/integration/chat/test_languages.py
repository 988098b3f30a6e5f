"""Each person's own language: guessed once, chosen in /settings, spoken in everything they get."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.chat.introduction import introduce
from bot.store import people
from bot.store.news import take_in_order
from bot.watch.teller import Teller
from tests.support.languages import marked, unmarked
from tests.support.world import ANN, BEN, World, shown

# What stands outside of every translated text: data, and what is the same in every language.
_DATA = re.compile(r"TKT?[…\d]+|[\w'&+ /().-]*× ?\d*|/\w+|Ann|English|Русский|UTC")


async def test_a_person_s_choice_holds_in_everything_they_get_and_for_them_alone(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with marked(tmp_path, monkeypatch):
        await world.join(BEN)
        await world.says(ANN, await world.number(await world.order()))
        before = await world.last(ANN)
        await world.says(ANN, "/settings")
        card = await world.last(ANN)
        assert "Language: English" in card["text"]
        await world.presses(ANN, card, "Language")
        await world.presses(ANN, card, "Русский")
        turned = await world.last(ANN)
        assert "⟦Now 12:04 · ⟦⟦Language⟧: Русский⟧⟧" in turned["text"]
        # A card that stands above is read anew, too.
        chat = await world.chat(ANN)
        above = next(each for each in chat if each["message_id"] == before["message_id"])
        assert "⟦💳 paid⟧" in above["text"]
        menu = (await world.telegram_view(ANN))["commands"]
        assert {"command": "start", "description": "⟦Start, and see what waits⟧"} in menu
        # Their app says English in every update, and is not heard any more.
        order_id = await world.order(known=False)
        order = await world.marketplace.get_order(order_id)
        async with world.store.write() as tx:
            await take_in_order(tx, world.shop_id, order, looked_at=world.now, now=world.now)
        await Teller(world.store, world.shop_id, now=world.clock.now).tell()
        await world.settle()
        assert "⟦💳 paid⟧" in (await world.last(ANN))["text"]
        assert "💳 paid" in (await world.last(BEN))["text"]
        assert "⟦" not in shown(await world.last(BEN))
        for words in ("/orders", "/tickets", "/menu", "/help", "/health", "/products", "/report"):
            await world.says(ANN, words)
            told = shown(await world.last(ANN))
            assert "⟦" in told, words
            assert re.findall("[A-Za-z]{2,}", _DATA.sub("", unmarked(told))) == [], told
        forged = (await world.last(ANN))["message_id"]
        assert await world.forges(ANN, forged, "zz:none") == "⟦This button no longer works.⟧"
        assert await world.forges(BEN, (await world.last(BEN))["message_id"], "zz:none") == (
            "This button no longer works."
        )


@pytest.mark.parametrize(
    ("complains", "told"),
    [
        ("Здравствуйте, пароль не подходит", "⟦Sorry about that: a new unit"),
        ("Hello, the password is wrong", "Sorry about that: a new unit"),
        ("???", "Sorry about that: a new unit"),
    ],
)
async def test_what_we_write_to_a_buyer_is_in_the_language_that_they_write(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, complains: str, told: str
) -> None:
    with marked(tmp_path, monkeypatch):
        order_id = await world.order()
        await world.control(f"/orders/{order_id}/deliver", rows=["anna:Hunter2222"])
        world.clock.advance(1)
        await world.see_order(order_id)
        ticket_id = await world.ticket(order_id, complains)
        await world.says(ANN, (await world.true_ticket(ticket_id))["ticket_no"])
        await world.presses(ANN, await world.last(ANN), "Replace")
        await world.says(ANN, "carla:Hunter4444")
        assert f"\n{told}" in (await world.last(ANN))["text"]
        order_id = await world.order()
        await world.says(ANN, f"/newticket {await world.number(order_id)}")
        await world.says(ANN, complains)
        await world.presses(ANN, await world.last(ANN), "Send now")
        await world.later(10)
        tickets = (await world.look("/state"))["tickets"]
        title = next(each["title"] for each in tickets if each["order_id"] == order_id)
        assert title.startswith("⟦About" if told.startswith("⟦") else "About")


async def test_the_app_s_language_is_a_guess_that_is_made_once(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def speaks() -> str:
        async with world.store.read() as tx:
            person = await people.member(tx, world.shop_id, ANN)
        assert person is not None
        return world.drawing.reader(person).language

    with marked(tmp_path, monkeypatch, names=("ru", "pt_BR")):
        async with world.store.write() as tx:
            await people.set_language(tx, ANN, "")
        for guess, spoken in (("", "en"), ("pt-br", "pt_BR"), ("ru", "pt_BR")):
            async with world.store.write() as tx:
                await people.seen(tx, ANN, "Ann", guess, world.now)
            assert await speaks() == spoken
        async with world.store.write() as tx:
            await people.set_language(tx, ANN, "fr")  # which nobody translated: the shop's own
        world.drawing._language = "ru"
        assert await speaks() == "ru"


async def test_the_profile_is_told_in_every_language_and_only_when_it_differs(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with marked(tmp_path, monkeypatch, names=("ru", "pt_BR")):
        await introduce(world.bot, "en")
        told = await world.telegram_calls("setMyDescription")
        assert [each["params"].get("language_code", "") for each in told] == ["", "ru", "pt"]
        assert [each["params"]["description"][0] for each in told] == ["T", "⟦", "⟦"]
        assert len(await world.telegram_calls("setMyShortDescription")) == 3
        assert len(await world.telegram_calls("setMyCommands")) == 4
        await introduce(world.bot, "en")
        for method, calls in (("setMyDescription", 3), ("setMyCommands", 4)):
            assert len(await world.telegram_calls(method)) == calls
    with marked(tmp_path / "more", monkeypatch, names=("vi",)):
        await world.telegram_trouble("setMyDescription", "refuse")
        assert not await introduce(world.bot, "vi")
        assert await introduce(world.bot, "vi")
        assert len(await world.telegram_calls("setMyShortDescription")) == 5
