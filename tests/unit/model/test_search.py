import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.press import Press, Verb, unpack
from bot.model.search import fitting, pack
from bot.model.search import unpack as words_of


@given(st.text(max_size=60).filter(lambda text: text.isprintable() and text.strip() != ""))
def test_words_come_back_from_a_button(words: str) -> None:
    kept = fitting(words)
    button = unpack(Press(Verb.ORDERS, pack(kept), "12").pack())
    assert button is not None
    assert words_of(button.subject) == kept


@pytest.mark.parametrize("subject", ["", "waiting", "q.", "q.!", "q._-_-", "q.AAA"])
def test_what_carries_no_words_is_searched_for_nothing(subject: str) -> None:
    assert "\ufffd" not in words_of(subject)
