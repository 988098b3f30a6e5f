"""``supplier-bot setup``: what each step does with what is typed; nothing wrong is written."""

from __future__ import annotations

import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from bot.chat.direct import DirectTelegram, Reply, TelegramAway, TelegramRefused
from bot.commands import setup_network as network
from bot.commands.env_writing import with_settings
from bot.commands.said import NotDoneError
from bot.commands.setup import Setup, run_setup
from bot.commands.setup_steps import Steps
from bot.commands.terminal import Terminal
from bot.store import bots
from bot.store.lock import DatabaseLock
from bot.supplier.auth import AuthKind
from tests.support.doc_pages import REST, as_published

TOKEN = "123456789:" + "a" * 35
URL = "https://market.example"


class Typed(Terminal):
    """A terminal at which these are typed, one after another."""

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)
        self.said: list[str] = []

    def say(self, text: str = "") -> None:
        self.said.append(text)

    def title(self, text: str) -> None:
        pass

    def ask(self, question: str, default: str = "") -> str:
        self.said.append(question)
        return self.answers.pop(0) or default

    def secret(self, question: str) -> str:
        return self.ask(question)

    def qr_code(self, link: str) -> None:
        self.said.append(f"QR {link}")

    def shows(self, text: str) -> bool:
        return any(text in each for each in self.said)


@pytest.fixture(autouse=True)
def _network(monkeypatch: pytest.MonkeyPatch) -> None:
    async def bot_name(token: str, api_url: str) -> str:
        return "my_bot"

    monkeypatch.setattr(network, "bot_name", bot_name)


def steps(terminal: Typed, **known: str) -> Steps:
    return Steps(terminal, known, None)


def answering(monkeypatch: pytest.MonkeyPatch, answers: Mapping[str, str]) -> list[str]:
    """The marketplace answers by the way the key is sent; return the ways that were tried."""
    tried: list[str] = []

    async def ask_marketplace(_url: str, kind: AuthKind, *_: Any) -> tuple[str, str]:
        tried.append(kind.value)
        return answers.get(kind.value, "refused"), "No."

    monkeypatch.setattr(network, "ask_marketplace", ask_marketplace)
    return tried


# --- Telegram --------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["", "abc", "123:short", "12345 67:" + "a" * 35])
def test_what_is_no_token_is_asked_for_again(typed: str) -> None:
    terminal = Typed(typed, TOKEN)
    assert steps(terminal).token() == {"TELEGRAM_BOT_TOKEN": TOKEN}
    assert terminal.shows("That is no token")
    assert terminal.shows("@my_bot")


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (TelegramAway("no_connection"), "cannot be reached"),
        (TelegramRefused(401, "Unauthorized"), "does not know this token"),
        (TelegramRefused(429, "Too Many Requests"), "Too Many Requests"),
    ],
)
def test_a_token_that_telegram_does_not_take_is_not_written(
    monkeypatch: pytest.MonkeyPatch, error: Exception, said: str
) -> None:
    async def bot_name(*_: str) -> str:
        raise error

    monkeypatch.setattr(network, "bot_name", bot_name)
    terminal = Typed(*[TOKEN] * 5)
    with pytest.raises(NotDoneError, match="5 times"):
        steps(terminal).token()
    assert terminal.shows(said)
    assert not terminal.shows(TOKEN)


def test_the_token_of_another_bot_is_taken_only_when_that_is_meant() -> None:
    old = "987654321:" + "b" * 35
    terminal = Typed(TOKEN, "n", TOKEN, "y")
    assert steps(terminal, TELEGRAM_BOT_TOKEN=old).token() == {"TELEGRAM_BOT_TOKEN": TOKEN}
    terminal = Typed(TOKEN)
    assert steps(terminal, TELEGRAM_BOT_TOKEN="123456789:old").token()


