"""What may be goods shows its ends alone; what people write stays readable."""

from __future__ import annotations

import pytest

from bot.model.dispute import without_goods

UNITS = {"Secret-123", "one word that is all of a line"}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("anna@mail.com:Secret-99 does not work", "an•••99 does not work"),
        ("login anna|Secret99", "login an•••99"),
        ("anna | Secret99", "an•••99"),
        ("the key ABCD-EFGH-1234 is used", "the key AB•••34 is used"),
        ("I got Secret-123.", "I got Se•••23"),
        ("(Secret-123)", "Se•••23"),
        ("one word that is all of a line", "on•••ne"),
        ("At 12:04 I wrote: nothing works!", "At 12:04 I wrote: nothing works!"),
        ("see https://example.org/a:b", "see https://example.org/a:b"),
        ("", ""),
    ],
)
def test_goods_are_masked_wherever_they_stand(text: str, shown: str) -> None:
    assert without_goods(text, UNITS.__contains__) == shown
