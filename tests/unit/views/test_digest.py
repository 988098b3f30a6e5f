from __future__ import annotations

from decimal import Decimal

import pytest

from bot.model.digest import ROOM, room_of
from bot.model.facts import DigestFacts
from bot.views.digest import digest
from bot.views.words import units

from .builders import NOW, reader


def test_a_digest_names_every_number_and_the_sum() -> None:
    facts = DigestFacts(
        new_orders=("TK1772446511113", "TK1772446511114"),
        total=Decimal("1204.50"),
        changed_orders=("TK1772446511001",),
        tickets=("TKT1772446599001",),
        orders_waiting=14,
        tickets_waiting=1,
    )
    drawn = digest(facts, reader(), NOW)
    assert drawn.text.splitlines()[0] == "🆕 2 new orders, $1,204.50"
    assert "1 order changed" in drawn.text
    assert "🎫 1 ticket with news" in drawn.text
    for number in ("TK1772446511113", "TK1772446511114", "TK1772446511001", "TKT1772446599001"):
        assert number in drawn.text
    assert [entity.type for entity in drawn.entities] == ["code", "code", "code"]
    assert [button.label for button in drawn.keyboard[0]] == ["Start"]
    assert [button.label for button in drawn.keyboard[1]] == ["Orders (14)", "Tickets (1)"]


@pytest.mark.parametrize("length", [4, 15, 40, 200])
def test_a_full_digest_fits_into_one_message(length: int) -> None:
    numbers: list[str] = []
    while room_of([*numbers, "9" * length]) <= ROOM:
        numbers.append(f"{len(numbers):0{length}}")
    for facts in (
        DigestFacts(new_orders=tuple(numbers), total=Decimal("99999999.99")),
        DigestFacts(
            new_orders=tuple(numbers[0::3]),
            changed_orders=tuple(numbers[1::3]),
            tickets=tuple(numbers[2::3]),
        ),
    ):
        drawn = digest(facts, reader(), NOW)
        assert units(drawn.text) <= 4096
        # A number too long for a line is cut in its line; no line is cut off the message.
        assert length > 40 or all(number in drawn.text for number in numbers)
        named = [line for line in drawn.text.splitlines() if line.rstrip("…").isdecimal()]
        assert len(named) == len(numbers)


def test_words_of_a_stranger_in_a_number_stay_words() -> None:
    drawn = digest(DigestFacts(new_orders=("<b>/refund</b>",)), reader(), NOW)
    assert "<b>/refund</b>" in drawn.text
    assert [entity.type for entity in drawn.entities] == ["code"]
    assert "\n\n" not in drawn.text
