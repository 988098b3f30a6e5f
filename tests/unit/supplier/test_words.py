import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.supplier.words import MAX_MESSAGE, Words

from .support import GOODS, KEY

WORDS = Words((KEY, *GOODS))


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"message": "No such order."}, "No such order."),
        ({"error": "No such order."}, "No such order."),
        ({"detail": "No such order."}, "No such order."),
        ({"error": {"code": 7, "message": "No."}}, "No."),
        ({"errors": ["One.", "Two."]}, "One.; Two."),
        ({"errors": {"title": ["Too long."]}}, "title: Too long."),
        (
            {"title": ["Too long."], "price": ["Not a number."]},
            "title: Too long.; price: Not a number.",
        ),
        ({"message": "", "detail": "Later."}, "Later."),
        (["No."], "No."),
        ({"success": False}, ""),
        ({"order": "o1"}, ""),
        (None, ""),
        (5, ""),
        ({"message": "No.", "delivered_info": ["a:b"]}, "No."),
        ({"delivered_info": ["a:b"]}, "delivered_info: [hidden]"),
        ({"message": {"delivered_info": "a:b"}}, "delivered_info: [hidden]"),
        ({"errors": {"accounts_text": ["a:b"]}}, "accounts_text: [hidden]"),
        ({"message": {"message": {"message": {"message": {"message": "deep"}}}}}, ""),
    ],
)
def test_the_marketplaces_words_are_found_wherever_they_stand(body: object, message: str) -> None:
    assert WORDS.message(body) == message


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        (
            {"errors": {"title": ["Too long."], "price": "Bad."}},
            {"title": ("Too long.",), "price": ("Bad.",)},
        ),
        ({"title": ["Too long.", "Too loud."]}, {"title": ("Too long.", "Too loud.")}),
        ({"success": False, "message": "No."}, {}),
        ({"errors": {"Accounts": ["a:b"]}}, {"Accounts": ("[hidden]",)}),
        ({"delivered_info": ["a:b", "c:d"]}, {"delivered_info": ("[hidden]",)}),
        ({"errors": {"title": []}}, {}),
        ({"title": "Netflix", "images": [1]}, {}),
        ("No.", {}),
    ],
)
def test_complaints_by_field_are_found(body: object, fields: dict[str, tuple[str, ...]]) -> None:
    assert WORDS.field_errors(body) == fields


def test_a_message_is_one_short_line_without_control_signs() -> None:
    said = WORDS.clean("a\r\n\x1b[31mb\u202ec\u200bd\x00" + "x" * 600)
    assert said.startswith("a [31mbcd x")
    assert len(said) == MAX_MESSAGE
    assert said.endswith("…")


@pytest.mark.parametrize(
    "said",
    [
        f"The key {KEY} is wrong",
        f"The key {KEY.upper()} is wrong",
        f"The key {KEY[:9]}… is wrong",
        f"The key …{KEY[-9:]} is wrong",
        f"Row {GOODS[0]} is a double",
        "The password Hunter2-Wolf is too short",
        "anna@mail.example: bad",
        'Row "XQZ4K-9TTRB-77PLM\\nPIN 4711-0815" is bad',
        "0815 is no PIN, 4711-0815 neither",
        "XQZ4K-\n9TTRB-77PLM",
    ],
)
def test_secrets_that_are_said_back_are_hidden(said: str) -> None:
    shown = WORDS.clean(said)
    assert "[hidden]" in shown
    for secret in (KEY, *GOODS, "Hunter2-Wolf", "4711-0815", "anna@mail", KEY[:9], KEY[-9:]):
        assert secret.lower() not in shown.lower()


def test_what_is_no_secret_stays() -> None:
    assert WORDS.clean("Order TK1772446511113 is refunded.") == "Order TK1772446511113 is refunded."
    assert Words(()).clean("abc") == "abc"


@given(
    before=st.text(max_size=30), secret=st.text(min_size=6, max_size=40), after=st.text(max_size=30)
)
def test_no_message_shows_a_whole_secret(before: str, secret: str, after: str) -> None:
    words = Words((secret,))
    once = words.clean(secret)
    assert once in {"", "[hidden]"}
    shown = words.clean(before + secret + after)
    plain = Words(()).clean(secret)
    if plain and plain.lower() not in "[hidden]":
        assert plain not in shown
