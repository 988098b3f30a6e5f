"""A backup: whole while the bot goes on, without goods or keys; and what is refused."""

from __future__ import annotations

import asyncio
import hashlib
import os
import shutil
import signal
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr
from sqlalchemy import LargeBinary, text
from typer.testing import CliRunner

from bot.cli import app
from bot.commands import backups
from bot.ending import asked_to_end
from bot.model.intent import Kind
from bot.model.product_plans import NewProductPlan, StockPlan
from bot.settings import Settings
from bot.store import intents, migrate, outbox
from bot.store.backup import back_up, look_at
from bot.store.database import Store
from bot.store.errors import BackupRefused, StoreError
from bot.store.spool import Spool
from bot.store.tables import metadata
from bot.store.vault import Vault, load_or_make
from tests.integration.desk.deeds import GOODS, confirm, confirmed, delivery
from tests.support.world import ANN, TOKEN, World

from .conftest import NOW

PASTED = "never-sent@x.example:Umbrella-1964"
SECRET_NOTE = "pays with card 4242"


def everything(file: Path, vault: Vault) -> str:
    """Return what a thief of a backup reads who has the key as well."""
    found = [file.read_bytes().decode("latin-1")]
    with closing(sqlite3.connect(file)) as connection:
        tables = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
        for (table,) in tables.fetchall():
            rows = connection.execute(f'SELECT * FROM "{table}"').fetchall()  # noqa: S608
            found += [
                vault.unseal(value).decode()
                for row in rows
                for value in row
                if isinstance(value, bytes) and value.startswith(b"gAAAA")
            ]
    return "\n".join(found)


async def test_goods_and_keys_are_in_no_backup_also_for_who_has_the_key_and_texts_only_then(
    world: World, tmp_path: Path
) -> None:
    # Delivered; pasted and not confirmed; confirmed and on its way; waiting in the inbox.
    await confirm(world, await delivery(world, GOODS))
    order = await world.order()
    card = await world.says(ANN, await world.number(order))
    await world.says(ANN, PASTED, reply_to=(await world.last(ANN))["message_id"])
    assert card
    await confirmed(world, await delivery(world, "on-its-way:Umbrella-1965"))
    # A product that is being created, and the accounts that are to follow it.
    accounts = StockPlan(lines=(SecretStr("to-follow:Umbrella-1964"),))
    plan = NewProductPlan(
        category_id="c", title="t", description="d", price=Decimal(1), accounts=accounts
    )
    async with world.store.write() as tx:
        made = await intents.propose(
            tx,
            shop_id=world.shop_id,
            kind=Kind.NEW_PRODUCT,
            subject_kind="product",
            subject_id="new:1",
            plan=plan,
            chat_id=ANN,
            person_id=ANN,
            now=world.now,
        )
        assert await intents.confirm(tx, made, ANN, world.now) == "won"
    await world.act("/send", **{"as": ANN}, text="in-the-inbox:Umbrella-1966")
    raw = await world.gateway.get_updates(world.offset)
    async with asyncio.TaskGroup() as answers:
        await world.intake._take_in(raw, world.offset, answers)
    async with world.store.write() as tx:
        await tx.execute(
            text(
                "insert into buyers (shop_id, buyer_id, mark, sealed, changed_at, changed_by) "
                "values (1, 'b', '', :note, '2026-11-26T01:00:00.000000+00:00', 1)"
            ),
            {"note": world.store.vault.seal(SECRET_NOTE.encode())},
        )
        # A message that Telegram refused for good is kept for a month.
        await outbox.tell(
            tx,
            shop_id=world.shop_id,
            chat_id=ANN,
            person_id=ANN,
            view="goods",
            body={"units": ["set-aside:Umbrella-1968"]},
            now=world.now,
        )
        await tx.execute(text("update messages set state = 'aside' where view = 'goods'"))
    file = tmp_path / "backup"
    about = back_up(world.store.path, file, NOW)
    key = (tmp_path / "shop.db.key").read_text("ascii").split()[-1]
    found = everything(file, world.store.vault)
    for goods in (GOODS, "Hunter2222", "Umbrella"):
        assert goods not in found
    for secret in (key, TOKEN, "practice-key"):
        assert secret not in found
    # A person's own words stay, and open with the key alone.
    assert SECRET_NOTE in found
    assert SECRET_NOTE.encode() not in file.read_bytes()
    assert [each[:2] for each in about.ended.under_way] == [
        ("deliver", "order"),
        ("new_product", "product"),
    ]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


