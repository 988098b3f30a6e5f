import re
from pathlib import Path

import pytest

from bot.model.facts import BalanceFacts, MenuFacts
from bot.model.health_facts import DatabaseHealth, FeedHealth, HealthFacts
from bot.model.payment import Balance
from bot.model.person import Act
from bot.views import drawing, talk
from bot.views.commands import commands
from bot.views.lists import ORDER_FILTERS, TICKET_FILTERS
from bot.views.toasts import Toast, toast

from .builders import EVERYTHING, NOW, SEEING, assert_telegram_takes, inside, presses, reader, seen

LABEL_CALL = re.compile(r'(?:say_word\(\s*"labels",|_decline\(intent,|_go\()\s*"(\w+)"')


@pytest.mark.parametrize(
    ("orders", "tickets", "line"),
    [
        (14, 0, "Watching; 14 orders wait for you."),
        (1, 2, "Watching; 1 order waits for you, 2 tickets wait for you."),
        (0, 1, "Watching; 1 ticket waits for you."),
        (0, 0, "Watching; nothing waits."),
    ],
)
def test_the_first_look_says_what_waits(orders: int, tickets: int, line: str) -> None:
    facts = MenuFacts(orders, tickets, watching=False)
    message = talk.first_look(facts, reader(), NOW)
    assert_telegram_takes(message)
    assert message.text == line


def test_the_menu_leads_to_what_the_role_allows() -> None:
    facts = MenuFacts(14, 0, watching=True)
    assert seen(talk.menu(facts, reader())) == (
        "Watching; 14 orders wait for you.\n[Start]\n"
        "[Orders (14)][Tickets]\n[Balance][Health][Help]\n[Today's sales][Settings]"
    )
    assert "[Balance]" not in seen(talk.menu(facts, reader(SEEING)))
    assert "[Start]" not in seen(talk.menu(facts, reader(SEEING)))
    assert "[Start]" not in seen(talk.menu(MenuFacts(0, 3, watching=True), reader()))
    assert presses(talk.menu(facts, reader())) == [
        "qu",
        "lo:waiting:1",
        "lt:waiting:1",
        "ba",
        "hl",
        "hp",
        "sr",
        "se",
    ]


def test_while_older_orders_are_read_what_waits_is_said_to_be_so_far() -> None:
    facts = MenuFacts(14, 0, watching=True, looked_at="some", orders_known=1900, tickets_known=1)
    for message in (talk.menu(facts, reader()), talk.first_look(facts, reader(), NOW)):
        assert_telegram_takes(message)
        assert message.text == (
            "Watching; 14 orders wait for you so far.\n"
            "Read so far: 1,900 orders, 1 ticket; older ones are still being read."
        )


def test_tickets_that_nobody_looked_at_are_not_said_to_be_none() -> None:
    facts = MenuFacts(0, 0, watching=True, looked_at="nothing", orders_known=3)
    assert talk.menu(facts, reader()).text == (
        "Watching; nothing waits so far.\nThe tickets were not looked at yet."
    )


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("timeout", "does not answer in time"),
        ("cut", "cannot be reached"),
        ("no_connection", "cannot be reached"),
        ("key_refused", "SUPPLIER_API_KEY"),
        ("login_page", "shows its login page"),
        ("forbidden", "does not allow this"),
        ("throttled", "asked too often"),
        ("unreadable", "could not be understood"),
        ("moved", "SUPPLIER_API_URL"),
        ("store", "could not be stored"),
        ("mistake", "its log says which"),
        ("refused", "the marketplace refuses it"),
    ],
)
def test_health_says_in_plain_words_why_a_list_is_not_read(reason: str, said: str) -> None:
    feeds = (FeedHealth("orders", failing_since=NOW, reason=reason),)
    message = talk.health(HealthFacts("0.1.0", NOW, feeds), reader(), NOW)
    assert_telegram_takes(message)
    assert said in message.text
    assert "“" not in message.text


def test_health_says_when_older_things_are_still_being_read() -> None:
    feeds = (FeedHealth("orders", last_good_at=NOW, known=1900, looked_at="some"),)
    message = talk.health(HealthFacts("0.1.0", NOW, feeds), reader(), NOW)
    assert (
        "Orders: looked at 12:05, 1,900 known so far; older ones are still being read"
        in message.text
    )


def test_a_welcome_says_how_it_works_even_before_the_first_look() -> None:
    message = talk.welcome(MenuFacts(0, 0, watching=False), reader())
    assert_telegram_takes(message)
    assert message.text.startswith("Welcome: this chat is paired with the shop.")
    assert "Looking at the marketplace for the first time" in message.text


