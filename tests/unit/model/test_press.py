"""Callback data: it fits, it comes back, and anything else is nobody's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.press import MAX_BYTES, Press, Verb, short_id, unpack

SUBJECTS = st.from_regex(r"[A-Za-z0-9._~-]{0,40}", fullmatch=True)
ARGS = st.from_regex(r"[a-z0-9_.-]{0,17}", fullmatch=True)


@given(st.sampled_from(Verb), SUBJECTS, ARGS)
def test_a_press_comes_back_as_it_went_and_fits(verb: Verb, subject: str, arg: str) -> None:
    press = Press(verb, subject, arg)
    packed = press.pack()
    assert 1 <= len(packed.encode()) <= MAX_BYTES
    assert unpack(packed) == press


@given(st.text(max_size=80))
def test_whatever_a_button_carries_is_a_press_of_ours_or_none(data: str) -> None:
    press = unpack(data)
    assert press is None or len(press.subject) <= 40


@pytest.mark.parametrize(
    "data",
    ["", "zz", "OK:1", "ok:1:2:3", "ok:" + "x" * 41, "ok:1\n", "ok:a b", "ok:é", ":1"],
)
def test_forged_data_is_nobody_s(data: str) -> None:
    assert unpack(data) is None


@pytest.mark.parametrize(
    "press",
    [
        Press(Verb.ORDER, "x" * 41),
        Press(Verb.ORDER, "a:b"),
        Press(Verb.ORDER, "é"),
        Press(Verb.ORDERS, "all", "x" * 18),
        Press(Verb.ORDERS, "all", "Page"),
    ],
)
def test_what_would_not_come_back_is_never_packed(press: Press) -> None:
    with pytest.raises(ValueError, match="cannot carry"):
        press.pack()


@given(st.text(min_size=1, max_size=200))
def test_any_id_of_the_marketplace_gets_a_short_one_that_a_button_holds(identity: str) -> None:
    try:
        identity.encode()
    except UnicodeEncodeError:
        return
    short = short_id(identity)
    for verb in Verb:
        assert unpack(Press(verb, short, "waiting").pack()) == Press(verb, short, "waiting")
    assert short_id(identity) == short
    assert short == identity or short.startswith("~")


def test_two_long_ids_have_two_short_ones() -> None:
    assert short_id("x" * 41) != short_id("x" * 42)


def test_the_words_on_buttons_in_people_s_chats_never_change() -> None:
    words = {
        "MENU": "mn",
        "ORDERS": "lo",
        "ORDER": "or",
        "TICKET": "tk",
        "DELIVER": "dl",
        "REFUND": "rf",
        "REPLY": "rp",
        "CONFIRM": "ok",
        "DECLINE": "no",
        "STOP": "st",
        "GOODS_FOR": "gf",
    }
    assert {name: Verb[name].value for name in words} == words
