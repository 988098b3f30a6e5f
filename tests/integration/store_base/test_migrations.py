from __future__ import annotations

import base64
import hashlib
import shutil
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import select

from bot.model.press import short_id
from bot.store import migrate
from bot.store.errors import (
    DatabaseBroken,
    DatabaseNewer,
    MigrationFailed,
    StoreError,
    UnusableAddress,
)
from bot.store.opening import open_store
from bot.store.products import get_product
from bot.store.tables import intents, orders, shops

HERE = Path(__file__).parent
# The key that the frozen databases were sealed with.
NEXT = f"{len(migrate.VERSIONS) + 1:04}"
OLD_KEY = base64.urlsafe_b64encode(bytes(range(32)))

ADDS_A_COLUMN = """
    op.add_column("shops", sa.Column("motto", sa.Text(), nullable=False, server_default="none"))
"""
FAILS_HALFWAY = """
    op.create_table("leftovers", sa.Column("id", sa.Integer(), primary_key=True))
    op.execute("UPDATE shops SET name = 'half done'")
    op.execute("DROP INDEX ix_intents_one_live")
    op.execute("INSERT INTO no_such_table VALUES (1)")
"""
LOSES_A_PARENT = """
    op.execute("DELETE FROM shops")
"""


def load_old(database: Path, version: str) -> None:
    """Make `database` from the frozen text of `version`, with its key beside it."""
    with closing(sqlite3.connect(database)) as connection:
        connection.executescript((HERE / f"version_{version}.sql").read_text("utf-8"))
    key = database.with_name(database.name + ".key")
    key.write_bytes(OLD_KEY)
    key.chmod(0o600)


def content(database: Path) -> list[str]:
    with closing(sqlite3.connect(database)) as connection:
        return list(connection.iterdump())


def version_of(database: Path) -> list[str]:
    with closing(sqlite3.connect(database)) as connection:
        return [row for (row,) in connection.execute("SELECT version_num FROM alembic_version")]


