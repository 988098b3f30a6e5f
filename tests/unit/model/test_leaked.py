"""A key in a chat is found wherever it stands; what only looks a little like one is let be."""

from __future__ import annotations

from typing import Any

import pytest

from bot.model.leaked import MARK, Leaks, of_cookie

KEY = 'market-key-0123456789-"quoted"\\'
TOKEN = "123456789:AAE" + "x" * 32
LEAKS = Leaks((KEY, "short"))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (KEY, True),
        (f"SUPPLIER_API_KEY={KEY}\n", True),
        (TOKEN, True),
        (f"my token is {TOKEN}, see?", True),
        (f"https://api.telegram.org/bot{TOKEN}/getMe", True),
        ("short", False),
        ("anna@example.com:Hunter2222", False),
        ("123456789:" + "x" * 35, False),  # an account and a long password
        (TOKEN + "x", False),
        ("TK1772446511113", False),
        ("", False),
    ],
)
def test_keys_and_tokens_are_found_and_goods_are_not(text: str, found: bool) -> None:
    assert LEAKS.found_in(text) is found


def update(**message: Any) -> dict[str, Any]:
    return {"update_id": 1, "message": {"message_id": 5, "chat": {"id": 1}, **message}}


@pytest.mark.parametrize("part", ["text", "caption"])
@pytest.mark.parametrize("secret", [KEY, TOKEN])
def test_it_is_taken_out_of_the_update_and_the_message_marked(part: str, secret: str) -> None:
    marks = "entities" if part == "text" else "caption_entities"
    clean = LEAKS.taken_out(update(**{part: f"here: {secret}", marks: [{"offset": 40}]}))
    assert clean["message"] == {"message_id": 5, "chat": {"id": 1}, part: "", MARK: True}
    nested = update(text="this one", reply_to_message={"text": secret, "message_id": 4})
    clean = LEAKS.taken_out(nested)
    assert clean["message"]["reply_to_message"]["text"] == ""
    assert MARK not in clean["message"]


def test_what_holds_none_is_left_as_it_is() -> None:
    plain = update(text="anna:Hunter2222", entities=[{"offset": 0}])
    assert LEAKS.taken_out(plain) is plain
    strange: list[Any] = [None, 7, "x", [], {"message": None}, {"message": {"text": 7}}]
    for odd in strange:
        assert LEAKS.taken_out(odd) == odd


def test_no_repr_shows_a_key_and_a_cookie_is_several() -> None:
    assert KEY not in repr(LEAKS)
    assert of_cookie("sessionid=abc; csrftoken=d=f") == ("abc", "d=f")