def test_help_lists_the_commands_that_work_for_the_role() -> None:
    everything = talk.help_text(reader())
    assert_telegram_takes(everything)
    for command, description in commands("en", EVERYTHING):
        assert f"/{command} – {description}" in everything.text
    assert {"Deliver", "Refund", "Answer"} <= set(inside(everything, "bold"))
    little = talk.help_text(reader(SEEING)).text
    assert "/balance" not in little
    assert "Refund" not in little.replace("How to deliver, refund and answer", "")


def test_commands_follow_the_role() -> None:
    names = [command for command, _ in commands("en", EVERYTHING)]
    assert sorted(names) == sorted(
        [
            "start",
            "menu",
            "help",
            "audit",
            "lock",
            "team",
            "queue",
            "status",
            "orders",
            "order",
            "deliver",
            "refund",
            "tickets",
            "ticket",
            "newticket",
            "payments",
            "products",
            "product",
            "stock",
            "newproduct",
            "balance",
            "settings",
            "report",
            "export",
            "templates",
            "health",
            "cancel",
        ]
    )
    assert "balance" not in [command for command, _ in commands("en", frozenset({Act.SEE}))]
    assert all(1 <= len(description) <= 256 for _, description in commands("en", EVERYTHING))


def test_the_balance_names_every_amount_and_when_it_was_told() -> None:
    told = Balance.model_validate({"balance": "12.5", "supplier_balance": "1204.50"})
    message = talk.balance(BalanceFacts(told, NOW), reader(), NOW)
    assert_telegram_takes(message)
    assert message.text == (
        "Balance · 12:05\nBalance: $12.50\nAs a supplier: $1,204.50\n"
        "Sold since yesterday: $0.00, 0 orders"
    )
    assert inside(message, "code") == ["$12.50", "$1,204.50", "$0.00"]
    nothing = talk.balance(BalanceFacts(Balance(), NOW), reader(), NOW)
    assert "The marketplace gave no amounts." in nothing.text


def test_health_is_a_line_each() -> None:
    feeds = (
        FeedHealth("orders", last_good_at=NOW, known=5),
        FeedHealth("tickets", failing_since=NOW, reason="server_error"),
        FeedHealth("payments"),
    )
    facts = HealthFacts(
        "0.1.0",
        NOW,
        feeds,
        waiting_messages=3,
        aside_messages=1,
        unknown_intents=2,
        paused_chats=1,
        calls_per_minute=12,
        sweep_minutes=2.2,
        telegram_failing_since=NOW,
        database=DatabaseHealth(NOW, "full"),
    )
    message = talk.health(facts, reader(), NOW)
    assert_telegram_takes(message)
    assert message.text == (
        "Health · 12:05\n"
        "Version 0.1.0, running since 12:05\n"
        "Orders: looked at 12:05, 5 known\n"
        "⚠️ Tickets: not read since 12:05: the marketplace answers with an error of its own\n"
        "Payments: not looked at yet\n"
        "Calls to the marketplace: at most 12 a minute\n"
        "Every order is looked at again within 3 minutes\n"
        "⚠️ Telegram: not reached since 12:05\n"
        "⚠️ Database: nothing can be stored since 12:05: the disk is full. Nothing is lost: what"
        " comes is taken in when it works again.\n"
        "Messages to send: 3, set aside: 1\n"
        "Updates to handle: 0, set aside: 0\n"
        "⚠️ Being checked whether they went through: 2\n"
        "⚠️ Chats that cannot be written to: 1 (its person sends /start to resume)"
    )


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("full", "the disk is full"),
        ("read_only", "it may not be written to"),
        ("busy", "another program keeps it locked"),
        ("broken", "the file or the disk is damaged"),
    ],
)
def test_health_tells_of_a_trouble_with_the_database_that_is_over(reason: str, said: str) -> None:
    facts = HealthFacts("0.1.0", NOW, database=DatabaseHealth(NOW, reason, NOW))
    message = talk.health(facts, reader(), NOW)
    told = f"Database: works; nothing could be stored from 12:05 to 12:05: {said}\n"
    assert told in message.text
    assert "Database: works\n" in talk.health(HealthFacts("0.1.0", NOW), reader(), NOW).text


def test_every_label_that_is_asked_for_exists() -> None:
    sources = [path.read_text(encoding="utf-8") for path in Path(talk.__file__).parent.glob("*.py")]
    asked = {name for source in sources for name in LABEL_CALL.findall(source)}
    asked |= {f"filter_{name}" for name in (*ORDER_FILTERS, *TICKET_FILTERS)}
    module = drawing._module("labels.txt")
    assert len(asked) > 20
    assert [name for name in sorted(asked) if not hasattr(module, name)] == []


@pytest.mark.parametrize("name", Toast)
def test_every_toast_exists_and_fits(name: Toast) -> None:
    assert 1 <= len(toast(name, "en")) <= 200


def test_an_unknown_toast_is_refused() -> None:
    with pytest.raises(ValueError, match="no_such"):
        toast("no_such", "en")
