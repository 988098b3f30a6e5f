"""All texts of a ticket or an order: each whole, in pages, under the name of who wrote it."""

from __future__ import annotations

from datetime import timedelta

from bot.model.facts import TextsFacts, TicketText
from bot.views.texts import texts

from .builders import NOW, assert_telegram_takes, presses, reader, seen


def facts(*said: TicketText, page: int = 0) -> TextsFacts:
    return TextsFacts("ticket", "t1", "TKT1772446599001", said, page)


BUYER = TicketText("TKT1772446599001", "Wrong password", NOW)
OURS = TicketText("TKT1772446599001", "Sorry", NOW + timedelta(minutes=1), buyer=False, name="Ann")


def test_each_stands_in_a_quote_under_who_wrote_it_and_when() -> None:
    message = texts(facts(BUYER, OURS), reader(), NOW)
    assert_telegram_takes(message)
    assert seen(message) == (
        "🎫 All texts of ticket TKT1772446599001\nBuyer wrote at 12:05:\nWrong password\n"
        "Ann answered at 12:06:\nSorry\n[1/1]"
    )


def test_a_text_of_any_length_is_shown_whole_over_pages_of_which_the_last_comes_first() -> None:
    words = " ".join(f"word{n}" for n in range(1500))
    said = TicketText("TKT1772446599001", words, NOW)
    last = texts(facts(said), reader(), NOW)
    pages = int(last.keyboard[0][-1].label.split("/")[1])
    assert last.keyboard[0][-1].label == f"{pages}/{pages}"
    assert "word1499" in last.text
    found: list[str] = []
    for page in range(1, pages + 1):
        message = texts(facts(said, page=page), reader(), NOW)
        assert_telegram_takes(message)
        found += [word for word in message.text.split() if word.startswith("word")]
    assert " ".join(found) == words
    assert presses(texts(facts(said, page=1), reader(), NOW)) == [
        "tx:t1:ticket.1",
        "tx:t1:ticket.2",
    ]