async def test_a_backup_made_while_rows_are_written_is_one_moment_of_them(
    world: World, tmp_path: Path
) -> None:
    written = asyncio.Event()
    done = asyncio.Event()

    async def write(store: Store) -> None:
        # Of each pair of notes either both are there or none.
        for pair in range(10_000):
            async with store.write() as tx:
                for half in ("a", "b"):
                    await tx.execute(
                        text(
                            "insert into audit (shop_id, at, deed, subject_kind, subject_id) "
                            "values (1, '2026-11-26T01:00:00.000000+00:00', 'noted', '', :name)"
                        ),
                        {"name": f"{pair}{half}"},
                    )
            written.set()
            await asyncio.sleep(0)
            if done.is_set():
                return

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(write(world.store))
        await written.wait()
        await asyncio.to_thread(back_up, world.store.path, tmp_path / "backup", NOW)
        done.set()
    with closing(sqlite3.connect(tmp_path / "backup")) as connection:
        noted = connection.execute("SELECT subject_id FROM audit WHERE deed = 'noted'").fetchall()
    assert noted
    assert len(noted) % 2 == 0
    assert look_at(tmp_path / "backup").made_at == NOW


# --- what is refused ----------------------------------------------------------------------------


def state(folder: Path) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.iterdir()
        if path.suffix != ".lock"
    }


def changed_digit(folder: Path) -> None:
    file = folder / "backup"
    content = file.read_bytes()
    assert b"88.01" in content
    file.write_bytes(content.replace(b"88.01", b"98.01"))


def cut(folder: Path) -> None:
    file = folder / "backup"
    file.write_bytes(file.read_bytes()[:-5000])


def other_bytes(folder: Path) -> None:
    (folder / "backup").write_bytes(b"PK\x03\x04" + bytes(5000))


def broken_words(folder: Path) -> None:
    """SQLite quotes them, and they are no text."""
    content = (folder / "backup").read_bytes()
    (folder / "backup").write_bytes(content.replace(b" NOT NULL", b" NO\xd4 NULL"))


def empty_file(folder: Path) -> None:
    (folder / "backup").write_bytes(b"")


def a_folder(folder: Path) -> None:
    (folder / "backup").unlink()
    (folder / "backup").mkdir()


def gone(folder: Path) -> None:
    (folder / "backup").unlink()


def itself(folder: Path) -> None:
    (folder / "backup").unlink()
    (folder / "backup").symlink_to(folder / "shop.db")


def newer(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "backup")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '0999'")


def other_program(folder: Path) -> None:
    (folder / "backup").unlink()
    with closing(sqlite3.connect(folder / "backup")) as connection, connection:
        connection.execute("CREATE TABLE bookmarks (url TEXT)")


def in_use(folder: Path) -> None:
    (folder / "backup-wal").touch()


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (changed_digit, "damaged"),
        (cut, "damaged"),
        (broken_words, "damaged"),
        (other_bytes, "no backup of supplier-bot"),
        (other_program, "no backup of supplier-bot"),
        (empty_file, "is empty"),
        (a_folder, "is no file"),
        (gone, "is not there"),
        (itself, "is the database itself"),
        (newer, "newer supplier-bot"),
        (in_use, "in use"),
    ],
)
def test_what_is_no_whole_backup_is_said_in_one_sentence_and_changes_nothing(
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    spoil: Callable[[Path], None],
    says: str,
) -> None:
    spoil(folder)
    before = {} if (folder / "backup").is_dir() else state(folder)
    database = folder / "shop.db"
    status = backups.restore_backup(
        folder / "backup", database, database.with_name("shop.db.key"), yes=True
    )
    assert status == 1
    said = capsys.readouterr()
    assert said.out == ""
    (line,) = said.err.splitlines()
    assert says in line
    if before:
        assert state(folder) == before


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("shop.db-wal", "a file of the database itself"),
        ("other.key", "where the key is kept"),
        ("a" * 300, "cannot be used"),
        ("loop", "leads nowhere"),
    ],
)
def test_no_backup_takes_the_place_of_a_file_that_the_bot_keeps(
    folder: Path, capsys: pytest.CaptureFixture[str], name: str, says: str
) -> None:
    before = state(folder)
    (folder / "loop").symlink_to("loop")
    key = folder / "other.key"
    assert backups.make_backup(folder / name, folder / "shop.db", key) == 1
    assert says in capsys.readouterr().err
    (folder / "loop").unlink()
    assert state(folder) == before


