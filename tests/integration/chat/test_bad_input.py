"""What is no text, at every step of every conversation: one clear sentence, and nothing moves."""

from __future__ import annotations

import itertools
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.desk import first_accounts
from bot.views.sentences import Sentence, say
from tests.support.world import ANN, BOT_ID, World, labels
from tests.unit.views.builders import reader

FILE = {"file_id": "f", "file_unique_id": "u", "file_size": 9}
POLL = {
    "id": "1",
    "question": "anna:Hunter2222?",
    "options": [{"text": "Yes", "voter_count": 0, "persistent_id": "y"}],
    "total_voter_count": 0,
    "is_closed": False,
    "is_anonymous": True,
    "type": "regular",
    "allows_multiple_answers": False,
    "allows_revoting": False,
    "members_only": False,
}
NO_TEXT: dict[str, Any] = {
    "photo": [{**FILE, "width": 9, "height": 9}],
    "voice": {**FILE, "duration": 1},
    "sticker": {
        **FILE,
        "type": "regular",
        "width": 9,
        "height": 9,
        "is_animated": False,
        "is_video": False,
    },
    "location": {"latitude": 1.0, "longitude": 2.0},
    "contact": {"phone_number": "+1", "first_name": "anna:Hunter2222"},
    "poll": POLL,
}
GOODS = "Paste the goods as text, like anna:Secret-123, or send them as a .txt file."
WORDS = "Write it as text, like “Sorry, here is a new one”."
NUMBER = "Paste the number of an order, like TK1772446511113, or reply to a card with text."
CHOICE = "Choose the order of the goods by its button, or reply to its card with them"


async def sends(world: World, kind: str, reply_to: int | None = None, **more: Any) -> None:
    person = {"id": ANN, "is_bot": False, "first_name": "Ann"}
    chat = {"id": ANN, "type": "private"}
    message: dict[str, Any] = {
        "message_id": 900_000,
        "date": int(world.now.timestamp()),
        "chat": chat,
        "from": person,
        kind: NO_TEXT[kind],
        **more,
    }
    if reply_to is not None:
        bot = {"id": BOT_ID, "is_bot": True, "first_name": "Shop"}
        to = {"message_id": reply_to, "date": message["date"], "chat": chat, "from": bot}
        message["reply_to_message"] = to
    await world.update({"message": message})


async def order_card(world: World) -> Any:
    await world.says(ANN, await world.number(await world.order()))
    return await world.last(ANN)


async def ticket_card(world: World) -> Any:
    ticket_id = await world.ticket(await world.order(), "It is broken")
    await world.says(ANN, (await world.true_ticket(ticket_id))["ticket_no"])
    return await world.last(ANN)


async def after(world: World, card: Any, label: str) -> Any:
    await world.presses(ANN, card, label)
    return await world.last(ANN)


async def deliver_prompt(world: World) -> Any:
    return await after(world, await order_card(world), "📦 Deliver")


async def write_prompt(world: World) -> Any:
    return await after(world, await order_card(world), "✉️ Write to buyer")


async def reply_prompt(world: World) -> Any:
    return await after(world, await ticket_card(world), "Reply")


async def resolve_prompt(world: World) -> Any:
    return await after(world, await ticket_card(world), "Reply & resolve")


async def goods_question(world: World) -> Any:
    await world.order()
    await world.says(ANN, "anna:Hunter2222")
    return await world.last(ANN)


async def preview(world: World) -> Any:
    await world.says(ANN, "anna:Hunter2222", reply_to=(await order_card(world))["message_id"])
    return await world.last(ANN)


async def queue(world: World) -> Any:
    await world.order()
    await world.says(ANN, "/queue")
    return await world.last(ANN)


async def menu(world: World) -> Any:
    await world.says(ANN, "/menu")
    return await world.last(ANN)


Step = Callable[[World], Awaitable[Any]]


@pytest.mark.parametrize(
    ("step", "in_reply", "just_so"),
    [
        (order_card, GOODS, NUMBER),
        (ticket_card, WORDS, NUMBER),
        (deliver_prompt, GOODS, GOODS),
        (write_prompt, WORDS, WORDS),
        (reply_prompt, WORDS, WORDS),
        (resolve_prompt, WORDS, WORDS),
        (goods_question, CHOICE, CHOICE),
        (preview, GOODS, NUMBER),
        (queue, GOODS, NUMBER),
        (menu, NUMBER, NUMBER),
    ],
    ids=lambda each: getattr(each, "__name__", ""),
)
async def test_what_is_no_text_gets_one_sentence_with_an_example_and_nothing_moves(
    world: World, step: Step, in_reply: str, just_so: str
) -> None:
    message = await step(world)
    drafts = await world.rows("select id, kind, state, subject_id from drafts")
    intents = await world.rows("select id, state from intents")
    ways = ((message["message_id"], in_reply), (None, just_so))
    for kind, (reply_to, example) in itertools.product(NO_TEXT, ways):
        seen = len(await world.from_bot(ANN))
        await sends(world, kind, reply_to)
        (said,) = (await world.from_bot(ANN))[seen:]
        assert said["text"].startswith("The marketplace takes text only; nothing was sent. ")
        assert example in said["text"], kind
    assert await world.rows("select id, kind, state, subject_id from drafts") == drafts
    assert await world.rows("select id, state from intents") == intents
    before = next(m for m in await world.chat(ANN) if m["message_id"] == message["message_id"])
    assert labels(before) == labels(message)
    assert [c for c in (await world.look("/changes"))["items"] if c["by"] == "api"] == []


