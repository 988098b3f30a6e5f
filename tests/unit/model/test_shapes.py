"""What goods look like, what is unlike them, and what Telegram's apps make of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.altered import may_be_altered
from bot.model.shapes import shape_of, usual_instead


@pytest.mark.parametrize(
    ("unit", "shape"),
    [
        ("anna@shop.example:Hunter2222", "email:password"),
        ("anna@shop.example|Hunter2222", "email|password"),
        ("anna:Hunter2222", "login:password"),
        ("anna@shop.example:Hunter2222:backup@mail.example", "email:password:email"),
        ("anna:Hunter2222:JBSWY3DP", "login:password:text"),
        ("ABCDE-12345-FGHIJ", "XXXXX-XXXXX-XXXXX"),
        ("abcd-1234-ef", "one word"),
        ("https://shop.example/redeem?code=1:2", "link"),
        ("4711471147114711", "digits"),
        ("Hunter2222", "one word"),
        ("thank you very much", "words"),
        ("anna\nHunter2222\n\npin 4711", "3 lines"),
        ("\n".join("abcdefghijkl"), "many lines"),
        (":".join("abcdefgh"), "login:…"),
        ("", "one word"),
    ],
)
def test_a_shape_says_how_a_unit_is_made(unit: str, shape: str) -> None:
    assert shape_of(unit) == shape


@given(st.text(alphabet="abz019@:|;,-. \n\t/\u00e9\u4e00", max_size=300))
def test_a_shape_holds_nothing_of_what_the_unit_says(unit: str) -> None:
    shape = shape_of(unit)
    words = {"email", "login", "password", "text", "link", "digits", "lines", "many", "one"}
    left = shape
    for word in (*words, "words", "word"):
        left = left.replace(word, "")
    assert set(left) <= set("X-:|;,\t… s123456789")
    assert len(shape) <= 64


@pytest.mark.parametrize(
    ("seen", "shape", "usual"),
    [
        ({}, "words", ""),
        ({"email:password": 2}, "words", ""),  # too few to know
        ({"email:password": 3}, "words", "email:password"),
        ({"email:password": 3}, "email:password", ""),
        ({"email:password": 8, "one word": 2}, "words", "email:password"),
        ({"email:password": 7, "one word": 3}, "words", ""),  # nothing is usual
        ({"email:password": 30, "words": 2}, "words", ""),  # not the first of its kind
        ({"email:password": 99, "words": 1}, "words", "email:password"),
    ],
)
def test_a_shape_is_unlike_the_product_where_enough_were_another(
    seen: dict[str, int], shape: str, usual: str
) -> None:
    assert usual_instead(seen, shape) == usual


@pytest.mark.parametrize(
    ("text", "formats", "altered"),
    [
        ("anna:Hunter2222", [], False),
        ("anna:pass—word", [], True),
        ("anna:pass😀", [], True),
        ("anna:☺secret", [], True),
        ("anna:“secret”", [], True),
        ("anna:secret", ["bold"], True),
        ("anna:secret", ["code"], True),
        ("anna@shop.example:x", ["email", "url", "mention"], False),
        ("пароль:ключ", [], False),
    ],
)
def test_signs_that_apps_change_are_seen(text: str, formats: list[str], *, altered: bool) -> None:
    assert may_be_altered(text, formats) is altered