def test_a_database_that_spoke_through_another_bot_lets_go_of_its_chats_when_that_is_meant(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    begun: list[int] = []
    monkeypatch.setattr(bots, "bots_of", lambda _: frozenset({987654321}))
    monkeypatch.setattr(bots, "begin_anew", lambda _file, bot_id, _now: begun.append(bot_id))
    known = {"TELEGRAM_BOT_TOKEN": TOKEN}  # written by hand: the database knows better
    answers = Steps(Typed(TOKEN, "n", TOKEN, "y"), known, tmp_path / "shop.db")
    assert answers.token() == {"TELEGRAM_BOT_TOKEN": TOKEN}
    assert begun == [123456789]
    # The right one is put back in the place of another: nothing begins anew, nothing is asked.
    monkeypatch.setattr(bots, "bots_of", lambda _: frozenset({123456789}))
    known = {"TELEGRAM_BOT_TOKEN": "987654321:other"}
    assert Steps(Typed(TOKEN), known, tmp_path / "shop.db").token() == {"TELEGRAM_BOT_TOKEN": TOKEN}
    assert begun == [123456789]


# --- the marketplace -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("market.example", "https://market.example"),
        ("", "not an address"),
        ("https://", "not an address"),
        ("https://a b", "not an address"),
        ("https://me:pw@market.example", "not an address"),
        ("ftp://market.example", "not an address"),
        ("https://market.example/?x=1", "not an address"),
        ("https://market.example/orders/api/supplier/list/", "own is https://market.example"),
        ("https://market.example/shop/accounts/api", "own is https://market.example/shop"),
    ],
)
def test_what_is_no_address_is_asked_for_again(typed: str, said: str) -> None:
    terminal = Typed(typed, f"{URL}/")
    assert steps(terminal).address() == {"SUPPLIER_API_URL": URL}
    assert terminal.shows(said)
    assert not terminal.shows("pw@")


def test_a_path_prefix_is_asked_about() -> None:
    terminal = Typed(f"{URL}/shop", "n", f"{URL}/shop", "")
    assert steps(terminal).address() == {"SUPPLIER_API_URL": f"{URL}/shop"}


def test_a_key_is_sent_in_each_way_until_one_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = answering(monkeypatch, {"body": "known"})
    found = steps(Typed("a b", "key"), SUPPLIER_API_URL=URL).key()
    assert found == {"SUPPLIER_API_KEY": "key", "SUPPLIER_AUTH": "body"}
    assert tried == ["x-api-key", "bearer", "body"]
    tried.clear()
    steps(Typed("key"), SUPPLIER_API_URL=URL, SUPPLIER_AUTH="body").key()
    assert tried == ["body"]


@pytest.mark.parametrize("answer", ["away", "addresses", "unclear"])
def test_a_key_that_cannot_be_checked_is_kept_only_when_that_is_wanted(
    monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    answering(monkeypatch, dict.fromkeys(("x-api-key", "bearer"), answer))
    terminal = Typed("key", "", "key", "y")
    found = steps(terminal, SUPPLIER_API_URL=URL).key()
    assert found == {"SUPPLIER_API_KEY": "key", "SUPPLIER_AUTH": "x-api-key"}
    assert terminal.shows('It says "No."')


def test_a_key_that_is_refused_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, {})
    with pytest.raises(NotDoneError):
        steps(Typed(*["key"] * 5), SUPPLIER_API_URL=URL).key()


def test_without_a_key_the_browser_s_session_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, {"session": "known"})
    terminal = Typed("", "sessionid=1", "", "Cookie: sessionid=1; csrftoken=2")
    assert steps(terminal, SUPPLIER_API_URL=URL).key() == {
        "SUPPLIER_COOKIE": "sessionid=1; csrftoken=2",
        "SUPPLIER_AUTH": "session",
    }
    assert terminal.shows("no cookie header")


def test_a_part_of_the_page_is_taken_only_when_that_is_wanted(folder: Path) -> None:
    (folder / "half.txt").write_text(as_published(REST, "{order_id}")[:3000])
    terminal = Typed("half.txt", "n", "nothing.txt", "half.txt", "y")
    assert steps(terminal).endpoints() == {"SUPPLIER_ENDPOINTS": "endpoints.toml"}
    assert terminal.shows("cannot be read")
    assert not terminal.shows("--partial")
    assert (folder / "endpoints.toml").exists()
    assert steps(Typed("")).endpoints() == {}


