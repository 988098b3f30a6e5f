"""A walk through the orders that wait."""

import pytest

from bot.model.queue import Line, back, begun, onward

ABC = ("a", "b", "c")


@pytest.mark.parametrize(
    ("at", "waiting", "elsewhere", "then"),
    [
        ("a", "abc", "", "b"),
        ("a", "ac", "", "c"),  # b was delivered by somebody else
        ("a", "bc", "", "b"),  # a was delivered
        ("a", "abc", "b", "c"),  # somebody is at b
        ("a", "ab", "b", "b"),  # nothing else is left
        ("c", "abc", "", ""),  # what was skipped is not begun anew by itself
        ("c", "abcd", "", "d"),  # came meanwhile
        ("a", "", "", ""),
        ("", "abc", "", ""),
    ],
)
def test_onward_goes_to_the_next_that_still_waits(
    at: str, waiting: str, elsewhere: str, then: str
) -> None:
    assert onward(Line(ABC, at), tuple(waiting), tuple(elsewhere)).at == then


@pytest.mark.parametrize(
    ("at", "waiting", "then"),
    [("c", "abc", "b"), ("c", "ac", "a"), ("a", "abc", "a"), ("", "abc", "c"), ("", "", "")],
)
def test_back_goes_to_the_one_before_that_still_waits(at: str, waiting: str, then: str) -> None:
    assert back(Line(ABC, at), tuple(waiting)).at == then


def test_the_place_counts_the_whole_walk() -> None:
    assert [Line(ABC, at).place for at in ("a", "c", "")] == [1, 3, 4]
    assert onward(Line(ABC, "c"), ("b", "d", "e")) == Line((*ABC, "d", "e"), "d")


def test_it_begins_where_nobody_is() -> None:
    assert begun(ABC).at == "a"
    assert begun(ABC, {"a"}).at == "b"
    assert begun(("a",), {"a"}).at == "a"
    assert begun(()).at == ""