def copies(database: Path) -> list[Path]:
    return sorted(database.parent.glob(f"{database.name}.before-*"))


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def leave_with_log(made: Path, database: Path, log: Path) -> None:
    """Make `database` and `log` as a killed process of a newer version leaves them."""
    load_old(made, "0001")
    with closing(sqlite3.connect(made)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("UPDATE alembic_version SET version_num = '0999'")
        connection.commit()
        shutil.copy(made, database)
        shutil.copy(made.with_name(made.name + "-wal"), log)


def make_empty(path: Path) -> None:
    path.touch()


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def other_program(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE bookmarks (url TEXT)")


def next_version(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, steps: str) -> None:
    """Let this be the version after the newest, reached by `steps`."""
    scripts = tmp_path / "scripts"
    shutil.copytree(migrate.SCRIPTS, scripts, ignore=shutil.ignore_patterns("__pycache__"))
    head = (
        "import sqlalchemy as sa\nfrom alembic import op\n"
        f'revision = "{NEXT}"\ndown_revision = "{migrate.HEAD}"\n'
        "branch_labels = None\ndepends_on = None\n"
    )
    (scripts / "versions" / f"{NEXT}_next.py").write_text(
        f"{head}\n\ndef upgrade() -> None:\n{steps}", "utf-8"
    )
    monkeypatch.setattr(migrate, "SCRIPTS", scripts)
    monkeypatch.setattr(migrate, "VERSIONS", (*migrate.VERSIONS, NEXT))
    monkeypatch.setattr(migrate, "HEAD", NEXT)


def test_the_versions_are_those_of_the_scripts_in_their_order() -> None:
    config = Config()
    config.set_main_option("script_location", str(migrate.SCRIPTS))
    config.set_main_option("path_separator", "os")
    scripts = ScriptDirectory.from_config(config)
    assert scripts.get_heads() == [migrate.HEAD]
    assert [script.revision for script in scripts.walk_revisions()][::-1] == list(migrate.VERSIONS)


@pytest.mark.parametrize("version", migrate.VERSIONS)
async def test_a_database_of_every_old_version_opens_with_what_it_holds(
    url: str, database: Path, version: str
) -> None:
    load_old(database, version)
    store = await open_store(url, None)
    async with store.read() as tx:
        order = (await tx.execute(select(orders))).one()
        intent = (await tx.execute(select(intents))).one()
    await store.close()
    assert version_of(database) == [migrate.HEAD]
    assert order.total_amount == Decimal("88.01")
    assert order.placed_at == datetime(2026, 3, 2, 12, 4, tzinfo=UTC)
    assert order.snapshot == {"title": "Netflix"}
    assert store.vault.unseal_json(intent.sealed) == {"note": "kept"}


async def test_products_that_orders_told_of_are_kept_and_fit_into_buttons(
    url: str, database: Path
) -> None:
    load_old(database, "0001")
    at = "2026-03-02T12:04:00.000000+00:00"
    with closing(sqlite3.connect(database)) as connection:
        for identity in ("p1", "a long ID " * 6):
            connection.execute(
                "INSERT INTO products VALUES (1, ?, 'Netflix', '{}', '', 0, 'pool', ?, ?, ?)",
                (identity, at, at, at),
            )
        connection.commit()
    store = await open_store(url, None)
    async with store.read() as tx:
        kept = [await get_product(tx, 1, short_id(each)) for each in ("p1", "a long ID " * 6)]
    await store.close()
    assert [one and (one.product.title, one.delivery_mode, one.listed) for one in kept] == [
        ("Netflix", "pool", False)
    ] * 2


async def test_when_we_delivered_is_known_from_what_was_written_down(
    url: str, database: Path
) -> None:
    load_old(database, "0009")
    at = "2026-03-02T12:09:00.000000+00:00"
    with closing(sqlite3.connect(database)) as connection:
        connection.execute(
            "INSERT INTO audit (shop_id, at, person_id, deed, subject_kind, subject_id) "
            "VALUES (1, ?, 1001, 'delivered', 'order', '64f1')",
            (at,),
        )
        connection.commit()
    store = await open_store(url, None)
    async with store.read() as tx:
        found = (await tx.execute(select(orders.c.delivered_at))).scalars().all()
    await store.close()
    assert found == [datetime(2026, 3, 2, 12, 9, tzinfo=UTC)]


async def test_a_new_database_is_private_and_needs_no_copy(url: str, database: Path) -> None:
    await (await open_store(url, None)).close()
    assert version_of(database) == [migrate.HEAD]
    assert mode(database) == 0o600
    assert copies(database) == []


async def test_an_empty_file_becomes_a_database(url: str, database: Path) -> None:
    make_empty(database)
    await (await open_store(url, None)).close()
    assert version_of(database) == [migrate.HEAD]


def test_a_start_at_the_newest_version_does_not_import_alembic(url: str, database: Path) -> None:
    load_old(database, migrate.HEAD)
    code = (
        "import asyncio, sys\n"
        "from bot.store.opening import open_store\n"
        "async def main():\n"
        f"    store = await open_store({url!r}, None)\n"
        "    await store.close()\n"
        "asyncio.run(main())\n"
        "print([name for name in sys.modules if name.startswith('alembic')])\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "[]\n", "")


async def test_a_migration_keeps_the_rows_and_leaves_a_private_copy_of_before(
    url: str, database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_old(database, "0001")
    before = content(database)
    next_version(monkeypatch, tmp_path, ADDS_A_COLUMN)
    store = await open_store(url, None)
    async with store.read() as tx:
        assert (await tx.execute(select(shops.c.name))).scalars().all() == ["Shop"]
    await store.close()
    assert version_of(database) == [NEXT]
    assert any("motto" in line for line in content(database))
    (copy,) = copies(database)
    assert content(copy) == before
    assert mode(copy) == 0o600
    assert copy.name.startswith(f"shop.db.before-{NEXT}.")


@pytest.mark.parametrize("steps", [FAILS_HALFWAY, LOSES_A_PARENT])
async def test_a_failed_migration_leaves_the_old_database_as_it_was(
    url: str, database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, steps: str
) -> None:
    load_old(database, "0001")
    before = content(database)
    with monkeypatch.context() as newer:
        next_version(newer, tmp_path, steps)
        with pytest.raises(MigrationFailed, match="as it was"):
            await open_store(url, None)
    assert content(database) == before
    store = await open_store(url, None)
    async with store.read() as tx:
        assert (await tx.execute(select(shops.c.name))).scalars().all() == ["Shop"]
    await store.close()


async def test_a_newer_database_is_left_untouched(url: str, database: Path) -> None:
    load_old(database, "0001")
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("UPDATE alembic_version SET version_num = '0999'")
        connection.commit()
    before = digest(database)
    with pytest.raises(DatabaseNewer, match="0999"):
        await open_store(url, None)
    assert digest(database) == before
    assert copies(database) == []


async def test_a_newer_database_that_was_killed_keeps_its_log(
    url: str, database: Path, tmp_path: Path
) -> None:
    log = database.with_name("shop.db-wal")
    leave_with_log(tmp_path / "newer.db", database, log)
    before = (digest(database), digest(log))
    with pytest.raises(DatabaseNewer, match="0999"):
        await open_store(url, None)
    assert (digest(database), digest(log)) == before


@pytest.mark.parametrize(
    ("make", "kind"),
    [
        (lambda path: path.write_bytes(b"not a database, but long enough" * 40), DatabaseBroken),
        (other_program, DatabaseBroken),
        (lambda path: path.write_bytes(b"SQLite format 3\0" + b"\xff" * 5000), StoreError),
    ],
)
async def test_what_is_not_ours_is_refused_and_left_untouched(
    url: str, database: Path, make: object, kind: type[StoreError]
) -> None:
    assert callable(make)
    make(database)
    before = digest(database)
    with pytest.raises(kind) as told:
        await open_store(url, None)
    assert "shop.db" in str(told.value)
    assert digest(database) == before
    assert not database.with_name("shop.db.key").exists()


async def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnusableAddress, match="nowhere"):
        await open_store(f"sqlite:///{tmp_path}/nowhere/shop.db", None)


def test_only_the_latest_copies_are_kept_whatever_version_they_are_of(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_old(database, "0001")
    start = datetime(2026, 3, 2, tzinfo=UTC)
    made = []
    for day, version in enumerate(["0009", "0003", "0001", "0002", "0001"]):
        monkeypatch.setattr(migrate, "HEAD", version)
        made.append(migrate.copy(database, start + timedelta(days=day)))
    assert copies(database) == sorted(made[-migrate.COPIES_KEPT :])


def test_without_room_for_a_copy_nothing_is_migrated(
    database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_old(database, "0001")
    before = content(database)
    next_version(monkeypatch, tmp_path, ADDS_A_COLUMN)

    def full(_folder: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(migrate, "sync_folder", full)
    with pytest.raises(StoreError, match="disk is full"):
        migrate.bring_up(database, "0001")
    assert content(database) == before
    assert copies(database) == []
