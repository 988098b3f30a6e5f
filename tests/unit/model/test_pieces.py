from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import SecretStr

from bot.model.pieces import Piece, edited, goes_on, joined, length, may_be_cut, together

NOW = datetime(2026, 11, 23, 12, 4, tzinfo=UTC)


def piece(text: str, number: int = 1, seconds: int = 0, **more: Any) -> Piece:
    sent_at = NOW + timedelta(seconds=seconds)
    return Piece(message_id=number, text=SecretStr(text), sent_at=sent_at, **more)


@pytest.mark.parametrize(
    ("size", "seconds", "number", "joins"),
    [
        (4096, 0, 2, True),
        (3900, 120, 2, True),
        (3900, 121, 2, False),
        (3899, 5, 2, True),
        (2049, 5, 2, True),
        (2049, 6, 2, False),
        (2048, 0, 2, False),
        (10, 0, 2, False),
        (4096, 0, 1, False),  # the same message once more
    ],
)
def test_what_comes_at_once_behind_a_long_message_goes_on_it(
    size: int, seconds: int, number: int, joins: bool
) -> None:
    before = (piece("x" * size),)
    assert goes_on(before, piece("b", number, seconds)) is joins


def test_nothing_goes_on_nothing() -> None:
    assert not goes_on((), piece("b", 2))
    assert not may_be_cut(())


def test_a_full_message_was_cut_anywhere_and_a_shorter_one_where_a_line_ends() -> None:
    assert joined((piece("x" * 4096), piece("y", 2))).get_secret_value() == "x" * 4096 + "y"
    assert joined((piece("x" * 4000), piece("y", 2))).get_secret_value() == "x" * 4000 + "\ny"


def test_the_length_is_telegram_s() -> None:
    assert length("a😀") == 3
    assert may_be_cut((piece("😀" * 1950),))
    assert not may_be_cut((piece("a" * 1950),))


def test_an_edit_changes_its_own_piece_or_nothing() -> None:
    both = (piece("one"), piece("two", 2))
    changed = edited(both, 2, "three")
    assert changed is not None
    assert [each.text.get_secret_value() for each in changed] == ["one", "three"]
    assert edited(both, 2, "two") is None
    assert edited(both, 3, "three") is None


def test_files_are_joined_where_one_album_brought_them() -> None:
    one, two = piece("a", 1, file="a.txt", album="7"), piece("b", 2, file="b.txt", album="7")
    assert goes_on((two,), one)
    assert together((two,), one) == (one, two)
    assert joined((one, two)).get_secret_value() == "a\nb"
    assert joined((piece("a\n", file="a.txt"), two)).get_secret_value() == "a\nb"
    assert not goes_on((one, two), two)
    assert not goes_on((one,), piece("b", 2, file="b.txt", album="8"))
    # A long file is no message that Telegram cut.
    long = piece("x" * 5000, file="a.txt")
    assert not goes_on((long,), piece("b", 2))
    assert not may_be_cut((long,))
