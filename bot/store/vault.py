"""The key under which goods are kept, and the keyed hashes that derive from it."""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import logging
import os
import secrets
import struct
from pathlib import Path
from typing import Any, Final

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.model.accounts import one_way, ways

from .errors import SealBroken, SecretsExposed, SecretsMissing, from_os
from .private import create

_log = logging.getLogger(__name__)

_HEADER = b"# supplier-bot: opens the goods kept in the database. Keep it private, keep a copy.\n"
_KEY_BYTES = 32
_LONGEST = 4096
# Bytes that are sealed in a millisecond. What is larger is sealed in pieces of this size: whoever
# seals in a thread lets go of the interpreter between them.
PIECE: Final = 200_000
_BETWEEN: Final = b"."  # of pieces; no token holds it
# Begins each piece: of which whole it is, which piece, of how many.
_PLACE: Final = struct.Struct(">16sII")


class Vault:
    """Seals what may hold goods, and hashes what must be recognised but not kept."""

    __slots__ = ("_codes", "_fernet", "_pieces", "_units", "mark")

    def __init__(self, key: bytes) -> None:
        """Take a Fernet key in its text form (44 characters).

        Raises ValueError when it is not one.
        """
        try:
            secret = base64.urlsafe_b64decode(key)
        except (binascii.Error, ValueError):
            raise ValueError("not a key") from None
        if len(secret) != _KEY_BYTES:
            raise ValueError("not a key")
        self._fernet = Fernet(key)
        # Of its own: a piece never passes for a whole.
        self._pieces = Fernet(base64.urlsafe_b64encode(_derive(secret, b"piece")))
        self._units = hmac.new(_derive(secret, b"unit"), digestmod="sha256")
        self._codes = hmac.new(_derive(secret, b"pairing code"), digestmod="sha256")
        # Says which key this is and nothing about it: the database remembers it.
        self.mark: bytes = _derive(secret, b"mark")[:16]

    def __repr__(self) -> str:
        return "Vault(...)"

    def __reduce__(self) -> str:
        raise TypeError("a vault must not be copied out of the process")

    def seal(self, data: bytes) -> bytes:
        """Encrypt and authenticate `data`."""
        if len(data) <= PIECE:
            return self._fernet.encrypt(data)
        whole, count = secrets.token_bytes(16), -(-len(data) // PIECE)
        tokens = [
            self._pieces.encrypt(
                _PLACE.pack(whole, at, count) + data[at * PIECE : (at + 1) * PIECE]
            )
            for at in range(count)
        ]
        return _BETWEEN.join(tokens)

    def unseal(self, token: bytes) -> bytes:
        """Give back what `seal` was given.

        Raises SealBroken when `token` is damaged or was sealed with another key.
        """
        tokens = token.split(_BETWEEN)
        try:
            if len(tokens) == 1:
                return self._fernet.decrypt(token)
            pieces = [self._pieces.decrypt(each) for each in tokens]
        except InvalidToken:
            raise SealBroken("Something stored does not open with this key.") from None
        places = [_PLACE.unpack(piece[: _PLACE.size]) for piece in pieces]
        whole = places[0][0]
        if places != [(whole, at, len(pieces)) for at in range(len(pieces))]:
            raise SealBroken("Something stored is not whole.")
        return b"".join(piece[_PLACE.size :] for piece in pieces)

    def seal_json(self, obj: Any) -> bytes:
        """Seal anything that JSON can hold."""
        return self.seal(json.dumps(obj, separators=(",", ":")).encode("ascii"))

    def unseal_json(self, token: bytes) -> Any:
        """Give back what `seal_json` was given. Raises SealBroken as `unseal` does."""
        return json.loads(self.unseal(token))

    def unit_hash(self, unit: str) -> bytes:
        """Give the 32 bytes by which a delivered unit is recognised.

        White space around it and the kind of its line ends make no difference, nor does the sign
        between the login and the password of an account.
        """
        return _keyed(self._units, one_way(unit.replace("\r\n", "\n")).strip())

    def unit_hashes(self, unit: str) -> tuple[bytes, ...]:
        """Give that hash, and behind it those of before: each way of writing had its own."""
        text = unit.replace("\r\n", "\n")
        return tuple(_keyed(self._units, way.strip()) for way in ways(text))

    def code_hash(self, text: str) -> bytes:
        """Give the 32 bytes by which a pairing code is checked; unlike any unit's."""
        return _keyed(self._codes, text)


def load_or_make(path: Path) -> Vault:
    """Open the vault of the key file at `path`; a new key (mode 600) when there is none.

    Raises SecretsMissing when the file holds no key, SecretsExposed when others may read it
    and that cannot be changed, and StoreError when it cannot be read or made.
    """
    vault = load(path)
    return _make(path) if vault is None else vault


def load(path: Path) -> Vault | None:
    """Open the vault of the key file at `path`; None without one. Raises as above."""
    return _read(path, makes_private=True)


def peek(path: Path) -> Vault | None:
    """Open the vault of the key file at `path` as it is; None without one.

    Raises SecretsMissing when the file holds no key, and StoreError when it cannot be read.
    """
    return _read(path, makes_private=False)


def _read(path: Path, *, makes_private: bool) -> Vault | None:
    try:
        with path.open("rb") as file:
            if makes_private:
                _keep_private(path, file.fileno())
            text = file.read(_LONGEST)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise from_os(error, str(path)) from error
    return _opened(path, text)


def _opened(path: Path, text: bytes) -> Vault | None:
    if not text:
        # A power cut while it was made: a key is used only after it lies safely on the disk.
        return None
    lines = [line.strip() for line in text.splitlines()]
    keys = [line for line in lines if line and not line.startswith(b"#")]
    try:
        if len(keys) != 1:
            raise ValueError("not one key")  # noqa: TRY301 - the same answer as for a bad one
        return Vault(keys[0])
    except ValueError:
        raise SecretsMissing(
            f"SECRETS_FILE: {path} holds no key. Put back a copy of the right file."
        ) from None


def _make(path: Path) -> Vault:
    key = Fernet.generate_key()
    try:
        if path.exists():
            path.unlink()  # empty, as `load` found
        descriptor = create(path, os.O_WRONLY | os.O_EXCL)
        try:
            os.fchmod(descriptor, 0o600)  # whatever the umask
            os.write(descriptor, _HEADER + key + b"\n")
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        sync_folder(path.parent)
    except OSError as error:
        raise from_os(error, str(path)) from error
    return Vault(key)


def sync_folder(folder: Path) -> None:
    """Make a new name in `folder` survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _keep_private(path: Path, descriptor: int) -> None:
    if not os.fstat(descriptor).st_mode & 0o077:
        return
    try:
        os.fchmod(descriptor, 0o600)
    except OSError:
        raise SecretsExposed(
            f"SECRETS_FILE: others may read {path}. Give it the mode 600 (or 400)."
        ) from None
    _log.warning("others could read the key file %s; it has the mode 600 again", path)


def _derive(secret: bytes, purpose: bytes) -> bytes:
    return HKDF(SHA256(), length=32, salt=None, info=b"supplier-bot " + purpose).derive(secret)


def _keyed(begun: hmac.HMAC, text: str) -> bytes:
    # Of a key that is taken in already: tens of thousands of lines may be hashed.
    one = begun.copy()
    # Telegram's JSON may hold half a surrogate pair; it must hash like any other character.
    one.update(text.encode("utf-8", "surrogatepass"))
    return one.digest()