# --- the owner -------------------------------------------------------------------------------


def test_the_owner_is_who_tapped_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    tapped = [None, network.Someone(1003, "Cleo"), network.Someone(1001, "Ann (@ann)")]

    async def wait_for_tap(*_: object) -> network.Someone | None:
        return tapped.pop(0)

    monkeypatch.setattr(network, "wait_for_tap", wait_for_tap)
    terminal = Typed("1", "1", "n", "1", "y")
    assert steps(terminal, TELEGRAM_BOT_TOKEN=TOKEN).owner() == {"OWNER_IDS": "1001"}
    assert terminal.shows("Nobody tapped")
    assert terminal.shows("QR https://t.me/my_bot?start=")


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (TelegramRefused(409, "Conflict"), "Another program"),
        (TelegramAway("cut"), "be reached"),
        (network.TooManyWaiting(), "hundred messages"),
    ],
)
def test_who_cannot_be_waited_for_can_be_typed(
    monkeypatch: pytest.MonkeyPatch, error: Exception, said: str
) -> None:
    async def wait_for_tap(*_: object) -> None:
        raise error

    monkeypatch.setattr(network, "wait_for_tap", wait_for_tap)
    terminal = Typed("1", "2", "Ann", "2", "1001, 1002")
    assert steps(terminal, TELEGRAM_BOT_TOKEN=TOKEN).owner() == {"OWNER_IDS": "1001,1002"}
    assert terminal.shows(said)


