"""Files of ours, in a folder whose owner may have put something else there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.store.errors import StoreError
from bot.store.lock import DatabaseLock
from bot.store.spool import Spool


def test_a_link_in_the_place_of_a_file_of_ours_is_neither_written_to_nor_given_away(
    tmp_path: Path,
) -> None:
    theirs, ours = tmp_path / "theirs", tmp_path / "ours"
    theirs.mkdir()
    ours.mkdir()
    (ours / "kept").write_text("kept")
    (ours / "twice").write_text("kept")
    if os.geteuid() == 0:
        try:
            os.chown(theirs, 65534, 65534)
        except OSError:
            pytest.skip("this root may give nothing away")
    (theirs / "shop.db.lock").symlink_to(ours / "kept")
    (theirs / "other.db.lock").hardlink_to(ours / "twice")
    (theirs / "shop.db.files").symlink_to(ours)
    with pytest.raises(StoreError):
        DatabaseLock.take(theirs / "shop.db")
    DatabaseLock.take(theirs / "other.db").release()
    Spool(theirs / "shop.db.files").new("png")
    assert (ours / "kept").read_text() == "kept"
    assert {each.stat().st_uid for each in (ours, *ours.iterdir())} == {os.geteuid()}


@pytest.mark.skipif(os.geteuid() != 0, reason="root alone gives files away")
def test_what_is_there_already_stays_whose_it_is_when_root_opens_it(tmp_path: Path) -> None:
    lock, spool = tmp_path / "shop.db.lock", tmp_path / "shop.db.files"
    lock.touch(0o600)
    spool.mkdir()
    for each in (lock, spool):
        try:
            os.chown(each, 65534, 65534)
        except OSError:
            pytest.skip("this root may give nothing away")
    # The folder is root's, and its group may write there.
    DatabaseLock.take(tmp_path / "shop.db").release()
    made = Spool(spool).new("png")
    assert {each.stat().st_uid for each in (lock, spool, made)} == {65534}
