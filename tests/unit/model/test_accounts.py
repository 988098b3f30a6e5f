"""How accounts and a new product are read from what a person pastes."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from bot.model.accounts import masked, parts, read_accounts
from bot.model.new_product import Described, read_described


@pytest.mark.parametrize(
    ("line", "read"),
    [
        ("anna:pass", ("anna", "pass")),
        ("anna|pass", ("anna", "pass")),
        ("anna@mail.example : p:a|ss ", ("anna@mail.example", "p:a|ss")),
        ("anna|p:ss", ("anna", "p:ss")),
        ("anna", None),
        ("anna:", None),
        (":pass", None),
        ("anna:pa\u2028ss", None),
    ],
)
def test_the_first_separator_counts(line: str, read: tuple[str, str] | None) -> None:
    assert parts(line) == read


def test_what_is_no_account_is_named_and_nothing_is_sent_twice() -> None:
    found = read_accounts("\r\na:1\n\n b|2 \nhello\na:1\nx:\n\n")
    assert [line.get_secret_value() for line in found.lines] == ["a:1", "b|2"]
    assert (found.empty_lines, found.doubles, found.unread) == (1, 1, (4, 6))


def test_a_login_and_a_password_are_shown_by_their_ends_alone() -> None:
    assert masked(SecretStr("anna@mail.example:Hunter2222")) == ("an•••le", "Hu•••22")
    assert masked(SecretStr("anna:pass")) == ("•••", "•••")


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("A\n9.50\nB", Described("A", "9.50", "B")),
        ("A\n$9.50 / 2\nB", Described("A", "$9.50", "B", 2)),
        (" A  b \r\n9,50/2/30\r\nB\nC", Described("A b", "9,50", "B\nC", 2, 30)),
        ("A\n9.50 / 0 / 0\nB", Described("A", "9.50", "B", 0, 0)),
        ("A\n9.50", None),
        ("A\n9.50 / x\nB", None),
        ("A\n\nB", None),
    ],
)
def test_a_new_product_is_read_from_one_message(text: str, read: Described | None) -> None:
    assert read_described(text) == read
