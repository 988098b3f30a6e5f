"""Only the right people: strangers reach nothing, and a code makes one owner."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from .practice import ANN, SAM, Bot, Shop, Someone, data_of, labels, running, until

WATCHING = {
    "list_payments",
    "list_products",
    "list_orders",
    "list_tickets",
    "get_order",
    "get_ticket",
}


OF_SAM = {"from": {"id": SAM, "is_bot": False, "first_name": "Sam"}}


def pressed_in_anns_chat(message_id: int, data: str) -> dict[str, Any]:
    message = {
        "message_id": message_id,
        "date": 1_700_000_000,
        "chat": {"id": ANN, "type": "private", "first_name": "Ann"},
        "text": "a card",
    }
    query = {**OF_SAM, "id": f"{message_id}{data}", "chat_instance": "1", "message": message}
    return {"callback_query": {**query, "data": data}}


def polite(someone: Someone) -> list[str]:
    return [m["text"] for m in someone.from_bot()]


def code_of(bot: Bot, nth: int = 1) -> str:
    """Return the ``nth`` pairing code that the bot printed."""
    return str(
        until(
            lambda: re.findall(r"^Pairing code: (\w+)$", bot.log.read_text("utf-8"), re.MULTILINE)[
                nth - 1 :
            ]
        )[0]
    )


def test_a_strangers_words_and_forged_buttons_reach_nothing(
    shop: Shop, tmp_path: Path, ann: Someone
) -> None:
    sam = shop.person("sam")
    with running(Bot(shop, tmp_path, hasty=True, OWNER_IDS=str(ANN))):
        ann.sees("Watching")
        order = shop.market("orders")
        ticket = shop.market("tickets", order_id=order["order_id"], title="T", text="Hi there")
        card = ann.sees(order["order_no"], "0 of 1 delivered")
        ticket_card = ann.sees(ticket["ticket_no"], "Hi there")
        pasted = ann.send("anns@x.example:Pw-1", reply_to=card["message_id"])
        preview = ann.sees("Send 1", after=pasted)
        ann.press(card, "Refund")
        question = ann.sees_in(card, "Yes, refund")
        held = ann.send("code:of-the-ticket", reply_to=ticket_card["message_id"])
        reply = ann.sees("Send now", after=held)

        first = 0
        for words in (
            "/start",
            "/balance",
            "/orders",
            "/health",
            "/start ABCDEFGH",
            "hello",
            order["order_no"],
            "goods@x.example:pw-1",
            "a\nb",
        ):
            first = first or sam.send(words)
        sam.send("a reply", reply_to=first)
        presses = [
            (message, data)
            for message, data in (
                (question, data_of(question, "Yes, refund")),
                (preview, data_of(preview, "Send 1")),
                (reply, data_of(reply, "Send now")),
                (card, f"dl:{order['order_id']}"),
                (card, f"rf:{order['order_id']}"),
                (card, "ba"),
                (card, "ok:1:1"),
                (card, "ok:2"),
                (card, "no:1"),
                (card, "\u202e;drop table"),
            )
        ]
        for message, data in presses:
            sam.forge(message["message_id"], data)
            # As Telegram would never let him: a press of his in Ann's own chat.
            shop.telegram("update", raw=pressed_in_anns_chat(message["message_id"], data))
        shop.telegram(
            "update", raw={"inline_query": {**OF_SAM, "id": "1", "query": "a", "offset": ""}}
        )
        sam.send("and once more")

        # Handled, all of it, when Ann's press that came after is.
        menu = ann.sees("Watching", after=ann.send("/menu"))
        ann.press(menu, "Balance")
        ann.sees("Balance", "$", after=menu["message_id"])
        assert len(polite(sam)) == 1
        assert order["order_no"] not in polite(sam)[0]
        assert {call["operation"] for call in shop.api_calls()} <= WATCHING | {"get_balance"}
        assert len(shop.api_calls("get_balance")) == 1
        for kind in ("refund", "deliver", "ticket_reply"):
            assert shop.changes(kind) == []
        # And what he pressed is still Ann's to press.
        ann.press(question, "Yes, refund")
        ann.sees_in(card, "Refunded $")


def test_a_forged_press_of_an_owner_does_only_what_a_true_one_could(
    shop: Shop, tmp_path: Path, ann: Someone
) -> None:
    with running(Bot(shop, tmp_path, hasty=True, OWNER_IDS=str(ANN))):
        ann.sees("Watching")
        order = shop.market("orders")
        card = ann.sees(order["order_no"], "0 of 1 delivered")
        for data in (
            "ok:999999",
            "ok:1:99",
            "rf:nothing",
            "dl:",
            "gf:1",
            "zz:1",
            "x" * 64,
            "lo:;:-1",
            "lt:all:99999",
            "lo:waiting:0",
        ):
            assert ann.answered(ann.forge(card["message_id"], data))["answered"]
        ann.sees("There is nothing to cancel", after=ann.send("/cancel"))
        ann.sees("Watching", after=ann.send("/menu"))
        assert {call["operation"] for call in shop.api_calls()} <= WATCHING


def test_the_printed_code_makes_one_owner_who_is_told_of_everything_and_then_none(
    shop: Shop, tmp_path: Path, ann: Someone, ben: Someone
) -> None:
    bot = Bot(shop, tmp_path, hasty=True, OWNER_IDS="")
    with running(bot):
        code = code_of(bot)
        ben.sees("code is wrong", after=ben.send("/start WRONGONE"))
        ann.sees("paired", "Orders", after=ann.send(f"/start {code.lower()}"))
        ann.sees("Watching; nothing waits.")
        # The code is used up: it makes nobody else an owner.
        ben.send(f"/start {code}")
        ben.send("/orders")
        # Pushed, and loud, without any setting.
        order = shop.market("orders")
        assert not ann.sees(order["order_no"], "Deliver")["silent"]
        ticket = shop.market("tickets", order_id=order["order_id"], title="T", text="Hello?")
        assert not ann.sees(ticket["ticket_no"], "Hello?")["silent"]
        ann.sees("Orders that wait", after=ann.send("/orders"))
        assert len(polite(ben)) == 1
        # With an owner there is no code any more.
        assert bot.end() == 0
        bot.start()
        ann.sees("Watching", after=ann.send("/menu"))
        assert len(re.findall("Pairing code", bot.log.read_text("utf-8"))) == 1


def commands(shop: Shop, someone: Someone) -> set[str]:
    """Return what the phone's menu offers a member; nothing before it is told to Telegram."""
    chat = shop.call("GET", f"/telegram/control/chat?as={someone.name}")
    return {each["command"] for each in chat["commands"]} - {"start"}