@pytest.mark.parametrize(
    ("kind", "example"),
    [
        ("replace", GOODS),
        ("note", WORDS),
        ("saved_text", WORDS),
        ("stock", "one a line, like anna:Secret-123"),
        ("price", "Write a price, like 9.90."),
        ("title", "Write the title as text, like “Netflix Premium 1 month”."),
        ("description", "like “One month, for one person”."),
        ("min_quantity", "Write a number, like 5."),
        ("warranty", "Write a number, like 5."),
        ("in_stock", "Write a number, like 5."),
        ("low_at", "Write a number, like 5."),
        ("category", "Press a category, or paste its ID, like 69ac1f2e."),
        ("source_id", "Write the ID as text, like NF-30."),
        ("source_url", "Write the address, like https://shop.example/p/1."),
        ("copy_product", "Write the title as text, like “Netflix Premium 1 month”."),
        ("new_product", "Answer the question as text."),
        ("selection", "write their new prices, like +10%."),
        ("quiet_hours", "Write the hours, like 23:00-08:00."),
        ("time_zone", "Write a city, like Berlin."),
        ("low_stock", "Write a number, like 5."),
        ("currency", "Write the letters of the currency, like EUR."),
        ("pin", "Write the digits of the PIN, like 4071."),
        ("new_pin", "Write the digits of the PIN, like 4071."),
        ("refund_limit", "Write an amount, like 99.50."),
        ("stock_source", "Write the source and the cost of one, like MegaKeys 0.80."),
        ("export_days", "Write the days, like 1 Nov - 15 Nov."),
        ("report_days", "Write the days, like 1 Nov - 15 Nov."),
    ],
)
def test_each_prompt_has_an_example_of_its_own(kind: str, example: str) -> None:
    assert example in say(Sentence.TEXT_ONLY, reader(), kind=kind).text


async def test_each_question_about_a_new_product_refuses_what_it_asks_for_itself(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    category = (await world.true_product(await world.product()))["category_id"]
    await world.says(ANN, f"/newproduct {category}")
    for answer, example in (
        ("Jade", "Write the title as text"),
        ("9.50", "Write a price, like 9.90."),
        ("One", "Write the description as text"),
        ("1", "Write a number, like 5."),
        ("30", "Write a number, like 5."),
        ("anna:Hunter2222", "neither a number of pieces nor an account"),
        ("SKU", "Write the ID as text, like NF-30."),
    ):
        await sends(world, "voice")
        assert example in (await world.last(ANN))["text"], answer
        await world.says(ANN, answer)
    # A file too many, at a question that is about something else.
    monkeypatch.setattr(first_accounts, "LARGE", 20)
    await world.says(ANN, "/newproduct " + category)
    for answer in ("Jade", "9.50", "One", "1", "30"):
        await world.says(ANN, answer)
    await world.sends_file(ANN, b"anna:Hunter2222", "accounts.txt")
    await world.sends_file(ANN, b"berta:Hunter3333\ncarla:Hunter4444", "accounts.txt")
    refused = next(m for m in reversed(await world.from_bot(ANN)) if "too many" in m["text"])
    assert "Create the product without them, and add the file on its card" in refused["text"]


async def test_a_prompt_still_takes_what_it_asked_for(world: World) -> None:
    await deliver_prompt(world)
    await sends(world, "voice")
    await world.says(ANN, "just one word")
    assert "Send 1" in labels(await world.last(ANN))


async def test_an_album_is_answered_once(world: World) -> None:
    await menu(world)
    for at in range(3):
        await sends(world, "photo", message_id=900_001 + at, media_group_id="77")
    assert len(await world.from_bot(ANN)) == 2
    await sends(world, "photo", message_id=900_009, media_group_id="78")
    assert len(await world.from_bot(ANN)) == 3


@pytest.mark.parametrize(
    ("step", "text", "said"),
    [
        (reply_prompt, "x" * 4096, "A reply holds 4000 characters at most; nothing was sent."),
        (write_prompt, "x" * 4096, "A reply holds 4000 characters at most; nothing was sent."),
    ],
)
async def test_a_text_that_cannot_be_sent_says_so_and_the_prompt_stays(
    world: World, step: Step, text: str, said: str
) -> None:
    await step(world)
    await world.says(ANN, text)
    assert said in (await world.last(ANN))["text"]
    assert await world.one("select count(*) from drafts where state = 'open'") == 1
    assert await world.rows("select * from intents") == []
