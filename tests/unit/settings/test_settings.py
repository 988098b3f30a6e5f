from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest

from bot.commands.doctor_settings import load_what_can_be
from bot.settings import Settings
from bot.settings_reading import WrongSettings, load_settings

GOOD = {
    "TELEGRAM_BOT_TOKEN": "123456789:" + "a" * 35,
    "SUPPLIER_API_URL": "https://market.example/prefix/",
    "SUPPLIER_API_KEY": "k-1",
}
ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)


def given(monkeypatch: pytest.MonkeyPatch, **values: str) -> None:
    for name, value in {**GOOD, **values}.items():
        monkeypatch.setenv(name, value)


def problems() -> list[str]:
    with pytest.raises(WrongSettings) as wrong:
        load_settings()
    return wrong.value.problems


@pytest.mark.parametrize("written", ["auto", "replace", "Thread", " thread "])
def test_what_a_reply_does_is_one_of_three(monkeypatch: pytest.MonkeyPatch, written: str) -> None:
    given(monkeypatch, TICKET_REPLY=written)
    assert load_settings().ticket_reply == written.strip().lower()


def test_what_a_reply_does_is_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, TICKET_REPLY="append")
    assert problems() == ["TICKET_REPLY: cannot be used; it should be auto, replace or thread"]


def test_the_three_required_ones_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch)
    settings = load_settings()
    assert settings.supplier_api_url == "https://market.example/prefix"
    assert settings.bot_id == 123456789
    assert settings.poll_seconds == Decimal(5)
    assert settings.owner_ids == ()
    assert settings.database_url == "sqlite+aiosqlite:///supplier-bot.db"


def test_every_missing_setting_is_named_at_once() -> None:
    named = [line.partition(":")[0] for line in problems()]
    assert named == ["TELEGRAM_BOT_TOKEN", "SUPPLIER_API_URL", "SUPPLIER_API_KEY"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TELEGRAM_BOT_TOKEN", "not-a-token"),
        ("TELEGRAM_API_URL", "api.telegram.org"),
        ("SUPPLIER_API_URL", "market.example"),
        ("SUPPLIER_API_URL", "https://market.example:99999"),
        ("SUPPLIER_API_URL", "https://user@market.example"),
        ("TELEGRAM_API_URL", "http://exa mple.org"),
        ("TELEGRAM_API_URL", "http://b\u00fccher..example"),
        ("TELEGRAM_API_URL", "http://a..example"),
        ("SUPPLIER_API_URL", "http://b\u00fccher.example"),
        ("SUPPLIER_API_URL", "http://mark et.example"),
        ("SUPPLIER_API_URL", "http://market.example/a b"),
        ("SUPPLIER_API_URL", "http://market.example:0"),
        ("SUPPLIER_API_URL", "http://market..example"),
        ("SUPPLIER_API_URL", "https://market.example/?key=1"),
        ("SUPPLIER_API_URL", "https://market.example/orders/api/supplier/list/"),
        ("SUPPLIER_API_KEY", "two words"),
        ("SUPPLIER_AUTH", "basic"),
        ("SUPPLIER_COOKIE", "sessionid=1"),
        ("SUPPLIER_COOKIE", "sessionid=1; csrftoken=\u00fc"),
        ("SUPPLIER_ENDPOINTS", "missing.toml"),
        ("SUPPLIER_CALLS_PER_MINUTE", "0"),
        ("SUPPLIER_CALLS_PER_MINUTE", "many"),
        ("OWNER_IDS", "ann"),
        ("OWNER_IDS", "-5"),
        ("OWNER_IDS", ","),
        ("OWNER_IDS", " "),
        ("DATABASE_URL", "postgresql://localhost/x"),
        ("DATABASE_URL", "sqlite+aiosqlite:///"),
        ("DATABASE_URL", "sqlite+aiosqlite:///:memory:"),
        ("DATABASE_URL", "sqlite+aiosqlite:///file:x.db"),
        ("DATABASE_URL", "sqlite+aiosqlite:////nonexist/dir/x.db"),
        ("DATABASE_URL", "sqlite+aiosqlite:///no/such/folder/x.db"),
        ("DATABASE_URL", "sqlite+aiosqlite:////dev"),
        ("DATABASE_URL", "sqlite+aiosqlite:////dev/null/x.db"),
        ("SECRETS_FILE", " "),
        ("SECRETS_FILE", "/dev"),
        ("SECRETS_FILE", "nosub/k"),
        ("SECRETS_FILE", "supplier-bot.db"),
        ("SECRETS_FILE", "./supplier-bot.db-wal"),
        ("POLL_SECONDS", "0.05"),
        ("POLL_SECONDS", "86401"),
        ("POLL_SECONDS", "nan"),
        ("CURRENCY", "dollars"),
        ("TIME_ZONE", "Mars/Olympus"),
        ("TIME_ZONE", "../etc/passwd"),
        ("DEFAULT_LANGUAGE", "tlh"),
        ("LOG_LEVEL", "LOUD"),
        ("DELETE_PASTES", "maybe"),
    ],
)
def test_a_wrong_value_is_named_with_what_it_should_be(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    given(monkeypatch, **{name: value})
    (line,) = problems()
    assert line.startswith(f"{name}: ")
    assert len(line.partition(": ")[2]) > 15


def test_a_wrong_secret_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, TELEGRAM_BOT_TOKEN="999:SECRET", SUPPLIER_API_KEY="my secret key")
    said = " ".join(problems())
    assert "SECRET" not in said
    assert "my secret" not in said