@pytest.mark.parametrize("interrupted", [False, True])
def test_the_owner_can_wait(monkeypatch: pytest.MonkeyPatch, interrupted: bool) -> None:
    async def wait_for_tap(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(network, "wait_for_tap", wait_for_tap)
    terminal = Typed("1" if interrupted else "3")
    assert steps(terminal, TELEGRAM_BOT_TOKEN=TOKEN).owner() == {}
    assert terminal.shows("prints a code")


def test_while_the_bot_runs_no_tap_is_waited_for(folder: Path) -> None:
    lock = DatabaseLock.take(folder / "shop.db")
    try:
        terminal = Typed("1", "3")
        known = {"TELEGRAM_BOT_TOKEN": TOKEN}
        assert Steps(terminal, known, folder / "shop.db").owner() == {}
    finally:
        lock.release()
    assert terminal.shows("The bot is running")


UPDATE = {
    "message": {
        "text": "/start ABCD2345",
        "from": {"id": 1001, "first_name": "Ann", "username": "ann"},
        "chat": {"id": 1001, "type": "private"},
    }
}


@pytest.mark.parametrize(
    ("change", "taps"),
    [
        ({}, True),
        ({"text": "abcd2345"}, True),
        ({"text": "/start ABCD2346"}, False),
        ({"text": "/start"}, False),
        ({"text": None}, False),
        ({"text": "\ud83d"}, False),
        ({"chat": {"id": -5, "type": "group"}}, False),
        ({"from": None}, False),
        ({"from": {"id": "1001"}}, False),
    ],
)
async def test_a_tap_is_the_code_in_a_private_chat_and_confirms_no_update(
    monkeypatch: pytest.MonkeyPatch, change: dict[str, Any], taps: bool
) -> None:
    asked: list[dict[str, Any]] = []
    answers = [[{"update_id": 1}, {"message": 5}, "odd"], [{"message": UPDATE["message"] | change}]]

    class Telegram:
        def __init__(self, *_: object) -> None: ...

        async def __aenter__(self) -> Telegram:
            return self

        async def __aexit__(self, *_: object) -> None: ...

        async def ask(self, method: str, **parameters: Any) -> Any:
            asked.append({"method": method, **parameters})
            return Reply(answers.pop(0) if answers else None, None)

    clock = iter(range(100))
    monkeypatch.setattr(network, "DirectTelegram", Telegram)
    monkeypatch.setattr(network, "_PAUSE", 0)
    monkeypatch.setattr(network, "_now", lambda: float(next(clock)))
    found = await network.wait_for_tap(TOKEN, "https://t", "ABCD2345", seconds=6)
    assert found == (network.Someone(1001, "Ann (@ann)") if taps else None)
    assert all("offset" not in each for each in asked)


# --- the file --------------------------------------------------------------------------------


def test_clock_money_and_language_are_asked_until_they_are_known() -> None:
    terminal = Typed("Atlantis", "UTC+99", "madrid", "euro", "eur", "1")
    asked = steps(terminal)
    found = asked.zone() | asked.currency() | asked.language()
    assert found == {"TIME_ZONE": "Europe/Madrid", "CURRENCY": "EUR", "DEFAULT_LANGUAGE": "en"}


OLD = f"TELEGRAM_BOT_TOKEN={TOKEN}\nSUPPLIER_API_URL={URL}\nSUPPLIER_API_KEY=k # mine\n"


def test_run_again_it_changes_one_thing_and_keeps_the_rest(folder: Path) -> None:
    (folder / ".env").write_text(OLD)
    Setup(Typed("6", "UTC+3"), folder / ".env").run()
    about = "\n# The clock on your cards.\nTIME_ZONE=Etc/GMT-3\n"
    assert (folder / ".env").read_text() == OLD + about
    assert stat.S_IMODE((folder / ".env").stat().st_mode) == 0o600
    Setup(Typed("end"), folder / ".env").run()
    assert (folder / ".env").read_text() == OLD + about


def test_what_the_environment_overrules_is_said(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / ".env").write_text(OLD)
    monkeypatch.setenv("CURRENCY", "CHF")
    terminal = Typed("currency", "usd")
    Setup(terminal, folder / ".env").run()
    assert terminal.shows("The environment has CURRENCY too")
    assert (folder / ".env").read_text().startswith(OLD)


def test_what_is_missing_is_asked_for_and_nothing_else(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering(monkeypatch, {"x-api-key": "known"})
    (folder / ".env").write_text(OLD.replace("SUPPLIER_API_KEY=k # mine\n", ""))
    Setup(Typed("key"), folder / ".env").run()
    assert "SUPPLIER_API_KEY=key\n" in (folder / ".env").read_text()


def test_after_an_end_in_the_midst_it_goes_on_from_there(folder: Path) -> None:
    file = folder / ".env"
    known = {"TELEGRAM_BOT_TOKEN": TOKEN, "SUPPLIER_API_URL": URL, "SUPPLIER_API_KEY": "k"}
    file.write_text(with_settings("", known))
    terminal = Typed("", "later", "UTC", "USD", "en")
    Setup(terminal, file).run()
    assert not terminal.answers
    assert not terminal.shows("What is to change")
    # It is complete now, though the owner is to come later.
    Setup(Typed("end"), file).run()


def test_an_address_that_cannot_be_used_is_asked_for_again(folder: Path) -> None:
    (folder / ".env").write_text(OLD.replace("https://", ""))
    Setup(Typed(URL), folder / ".env").run()
    assert (folder / ".env").read_text() == OLD


def test_signs_that_no_terminal_should_send_are_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    def getpass(_prompt: str) -> str:
        return b"\xff".decode()

    monkeypatch.setattr("bot.commands.terminal.getpass", getpass)
    assert not Terminal().secret("Key").isascii()


def test_a_file_that_cannot_be_read_stays_as_it_is(folder: Path) -> None:
    (folder / ".env").write_text("what is this\n")
    with pytest.raises(NotDoneError, match="line 1 cannot be read"):
        Setup(Typed(), folder / ".env")
    (folder / "sub").write_text("")
    with pytest.raises(NotDoneError, match="othing was changed"):
        Setup(Typed(), folder / "sub" / ".env")


def test_without_a_terminal_it_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_setup() == 1
    assert "run it in a terminal" in capsys.readouterr().err


async def test_what_is_hidden_behind_a_hundred_messages_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def ask(*_: object, **__: object) -> Reply:
        return Reply([{"update_id": number} for number in range(100)], None)

    monkeypatch.setattr(DirectTelegram, "ask", ask)
    with pytest.raises(network.TooManyWaiting):
        await network.wait_for_tap(TOKEN, "http://t", "ABCD2345")
