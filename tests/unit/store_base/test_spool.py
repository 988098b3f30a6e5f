"""Files on their way into a chat: private, and soon gone."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from bot.store.errors import StoreError
from bot.store.spool import Spool


def test_a_file_is_for_its_owner_alone_and_has_a_name_of_ours(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "shop.db.files")
    path = spool.new("csv")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(spool.folder.stat().st_mode) == 0o700
    assert spool.path(path.name) == path
    for name in ("../shop.db", "/etc/passwd", "", path.name + "/.."):
        with pytest.raises(ValueError, match="not the name"):
            spool.path(name)
    spool.remove(path.name)
    spool.remove(path.name)
    assert not path.exists()


def test_what_nobody_sent_goes_in_the_end(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "shop.db.files")
    assert spool.tidy() == 0
    spool.new("csv")
    assert spool.tidy() == 0
    assert spool.tidy(older_than=0) == 1
    assert list(spool.folder.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_the_disk_s_trouble(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError):
        Spool(tmp_path / "file" / "files").new("csv")