def test_many_problems_are_all_told_in_one_go(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, POLL_SECONDS="x", TIME_ZONE="y", OWNER_IDS="z")
    monkeypatch.delenv("SUPPLIER_API_KEY")
    names = {line.partition(":")[0] for line in problems()}
    assert names == {"POLL_SECONDS", "TIME_ZONE", "OWNER_IDS", "SUPPLIER_API_KEY"}


def test_a_session_needs_its_cookie_and_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, SUPPLIER_AUTH="session")
    monkeypatch.delenv("SUPPLIER_API_KEY")
    assert [line.partition(":")[0] for line in problems()] == ["SUPPLIER_COOKIE"]
    monkeypatch.setenv("SUPPLIER_COOKIE", "sessionid=1; csrftoken=2")
    assert load_settings().supplier_auth == "session"


def test_each_problem_of_an_address_file_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "addresses.toml"
    file.write_text('[list_orders]\nmethod = "FETCH"\npath = "orders"\n[no_such]\n')
    given(monkeypatch, SUPPLIER_ENDPOINTS=str(file))
    lines = problems()
    assert len(lines) >= 2
    assert all(line.startswith("SUPPLIER_ENDPOINTS: ") for line in lines)


def test_the_environment_wins_over_the_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("POLL_SECONDS=9\nCURRENCY=EUR\nOTHER_THING=1\n")
    given(monkeypatch, POLL_SECONDS="7")
    settings = load_settings()
    assert settings.poll_seconds == Decimal(7)
    assert settings.currency == "EUR"


def test_a_language_is_read_as_people_write_it(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, DEFAULT_LANGUAGE="pt-br")
    assert load_settings().default_language == "pt_BR"


def test_owner_ids_are_read_from_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, OWNER_IDS=" 1001, 1002 ,1001,")
    assert load_settings().owner_ids == (1001, 1002)