def test_each_role_is_shown_and_may_do_what_is_theirs_and_no_more(
    shop: Shop, tmp_path: Path, ann: Someone
) -> None:
    roles = {"operator": shop.person("ben"), "viewer": shop.person("cleo")}
    with running(Bot(shop, tmp_path, hasty=True, OWNER_IDS=str(ANN))):
        ann.sees("atching")
        for role, person in roles.items():
            card = ann.sees("Invite a viewer", after=ann.send("/team"))
            ann.press(card, f"Invite a{'n' * (role == 'operator')} {role}")
            code = re.findall(r"/start (\w+)", ann.sees_in(card, "/start ")["text"])[0]
            person.sees("Welcome", after=person.send(f"/start {code}"))
            ann.sees(f"joined the shop as {role}")
        order = shop.market("orders")
        offered = {
            role: set(labels(person.sees(order["order_no"], "0 of 1 delivered")))
            for role, person in roles.items()
        }
        refund = f"↩️ Refund ${order['total_amount']}"
        assert {"📦 Deliver", refund} <= offered["operator"]
        assert not {"📦 Deliver", refund, "✉️ Write to buyer"} & offered["viewer"]
        for role, person in roles.items():
            of_role = until(lambda person=person: commands(shop, person))  # type: ignore[misc]
            assert ({"deliver", "refund"} <= of_role) is (role == "operator")
            assert not {"balance", "team", "report"} & of_role
        # Nor by any other way: a forged button, a reply, a command.
        viewer = roles["viewer"]
        card = viewer.sees(order["order_no"], "0 of 1 delivered")
        for data in (f"rf:{order['order_id']}", f"dl:{order['order_id']}", "ba", "tt", "sr"):
            viewer.forge(card["message_id"], data)
        viewer.send("not@for.me:Pw-1", reply_to=card["message_id"])
        for command in ("/refund", "/deliver", "/balance", "/team", "/export"):
            viewer.send(f"{command} {order['order_no']}")
        roles["operator"].send("/balance")
        menu = viewer.sees("Watching", after=viewer.send("/menu"))
        refusal = "Your role in this shop does not allow this; nothing was done."
        others = [m for m in viewer.from_bot(card["message_id"]) if m["text"] != refusal]
        # One command shows the order all the same, with nothing to be done about it.
        assert [labels(message) for message in others] == [["More"], labels(menu)]
        assert not {"Balance", "Today's sales"} & set(labels(menu))
        # And what the operator may do, they do.
        operator = roles["operator"]
        card = operator.sees(order["order_no"], "0 of 1 delivered")
        pasted = operator.send("by@ben.example:Pw-1", reply_to=card["message_id"])
        operator.press(operator.sees("Send 1", after=pasted), "Send 1")
        ann.sees(order["order_no"], "1 of 1 delivered by Ben")
        called = {call["operation"] for call in shop.api_calls()}
        assert called <= WATCHING | {"update_delivered_info"}


def test_five_wrong_codes_end_the_pairing_until_the_next_start(
    shop: Shop, tmp_path: Path, ann: Someone, ben: Someone
) -> None:
    bot = Bot(shop, tmp_path, hasty=True, OWNER_IDS="")
    with running(bot):
        code = code_of(bot)
        for _ in range(5):
            ben.send("/start AAAAAAAA")
        ben.sees("code is wrong")
        cleo = shop.person("cleo")
        cleo.sees("belongs to a shop", after=cleo.send("hello"))
        wrote = ann.send(f"/start {code}")
        ann.sees("code is wrong", after=wrote)
        bot.end()
        bot.start()
        wrote = ann.send(f"/start {code_of(bot, 2)}")
        ann.sees("paired", after=wrote)
