"""Which files of accounts are read in passing, and not at once."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from bot.desk.large_imports import is_large
from bot.model.pieces import Piece
from tests.unit.views.builders import NOW


@pytest.mark.parametrize(
    ("text", "large"),
    [
        ("a:b\n" * 10_000, False),
        ("a:b\n" * 30_000, True),  # short lines, and more than one plan holds
        ("a:" + "b" * 200_000, True),
    ],
)
def test_many_lines_or_much_text_are_large(text: str, *, large: bool) -> None:
    piece = Piece(message_id=1, text=SecretStr(text), sent_at=NOW, file="a.txt")
    assert is_large((piece,)) is large
    assert not is_large((piece, piece))