def test_no_secret_stands_in_what_settings_show_of_themselves(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given(monkeypatch)
    shown = repr(load_settings())
    assert "a" * 35 not in shown
    assert "k-1" not in shown


def test_the_example_file_names_every_setting_and_no_other() -> None:
    example = (ROOT / ".env.example").read_text("utf-8")
    named = re.findall(r"^([A-Z_]+)=", example, re.MULTILINE)
    assert sorted(named) == sorted(name.upper() for name in Settings.model_fields)
    lines = example.splitlines()
    for number, line in enumerate(lines):
        if re.match(r"[A-Z_]+=", line):
            assert lines[number - 1].startswith("# "), line


def test_the_example_files_values_are_the_defaults(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    given(monkeypatch)
    plain = load_settings()
    (tmp_path / ".env").write_text((ROOT / ".env.example").read_text("utf-8"))
    assert load_settings() == plain


def test_wrong_paths_are_told_together_with_every_other_problem(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given(
        monkeypatch,
        DATABASE_URL="sqlite+aiosqlite:////nonexist/x.db",
        SECRETS_FILE="/nonexist/k",
        POLL_SECONDS="0",
    )
    lines = problems()
    assert [line.partition(":")[0] for line in lines] == [
        "DATABASE_URL",
        "SECRETS_FILE",
        "POLL_SECONDS",
    ]
    assert "/nonexist" in lines[0]
    assert "/nonexist" in lines[1]


@pytest.mark.parametrize(
    ("name", "there", "denied"),
    [
        ("DATABASE_URL", None, "folder"),
        ("DATABASE_URL", "supplier-bot.db", "supplier-bot.db"),
        ("SECRETS_FILE", None, "folder"),
        ("SECRETS_FILE", "some.key", "some.key"),
    ],
)
def test_a_place_that_may_not_be_used_is_named_with_its_variable(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, there: str | None, denied: str
) -> None:
    (tmp_path / "folder").mkdir()
    if there is not None:
        (tmp_path / "folder" / there).touch()
    values = {
        "DATABASE_URL": {"DATABASE_URL": "sqlite+aiosqlite:///folder/supplier-bot.db"},
        "SECRETS_FILE": {"SECRETS_FILE": "folder/some.key"},
    }
    given(monkeypatch, **values[name])
    # Root may do everything: what the system would say to others.
    monkeypatch.setattr("os.access", lambda path, _: Path(path).name != denied)
    (line,) = problems()
    assert line.startswith(f"{name}: ")
    assert denied in line


def test_a_key_file_in_a_folder_that_is_only_read_is_fine_once_it_is_there(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "mounted").mkdir()
    (tmp_path / "mounted" / "some.key").touch()
    given(monkeypatch, SECRETS_FILE="mounted/some.key")
    monkeypatch.setattr("os.access", lambda path, _: Path(path).name != "mounted")
    assert load_settings().secrets_file == Path("mounted/some.key")


def test_spaces_around_a_cookie_are_no_part_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, SUPPLIER_AUTH="session", SUPPLIER_COOKIE=" sessionid=1; csrftoken=2 ")
    cookie = load_settings().supplier_cookie
    assert cookie is not None
    assert cookie.get_secret_value() == "sessionid=1; csrftoken=2"


# --- the file ---------------------------------------------------------------------------------


def test_what_looks_like_a_variable_in_the_file_is_taken_as_it_stands(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    given(monkeypatch)
    monkeypatch.delenv("SUPPLIER_API_KEY")
    (tmp_path / ".env").write_text("SUPPLIER_API_KEY=ab${HOME}c\n")
    key = load_settings().supplier_api_key
    assert key is not None
    assert key.get_secret_value() == "ab${HOME}c"


@pytest.mark.parametrize("broken", ["POLL_SECONDS", "CURRENCY='USD", "= 5", "POLL SECONDS=5"])
def test_a_line_of_the_file_that_cannot_be_read_is_told_by_its_number(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, broken: str
) -> None:
    given(monkeypatch, TIME_ZONE="Mars")
    (tmp_path / ".env").write_text(f"# mine\n\n{broken}\n")
    lines = problems()
    assert lines[0].startswith(".env: line 3 ")
    assert lines[1].startswith("TIME_ZONE: ")


def test_a_file_that_is_none_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    given(monkeypatch)
    (tmp_path / ".env").mkdir()
    (line,) = problems()
    assert line.startswith(".env: ")


def test_a_file_that_may_not_be_read_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    given(monkeypatch)
    (tmp_path / ".env").write_text("CURRENCY=EUR")

    def denied(*_: object, **__: object) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", denied)
    (line,) = problems()
    assert line.startswith(".env: ")
    assert "ermission denied" in line


def test_a_file_that_is_no_text_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    given(monkeypatch)
    (tmp_path / ".env").write_bytes(b"CURRENCY=\xff")
    (line,) = problems()
    assert line.startswith(".env: ")


def test_a_file_as_other_editors_write_it_is_read(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    given(monkeypatch)
    (tmp_path / ".env").write_bytes(b"\xef\xbb\xbfCURRENCY=EUR\r\nexport time_zone=Asia/Tokyo\r\n")
    settings = load_settings()
    assert (settings.currency, settings.time_zone) == ("EUR", "Asia/Tokyo")


def test_an_empty_variable_leaves_the_file_s_value(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("CURRENCY=EUR\n")
    given(monkeypatch, CURRENCY="")
    assert load_settings().currency == "EUR"


# --- what can be looked at although something is wrong --------------------------------------


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_what_cannot_be_used_has_a_stand_in_and_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    given(monkeypatch, **{name.upper(): " ?! "})
    settings, names, told = load_what_can_be()
    if told:
        assert name.upper() in names
        assert {line.partition(":")[0] for line in told} <= names
    else:
        assert not names
    if not any(each.startswith("SUPPLIER_") for each in names):
        assert settings.supplier_api_url == "https://market.example/prefix"


def test_all_that_is_wrong_at_once_is_told_and_stood_in_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in Settings.model_fields:
        monkeypatch.setenv(name.upper(), " ?! ")
    _, names, told = load_what_can_be()
    assert {"TELEGRAM_BOT_TOKEN", "SUPPLIER_API_URL", "DATABASE_URL"} <= names
    assert {line.partition(":")[0] for line in told} <= names


def test_a_session_without_its_cookie_leaves_the_rest_to_be_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given(monkeypatch, SUPPLIER_AUTH="session")
    settings, names, told = load_what_can_be()
    assert names == {"SUPPLIER_COOKIE"}
    assert told[0].startswith("SUPPLIER_COOKIE: is missing")
    assert settings.telegram_bot_token.get_secret_value() == GOOD["TELEGRAM_BOT_TOKEN"]
