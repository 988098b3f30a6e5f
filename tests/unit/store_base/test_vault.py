from __future__ import annotations

import base64
import json
import os
import pickle
import stat
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.store import sealing, vault
from bot.store.errors import SealBroken, SecretsMissing, UnusableAddress
from bot.store.vault import Vault, load, load_or_make

KEY = base64.urlsafe_b64encode(bytes(range(32)))
OTHER = base64.urlsafe_b64encode(bytes(32))
VAULT = Vault(KEY)

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters()),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@settings(deadline=None)
@given(st.binary())
def test_what_is_sealed_opens_again_and_is_not_in_the_clear(data: bytes) -> None:
    token = VAULT.seal(data)
    assert VAULT.unseal(token) == data
    assert len(data) < 8 or data not in token


def test_a_long_text_is_written_slice_by_slice_as_json_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sealing, "AT_ONCE", 3)
    value = {"a": ['"\\\n', "é😀\x00 long", ""], "b": {}, "c": [[], (1, None)], "d": 2.5, "": "x"}
    assert json.loads(sealing.written(value)) == json.loads(json.dumps(value))
    assert max(map(len, sealing._pieces("x" * 10))) == 3


@settings(deadline=None)
@given(json_values)
def test_json_comes_back_as_it_was(value: object) -> None:
    assert VAULT.unseal_json(VAULT.seal_json(value)) == value


def test_what_is_large_is_sealed_in_pieces_of_which_none_is_left_out_moved_or_another_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(vault, "PIECE", 10)
    one = Vault(KEY)
    data = bytes(range(35))
    token, other = one.seal(data), one.seal(data)
    assert one.unseal(token) == data
    pieces, others = token.split(b"."), other.split(b".")
    assert len(pieces) == 4
    for broken in (
        pieces[:-1],
        pieces[1:],
        [pieces[1], pieces[0], *pieces[2:]],
        [*pieces, pieces[-1]],
        [others[0], *pieces[1:]],
        [pieces[0]],
        [*pieces, b""],
        [*pieces[:3], one.seal(b"whole")],
    ):
        with pytest.raises(SealBroken):
            one.unseal(b".".join(broken))


def test_a_large_whole_of_an_earlier_version_opens() -> None:
    data = bytes(vault.PIECE + 1)
    assert Vault(KEY).unseal(Fernet(KEY).encrypt(data)) == data


def test_half_a_surrogate_pair_is_sealed_and_hashed_like_any_other_character() -> None:
    half = "a\ud83d"
    assert VAULT.unseal_json(VAULT.seal_json({"text": half})) == {"text": half}
    assert VAULT.unit_hash(half) != VAULT.unit_hash("a")


@pytest.mark.parametrize(
    "token",
    [
        b"",
        b"user@example.com:secret",
        VAULT.seal(b"goods")[:-5],
        Vault(OTHER).seal(b"user@example.com:secret"),
    ],
    ids=["nothing", "in the clear", "cut off", "of another key"],
)
def test_what_does_not_open_is_told_without_its_content(token: bytes) -> None:
    with pytest.raises(SealBroken) as told:
        VAULT.unseal(token)
    assert "example.com" not in str(told.value)
    assert told.value.__cause__ is None


@pytest.mark.parametrize(
    ("one", "two", "same"),
    [
        ("a@b.c:pw", "  a@b.c:pw\n", True),
        ("line 1\r\nline 2", "line 1\nline 2\r\n", True),
        ("a@b.c:pw", "A@b.c:pw", False),
        ("line 1\nline 2", "line 1 line 2", False),
        ("a  b", "a b", False),
    ],
)
def test_a_unit_is_recognised_whatever_surrounds_it(one: str, two: str, *, same: bool) -> None:
    assert (VAULT.unit_hash(one) == VAULT.unit_hash(two)) is same


def test_hashes_depend_on_the_key_and_on_what_they_are_for() -> None:
    assert len(VAULT.unit_hash("x")) == 32
    assert VAULT.unit_hash("x") == Vault(KEY).unit_hash("x")
    assert VAULT.unit_hash("x") != Vault(OTHER).unit_hash("x")
    assert VAULT.unit_hash("x") != VAULT.code_hash("x")
    assert VAULT.code_hash("x") == Vault(KEY).code_hash("x")
    assert VAULT.code_hash("x") != Vault(OTHER).code_hash("x")
    assert VAULT.mark != Vault(OTHER).mark


def test_a_vault_shows_and_hands_out_nothing() -> None:
    assert repr(VAULT) == str(VAULT) == "Vault(...)"
    with pytest.raises(TypeError):
        pickle.dumps(VAULT)


@pytest.mark.parametrize("key", [b"", b"short", b"?" * 44, base64.urlsafe_b64encode(bytes(31))])
def test_what_is_no_key_is_refused(key: bytes) -> None:
    with pytest.raises(ValueError, match="not a key"):
        Vault(key)


def test_the_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "shop.key"
    assert load(path) is None
    made = load_or_make(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_or_make(path).unseal(made.seal(b"goods")) == b"goods"


def test_an_empty_key_file_was_never_used_and_is_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "shop.key"
    path.touch(0o644)
    made = load_or_make(path)
    assert load_or_make(path).mark == made.mark
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o666])
def test_a_key_that_others_could_read_is_made_private_again(
    tmp_path: Path, mode: int, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "shop.key"
    path.write_bytes(KEY)
    path.chmod(mode)
    assert load_or_make(path).mark == VAULT.mark
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "others could read" in caplog.text
    assert KEY.decode() not in caplog.text


def test_a_key_that_only_its_owner_can_read_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "shop.key"
    path.write_bytes(b"# a note\n\n" + KEY + b"\n")
    path.chmod(0o400)
    assert load_or_make(path).mark == VAULT.mark
    assert stat.S_IMODE(path.stat().st_mode) == 0o400


@pytest.mark.parametrize(
    "content",
    [b"# nothing but a note\n", b"hello\n", KEY + b"\n" + Fernet.generate_key(), b"\xff"],
    ids=["a note", "a word", "two keys", "bytes"],
)
def test_a_file_without_one_key_is_not_overwritten(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "shop.key"
    path.write_bytes(content)
    with pytest.raises(SecretsMissing, match="SECRETS_FILE"):
        load_or_make(path)
    assert path.read_bytes() == content


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnusableAddress, match="nowhere"):
        load_or_make(tmp_path / "nowhere" / "shop.key")


def test_a_new_key_lies_safely_on_the_disk_before_it_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "shop.key"
    synced: list[tuple[int, int]] = []
    real = os.fsync

    def noted(descriptor: int) -> None:
        of = os.fstat(descriptor)
        synced.append((of.st_ino, of.st_size))
        real(descriptor)

    monkeypatch.setattr("bot.store.vault.os.fsync", noted)
    load_or_make(path)
    whole = path.stat()
    # The whole file first, then its name.
    assert synced[0] == (whole.st_ino, whole.st_size)
    assert synced[1][0] == tmp_path.stat().st_ino
