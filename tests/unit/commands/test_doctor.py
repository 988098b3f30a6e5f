"""The doctor: what it says of settings and files, and that it leaves everything as it was."""

from __future__ import annotations

import asyncio
import json
import shutil
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest

from bot.cli import main
from bot.commands import doctor
from bot.commands.doctor_files import check_files
from bot.commands.findings import Finding, all_is_well, as_json, as_line
from bot.store import migrate
from bot.store.lock import DatabaseLock, holder_of
from bot.store.opening import open_store
from tests.support.logs import plain_logs


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a database and its key, as a bot leaves them."""
    folder = tmp_path_factory.mktemp("made")

    async def make() -> None:
        await (await open_store(f"sqlite+aiosqlite:///{folder}/shop.db", None)).close()

    asyncio.run(make())
    return folder


@pytest.fixture
def home(made: Path, tmp_path: Path) -> Path:
    for file in made.iterdir():
        shutil.copy2(file, tmp_path / file.name)
    (tmp_path / ".env").write_text("LOG_LEVEL=INFO\n")
    (tmp_path / ".env").chmod(0o600)
    return tmp_path


def looked_at(home: Path) -> list[Finding]:
    return list(check_files(home / "shop.db", home / "shop.db.key", home / ".env"))


def wrong(findings: list[Finding]) -> list[tuple[str, str]]:
    return [(each.setting, each.said) for each in findings if each.level == "wrong"]


def test_files_that_are_well_are_said_to_be_and_stay_as_they_were(home: Path) -> None:
    before = {each: (each.stat().st_mtime_ns, each.read_bytes()) for each in home.iterdir()}
    findings = looked_at(home)
    assert wrong(findings) == []
    assert {each.setting for each in findings} == {
        ".env",
        "DATABASE_URL",
        "SECRETS_FILE",
        "lock",
    }
    assert any(f"version {migrate.HEAD}" in each.said for each in findings)
    assert {each: (each.stat().st_mtime_ns, each.read_bytes()) for each in home.iterdir()} == before


def test_no_database_yet_is_no_failure(tmp_path: Path) -> None:
    findings = list(check_files(tmp_path / "no.db", tmp_path / "no.db.key", tmp_path / ".env"))
    assert all_is_well(findings)
    assert [each.level for each in findings] == ["note", "ok"]
    assert not list(tmp_path.iterdir())


def others_may_read(home: Path) -> tuple[str, str]:
    (home / "shop.db.key").chmod(0o640)
    return "SECRETS_FILE", "others may read"


def others_may_read_settings(home: Path) -> tuple[str, str]:
    (home / ".env").chmod(0o604)
    return ".env", "others may read"


def no_key(home: Path) -> tuple[str, str]:
    (home / "shop.db.key").unlink()
    return "SECRETS_FILE", "is gone"


def another_key(home: Path) -> tuple[str, str]:
    (home / "shop.db.key").write_text("A" * 43 + "=\n")
    return "SECRETS_FILE", "is not the one"


def a_bad_key(home: Path) -> tuple[str, str]:
    (home / "shop.db.key").write_text("nothing")
    return "SECRETS_FILE", "holds no key"


def a_newer_database(home: Path) -> tuple[str, str]:
    with closing(sqlite3.connect(home / "shop.db", isolation_level=None)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    return "DATABASE_URL", "newer supplier-bot"


def another_database(home: Path) -> tuple[str, str]:
    (home / "shop.db").write_bytes(b"not a database" * 100)
    return "DATABASE_URL", "SQLite"


def a_damaged_database(home: Path) -> tuple[str, str]:
    data = bytearray((home / "shop.db").read_bytes())
    page = 4096
    for at in range(page * 4, len(data), page):
        data[at : at + 64] = b"\xff" * 64
    (home / "shop.db").write_bytes(data)
    return "DATABASE_URL", ""


@pytest.mark.parametrize(
    "harm",
    [
        others_may_read,
        others_may_read_settings,
        no_key,
        another_key,
        a_bad_key,
        a_newer_database,
        another_database,
        a_damaged_database,
    ],
)
def test_what_is_wrong_with_a_file_names_its_setting(home: Path, harm: object) -> None:
    setting, said = harm(home)  # type: ignore[operator]
    found = wrong(looked_at(home))
    assert found
    assert all(each == setting and said in words for each, words in found), found
    assert all(each.todo for each in looked_at(home) if each.level == "wrong")


def test_a_shop_that_is_locked_is_not_well(home: Path) -> None:
    with closing(sqlite3.connect(home / "shop.db", isolation_level=None)) as connection:
        connection.execute("INSERT INTO shops VALUES (1, 'shop', '2026-11-26T03:00:00+00:00')")
        connection.execute(
            "INSERT INTO shop_safety (shop_id, emptied, locked_at) "
            "VALUES (1, 0, '2026-11-26T03:04:05+00:00')"
        )
    (found,) = (each for each in looked_at(home) if each.level == "wrong")
    assert found.said.startswith("the shop is locked since 2026-11-26 03:04 UTC: nothing is sent")
    assert "supplier-bot unlock" in found.todo
    with closing(sqlite3.connect(home / "shop.db", isolation_level=None)) as connection:
        connection.execute("UPDATE shop_safety SET locked_at = 'nonsense'")
    assert [said for _, said in wrong(looked_at(home))] == [
        f"{home}/shop.db: The database file is damaged"
    ]


def test_a_disk_that_is_nearly_full_is_said(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=5 * 1024 * 1024))
    assert wrong(looked_at(home)) == [("DATABASE_URL", f"5 MB are free in {home}")]


def test_a_bot_that_runs_is_seen_without_touching_its_lock(home: Path) -> None:
    assert holder_of(home / "shop.db") is None
    lock = DatabaseLock.take(home / "shop.db")
    try:
        assert "the bot is running" in " ".join(each.said for each in looked_at(home))
    finally:
        lock.release()
    assert holder_of(home / "shop.db") is None


# --- the command --------------------------------------------------------------------------------


@pytest.fixture
def _logs() -> Iterator[None]:
    yield
    plain_logs()


@pytest.mark.usefixtures("_logs")
def test_without_any_setting_it_says_what_is_missing_and_looks_at_the_rest(
    capsys: pytest.CaptureFixture[str], folder: Path
) -> None:
    for arguments in (["doctor"], ["doctor", "--json"]):
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        assert ended.value.code == 1
        said = capsys.readouterr()
        assert said.err == ""
        assert "TELEGRAM_BOT_TOKEN" in said.out
        assert "yet: `run` makes it" in said.out
    checks = json.loads(said.out)["checks"]
    assert [each["setting"] for each in checks if each["level"] == "wrong"] == [
        "TELEGRAM_BOT_TOKEN",
        "SUPPLIER_API_URL",
        "SUPPLIER_API_KEY",
    ]
    assert not list(folder.iterdir())


@pytest.mark.usefixtures("_logs")
@pytest.mark.parametrize(("level", "status"), [("ok", 0), ("note", 0), ("wrong", 1)])
def test_it_ends_with_0_only_when_nothing_is_wrong(
    monkeypatch: pytest.MonkeyPatch, level: str, status: int
) -> None:
    async def examine() -> list[Finding]:
        return [Finding("files", "X", "ok", "fine"), Finding("files", "Y", level, "so", "do")]  # type: ignore[arg-type]

    monkeypatch.setattr(doctor, "examine", examine)
    for machine in (False, True):
        assert doctor.run_doctor(as_machine=machine) == status


def test_a_line_names_the_setting_what_is_so_and_what_to_do() -> None:
    finding = Finding(
        "marketplace",
        "SUPPLIER_ENDPOINTS",
        "wrong",
        "nothing is there",
        "import it",
        operation="get_order",
        address="GET /o/",
        status=404,
        milliseconds=12,
    )
    line = "WRONG  SUPPLIER_ENDPOINTS get_order: GET /o/: nothing is there (404, 12 ms). "
    assert as_line(finding) == line + "To do: import it"
    assert json.loads(as_json([finding])) == {
        "ok": False,
        "checks": [
            {
                "area": "marketplace",
                "setting": "SUPPLIER_ENDPOINTS",
                "level": "wrong",
                "said": "nothing is there",
                "todo": "import it",
                "operation": "get_order",
                "address": "GET /o/",
                "status": 404,
                "milliseconds": 12,
            }
        ],
    }


def test_a_port_that_is_in_use_names_its_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setenv("METRICS_LISTEN", str(port))
        findings = asyncio.run(doctor.examine())
        assert ("METRICS_LISTEN", f"{port} cannot be used: address already in use") in wrong(
            findings
        )
    monkeypatch.setenv("METRICS_LISTEN", "")
    assert "METRICS_LISTEN" not in {each.setting for each in asyncio.run(doctor.examine())}


def test_a_token_of_another_bot_than_the_database_knows_is_said(home: Path) -> None:
    with closing(sqlite3.connect(home / "shop.db")) as connection, connection:
        connection.execute("INSERT INTO offsets VALUES (7, 0)")
    files = (home / "shop.db", home / "shop.db.key", home / ".env")
    assert wrong(list(check_files(*files, 7))) == []
    ((setting, said),) = wrong(list(check_files(*files, 8)))
    assert setting == "TELEGRAM_BOT_TOKEN"
    assert "another bot (8)" in said
