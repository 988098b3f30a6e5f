"""Tables of accounts: read where they are certain, and left alone where they are not."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pydantic import SecretStr

from bot.model.account_table import accounts_in
from bot.model.accounts import Columns
from bot.model.files import decoded
from bot.model.pieces import Piece

AT = datetime(2026, 11, 23, 12, 4, tzinfo=UTC)


def file(text: str, message_id: int = 1, name: str = "accounts.csv") -> Piece:
    return Piece(message_id=message_id, text=SecretStr(text), sent_at=AT, file=name)


def read(*texts: str) -> list[str]:
    found = accounts_in([file(text, at) for at, text in enumerate(texts, start=1)])
    return [line.get_secret_value() for line in found.lines]


TWO = ["anna:Hunter2", "berta:Hunter3"]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("user,pass\nanna,Hunter2\nberta,Hunter3\n", TWO),
        ("login;password\nanna;Hunter2\nberta;Hunter3", TWO),
        ("E-Mail\tPassword\nanna\tHunter2\nberta\tHunter3", TWO),
        ("sep=;\nUser Name;Passwd;\nanna;Hunter2;\nberta;Hunter3;\n", TWO),
        ("\ufeffpassword,note,login\nHunter2,,anna\nHunter3,new,berta", TWO),
        # What is called login is it, whatever mailbox stands beside it.
        ("login,password,email,email password\nanna,Hunter2,a@b.c,x\nberta,Hunter3,d@e.f,y", TWO),
        ("Логин;Пароль\nanna;Hunter2\nberta;Hunter3", TWO),
        ("Ta\u0300i khoa\u0309n,Mật khẩu\nanna,Hunter2\nberta,Hunter3", TWO),
        # Quotes hold what stands between cells, and themselves.
        ('user,pass\n"anna","Hu,nt""er:2"\n berta , "Hunter3"', ['anna:Hu,nt"er:2', TWO[1]]),
        # A row may end early, and be empty; a heading may come again.
        ("user,pass,note\nanna,Hunter2\n\n,,\nuser,pass,note\nberta,Hunter3,x", TWO),
    ],
)
def test_a_table_whose_columns_are_named_is_read(text: str, lines: list[str]) -> None:
    assert read(text) == lines


@pytest.mark.parametrize(
    "text",
    [
        "user,pass",  # no row
        "name,secret\nanna,Hunter2",  # named otherwise
        "anna,Hunter2\nberta,Hunter3",  # not named at all
        "user,username,pass\nanna,anna,Hunter2",  # two that may be it
        "user,pass,password\nanna,Hunter2,Hunter3",
        "user,pass\nanna,Hunter2\nberta",  # a row without both
        "user,pass\nanna,\nberta,Hunter3",
        "user,pass\nanna,Hun,ter2",  # more cells than columns
        'user,pass\nanna,"Hunter2',  # quotes that do not end, or end within
        'user,pass\nanna,"Hun"ter2',
        'user,pass\nanna,"Hun\nter2"',  # a password of two lines
        "user,pass\nan|na,Hunter2",  # would be read back as another account
        "user,pass" + "," * 3000 + "\nanna,Hunter2",
        # What a spreadsheet made of a long number, of a formula, or of what was to stay as it is.
        "user,pass\n4.91512E+11,Hunter2",
        "user;pass\n4,91512E+11;Hunter2",
        "user,pass\n#NAME?,Hunter2",
        'user,pass\n"=""0049""",Hunter2',
    ],
)
def test_what_is_not_certain_is_no_table(text: str) -> None:
    assert not [line for line in read(text) if "Hunter2" in line and line.startswith("anna:")]
    assert accounts_in([file(text)]).columns == ()


@pytest.mark.parametrize(
    "text",
    [
        "user,pass,since\nanna,Hunter2,2026-01-02 12:30\nberta,,2026-01-02 12:31",
        "user,email,pass\nanna,a@b.c,Hun:ter2",
        "user;pass\nhttp://anna;Hunter2",
    ],
)
def test_no_row_of_a_table_that_is_not_certain_is_an_account_as_a_whole(text: str) -> None:
    found = accounts_in([file(text)])
    assert found.lines == ()
    assert found.unread == tuple(range(1, text.count("\n") + 2))


def test_accounts_below_a_heading_stay_what_they_are() -> None:
    assert read("login,password\nanna:Hunter2\nberta|Hunter3") == ["anna:Hunter2", "berta|Hunter3"]
    # A heading in their own way is no account either, where some stand below.
    found = accounts_in([file("Login:Password\nanna:Hunter2")])
    assert (len(found.lines), found.unread) == (1, (1,))
    assert read("login|password\nanna|Hunter2\nlogin|password") == [
        "anna|Hunter2",
        "login|password",
    ]
    assert read("user:pass") == ["user:pass"]


def test_what_was_understood_is_told_with_the_accounts() -> None:
    found = accounts_in([file("User,Pass,Note\nanna,Hunter2,x\n\nanna,Hunter2,y\n")])
    assert found.columns == (Columns(login="User", password="Pass", others=1),)
    assert (len(found.lines), found.empty_lines, found.doubles, found.unread) == (1, 1, 1, ())


def test_each_file_is_a_table_by_itself_and_a_paste_may_be_one() -> None:
    assert read("user,pass\nanna,Hunter2", "password;mail\nHunter3;berta", "carla:H4") == [
        *TWO,
        "carla:H4",
    ]
    pasted = Piece(message_id=1, text=SecretStr("user,pass\nanna,Hunter2"), sent_at=AT)
    assert accounts_in([pasted]).lines == (SecretStr("anna:Hunter2"),)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_however_a_spreadsheet_wrote_it(encoding: str) -> None:
    text = decoded("user;pass\r\nanna;Hunter2\r\nberta;Hunter3\r\n".encode(encoding))
    assert text is not None
    assert read(text.get_secret_value()) == TWO
