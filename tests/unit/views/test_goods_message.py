"""Delivered goods as a message: every unit whole, in spoilers, whatever its length."""

from __future__ import annotations

from pydantic import SecretStr

from bot.model.facts import GoodsFacts
from bot.model.outgoing import Outgoing
from bot.views.goods import goods_message

from .builders import NOW, assert_telegram_takes, reader


def page(units: tuple[str, ...], number: int) -> Outgoing:
    facts = GoodsFacts("69ac", "TK1772446511113", tuple(map(SecretStr, units)), number)
    return goods_message(facts, reader(), NOW)


def hidden(message: Outgoing) -> list[str]:
    raw = message.text.encode("utf-16-le")
    return [
        raw[e.offset * 2 : (e.offset + e.length) * 2].decode("utf-16-le")
        for e in message.entities
        if e.type == "spoiler"
    ]


def test_a_unit_of_any_length_is_shown_whole_and_only_short_ones_are_copied() -> None:
    units = ("a" * 256, "b" * 257, "😀" * 4000)
    pages = [page(units, number) for number in range(1, 5)]
    for message in pages:
        assert_telegram_takes(message)
    parts = [part for message in pages for part in hidden(message)]
    assert parts[:2] == list(units[:2])
    assert "".join(parts[2:]) == units[2]
    copied = [b.copies for message in pages for row in message.keyboard for b in row if b.copies]
    assert copied == ["a" * 256]
    assert [row[-1].label for row in page(units, 4).keyboard][-1] == "Hide"
    assert page(units, 99).text == pages[-1].text


def test_what_looks_like_html_or_a_command_is_shown_as_it_is() -> None:
    odd = "<b>anna</b>  :  /start @anna\n  & more"
    assert hidden(page((odd,), 1)) == [odd]
