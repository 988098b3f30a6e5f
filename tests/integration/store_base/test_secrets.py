from __future__ import annotations

import base64
import sqlite3
import stat
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, select, update

from bot.store import migrate
from bot.store.database import Store
from bot.store.errors import SealBroken, SecretsMissing
from bot.store.opening import open_store
from bot.store.tables import drafts, inbox, intents, shops, unit_hashes
from bot.store.vault import Vault

from .conftest import NOW

GOODS = "mary.poppins@example.com:umbrella-1964"
PLAIN = "TK-in-the-clear-1772446511113"


def everything(folder: Path) -> bytes:
    """Every byte of every file in `folder`."""
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()))


async def deliver(store: Store) -> None:
    """Store what a delivery stores: the update, the draft, the intent, the hashes."""
    seal = store.vault.seal_json
    async with store.write() as tx:
        await tx.execute(
            insert(inbox).values(
                bot_id=1, update_id=1, sealed=seal({"text": GOODS}), received_at=NOW
            )
        )
        await tx.execute(
            insert(drafts).values(
                chat_id=7,
                person_id=7,
                shop_id=1,
                kind="deliver",
                state="open",
                sealed=seal([GOODS]),
                created_at=NOW,
                expires_at=NOW,
            )
        )
        await tx.execute(
            insert(intents).values(
                id=1,
                shop_id=1,
                kind="update_delivered_info",
                subject_kind="order",
                subject_id=PLAIN,
                state="sending",
                sealed=seal({"units": [GOODS]}),
                chat_id=7,
                proposed_by=7,
                created_at=NOW,
                expires_at=NOW,
            )
        )
        await tx.execute(
            insert(unit_hashes).values(
                shop_id=1,
                hash=store.vault.unit_hash(GOODS),
                order_id=PLAIN,
                state="reserved",
                intent_id=1,
                seen_at=NOW,
            )
        )


async def test_no_goods_lie_in_the_clear_in_any_file(store: Store, database: Path) -> None:
    await deliver(store)
    while_open = everything(database.parent)
    assert database.with_name("shop.db-wal").stat().st_size > 0
    async with store.write() as tx:
        await tx.execute(update(intents).values(state="done"))
        await tx.execute(update(inbox).values(sealed=None, handled_at=NOW))
        await tx.execute(delete(drafts))
    afterwards = everything(database.parent)
    migrate.copy(database, datetime(2026, 3, 2, tzinfo=UTC))
    await store.close()
    closed = everything(database.parent)
    for found in (while_open, afterwards, closed):
        # What is not sealed is found: the search would find the goods as well.
        assert PLAIN.encode() in found
        for part in (GOODS, "mary.poppins", "umbrella-1964"):
            assert part.encode() not in found
            assert base64.b64encode(part.encode())[:-4] not in found
            assert part.encode("utf-16-le") not in found


async def test_what_was_deleted_is_wiped_from_the_file(store: Store, database: Path) -> None:
    async with store.write() as tx:
        await tx.execute(insert(shops).values(id=2, name="wiped away", created_at=NOW))
    async with store.write() as tx:
        await tx.execute(delete(shops).where(shops.c.id == 2))
    await store.close()
    assert b"wiped away" not in everything(database.parent)


async def test_the_key_lies_beside_the_database_for_its_owner_alone(
    store: Store, database: Path
) -> None:
    key = database.with_name("shop.db.key")
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    database_files = [path for path in database.parent.iterdir() if path != key]
    secret = key.read_bytes().splitlines()[-1]
    assert len(secret) == 44
    for path in database_files:
        assert secret not in path.read_bytes()
        assert base64.urlsafe_b64decode(secret) not in path.read_bytes()


async def test_the_key_may_lie_elsewhere(url: str, tmp_path: Path, database: Path) -> None:
    elsewhere = tmp_path / "elsewhere.key"
    await (await open_store(url, elsewhere)).close()
    assert not database.with_name("shop.db.key").exists()
    store = await open_store(url, elsewhere)
    assert store.vault.mark == Vault(elsewhere.read_bytes().splitlines()[-1]).mark
    await store.close()


@pytest.mark.parametrize("left", [None, b"", b"# no key in here\n"])
async def test_a_key_that_is_gone_is_told_and_never_silently_replaced(
    store: Store, url: str, database: Path, left: bytes | None
) -> None:
    await deliver(store)
    await store.close()
    key = database.with_name("shop.db.key")
    kept = key.read_bytes()
    remove(key, left)
    with pytest.raises(SecretsMissing, match=r"shop\.db\.key"):
        await open_store(url, None)
    assert (key.read_bytes() if key.exists() else None) == left
    key.write_bytes(kept)
    again = await open_store(url, None)
    async with again.read() as tx:
        sealed = (await tx.execute(select(intents.c.sealed))).scalar_one()
    assert again.vault.unseal_json(sealed) == {"units": [GOODS]}
    await again.close()


def remove(key: Path, left: bytes | None) -> None:
    if left is None:
        key.unlink()
    else:
        key.write_bytes(left)


async def test_another_key_is_not_taken_for_the_right_one(
    store: Store, url: str, database: Path
) -> None:
    await deliver(store)
    await store.close()
    key = database.with_name("shop.db.key")
    key.write_bytes(base64.urlsafe_b64encode(bytes(32)))
    with pytest.raises(SecretsMissing, match="not the key"):
        await open_store(url, None)


async def test_a_damaged_row_is_told_without_what_it_holds(store: Store) -> None:
    await deliver(store)
    async with store.read() as tx:
        sealed = bytes((await tx.execute(select(intents.c.sealed))).scalar_one())
    with pytest.raises(SealBroken):
        store.vault.unseal(sealed[:-1] + b"!")


async def test_errors_of_statements_show_no_values(store: Store, database: Path) -> None:
    async def write() -> None:
        async with store.write() as tx:
            await tx.execute(insert(shops).values(id=1, name=GOODS, created_at=NOW))

    with pytest.raises(Exception, match="UNIQUE") as told:
        await write()
    assert "umbrella" not in str(told.value)
    assert "umbrella" not in repr(store)


def test_a_key_that_was_made_before_a_crash_is_kept(url: str, database: Path) -> None:
    # Between the key and its mark in the database: nothing was sealed yet, nothing is lost.
    migrate.bring_up(database, None)
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("SELECT count(*) FROM vault_marks").fetchone() == (0,)
    assert migrate.look(database) == migrate.Found(migrate.HEAD, None)