def test_a_name_that_no_file_can_have_is_said(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key = folder / "shop.db.key"
    assert backups.restore_backup(folder / ("a" * 300), folder / "shop.db", key, yes=True) == 1
    assert "cannot be used" in capsys.readouterr().err


def test_nothing_is_written_over_and_a_backup_that_fails_leaves_nothing(folder: Path) -> None:
    before = state(folder)
    with pytest.raises(BackupRefused, match="there already"):
        back_up(folder / "shop.db", folder / "backup", NOW)
    with pytest.raises(BackupRefused, match="folder does not exist"):
        back_up(folder / "shop.db", folder / "nowhere" / "backup", NOW)
    with pytest.raises(BackupRefused, match="no database"):
        back_up(folder / "other.db", folder / "another", NOW)
    assert state(folder) == before
    broken = folder / "broken.db"
    shutil.copy(folder / "shop.db", broken)
    with broken.open("r+b") as file:
        file.seek(9000)
        file.write(b"\xff" * 60_000)
    with pytest.raises(StoreError):
        back_up(broken, folder / "another", NOW)
    assert set(state(folder)) == {*before, "broken.db"}


async def test_a_database_on_which_a_bot_runs_is_left_alone(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    back_up(world.store.path, tmp_path / "backup", NOW)
    key = tmp_path / "shop.db.key"
    assert backups.restore_backup(tmp_path / "backup", world.store.path, key, yes=True) == 1
    assert "already running" in capsys.readouterr().err


@pytest.mark.parametrize(("answer", "status"), [("y", 0), ("n", 1), ("", 1)])
def test_a_restore_says_what_it_replaces_and_asks(
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    answer: str,
    status: int,
) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda _: answer)
    database = folder / "shop.db"
    key = folder / "shop.db.key"
    assert backups.restore_backup(folder / "backup", database, key, yes=False) == status
    said = capsys.readouterr().out
    assert "2026-11-26 01:00 UTC" in said
    assert f"It replaces {database}: 1 order, 0 tickets and 1 person" in said
    assert len(list(folder.glob("shop.db.replaced-*"))) == (status == 0)


def test_ctrl_c_at_the_question_of_a_restore_is_a_no(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_question: str) -> str:
        os.kill(os.getpid(), signal.SIGINT)
        raise AssertionError("it was to end")

    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", interrupted)
    before = state(folder)
    with asked_to_end():
        key = folder / "shop.db.key"
        assert backups.restore_backup(folder / "backup", folder / "shop.db", key, yes=False) == 1
    assert state(folder) == before


def test_where_nobody_can_be_asked_nothing_is_changed(folder: Path) -> None:
    before = state(folder)
    key = folder / "shop.db.key"
    assert backups.restore_backup(folder / "backup", folder / "shop.db", key, yes=False) == 1
    assert state(folder) == before


def test_a_damaged_database_is_replaced_too_and_kept(folder: Path) -> None:
    database = folder / "shop.db"
    database.write_bytes(b"\x00" * 8192)
    key = folder / "shop.db.key"
    assert backups.restore_backup(folder / "backup", database, key, yes=True) == 0
    (kept,) = folder.glob("shop.db.replaced-*")
    assert kept.read_bytes() == b"\x00" * 8192
    assert look_at(database).contents.orders == 1


def test_with_another_key_what_it_does_not_open_is_left_out_and_said(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key = folder / "shop.db.key"
    key.write_bytes(Fernet.generate_key())
    (folder / "shop.db").unlink()
    assert backups.restore_backup(folder / "backup", folder / "shop.db", key, yes=True) == 0
    said = capsys.readouterr().out
    assert "does not open" in said
    with closing(sqlite3.connect(folder / "shop.db")) as connection:
        assert connection.execute("SELECT count(*) FROM vault_marks").fetchone() == (0,)
        assert connection.execute("SELECT count(*) FROM unit_hashes").fetchone() == (0,)
        assert connection.execute("SELECT count(*) FROM orders").fetchone() == (1,)


def test_a_shop_that_was_restored_without_its_key_can_be_locked_at_once(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    database, key = folder / "shop.db", folder / "shop.db.key"
    key.unlink()
    assert backups.restore_backup(folder / "backup", database, key, yes=True) == 0
    assert "The lock code and all PINs went with the key" in capsys.readouterr().out
    monkeypatch.setenv("DATABASE_URL", f"sqlite+aiosqlite:///{database}")
    monkeypatch.setenv("SECRETS_FILE", str(key))
    assert CliRunner().invoke(app, ["lock"]).stdout.startswith("Locked: nothing is sent")
    code = CliRunner().invoke(app, ["lock", "--show-code"]).stdout
    assert CliRunner().invoke(app, ["lock", "--show-code"]).stdout == code
    found = migrate.look(database)
    assert found.locked_at is not None
    # The bot goes on with the key that was made.
    assert found.mark == load_or_make(key).mark
    assert stat.S_IMODE(key.stat().st_mode) == 0o600


@pytest.mark.skipif(os.geteuid() != 0, reason="root alone makes files for somebody else")
def test_what_root_backs_up_or_restores_is_of_the_owner_of_the_folder(folder: Path) -> None:
    (folder / "shop.db.key").unlink()
    try:
        for each in (folder, folder / "shop.db"):
            os.chown(each, 65534, 65534)
    except OSError:
        pytest.skip("this root may give nothing away")
    database, key = folder / "shop.db", folder / "shop.db.key"
    assert backups.restore_backup(folder / "backup", database, key, yes=True) == 0
    assert backups.make_backup(folder / "another", database, key) == 0
    load_or_make(key)
    Spool(folder / "shop.db.files").new("png")
    made = {each for each in folder.rglob("*") if each.name != "backup"}
    assert {"shop.db", "shop.db.key", "shop.db.lock", "another"} < {each.name for each in made}
    assert {each.stat().st_uid for each in made} == {65534}


def test_the_commands_take_the_database_of_the_settings_and_no_other_setting(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("DATABASE_URL", "sqlite+aiosqlite:///shop.db")
    for words, status in (
        (["backup", "another"], 0),
        (["backup", "another"], 1),
        (["restore", "another", "--yes"], 0),
        (["restore", "another"], 1),
    ):
        assert CliRunner().invoke(app, words).exit_code == status, words
    monkeypatch.setenv("DATABASE_URL", "postgresql://here/shop")
    done = CliRunner().invoke(app, ["backup", "third"])
    assert done.exit_code == 2
    assert done.stderr.startswith("DATABASE_URL: ")


# What becomes of each column that may hold something secret: whoever adds one decides here, and in
# `bot.store.emptying` where it may hold goods.
EMPTIED = {
    ("drafts", "sealed"),
    ("errands", "sealed"),
    ("inbox", "sealed"),
    ("intents", "sealed"),  # but for what is looked for after a restore, none of it goods
    ("invitations", "code_hash"),
    ("messages", "sealed"),
    ("pairings", "code_hash"),
    ("stock_lines", "sealed"),
}
KEPT = {
    ("buyers", "sealed"),
    ("person_pins", "hash"),
    ("person_pins", "salt"),
    ("saved_texts", "sealed"),
    ("shop_safety", "sealed_code"),
    ("stock_hashes", "hash"),
    ("ticket_texts", "sealed"),
    ("tickets", "sealed"),
    ("unit_hashes", "hash"),
    ("vault_marks", "mark"),
}


def test_of_every_secret_column_it_is_decided_whether_a_backup_holds_it() -> None:
    secret = {
        (table.name, column.name)
        for table in metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, LargeBinary)
    }
    assert secret == EMPTIED | KEPT
