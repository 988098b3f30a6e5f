"""Four ways to say who we are. A key never stands in a URL, a repr, a log line or an error."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from http.cookies import SimpleCookie
from typing import Final, Protocol
from urllib.parse import urlsplit

from pydantic import SecretStr

# Names between single dots, or the digits and colons of an IPv6 address.
_HOST: Final = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?|[0-9a-f:.]+(%[a-z0-9]+)?")
# Where the marketplace's own paths begin; what stands before that is a prefix.
_OPERATIONS: Final = re.compile(r"/(?:accounts|orders|payments|products|tickets)/api(?:/|$)")


class AuthKind(StrEnum):
    """How the marketplace is told who we are; the values of ``SUPPLIER_AUTH``."""

    X_API_KEY = "x-api-key"
    BEARER = "bearer"
    BODY = "body"
    SESSION = "session"


class AuthError(ValueError):
    """A key or cookie that is missing or cannot be sent; says so without showing it."""


class Auth(Protocol):
    """What a call carries to be accepted."""

    @property
    def kind(self) -> AuthKind:
        """Which of the four ways this is."""

    def headers(self, *, write: bool, base_url: str) -> dict[str, str]:
        """Return the headers of one call."""

    def fields(self) -> dict[str, str]:
        """Return the fields that go into the JSON body, or the form of a multipart call."""

    def secrets(self) -> tuple[str, ...]:
        """Return everything that must never be shown."""


@dataclass(frozen=True, slots=True)
class ApiKey:
    """The key in the header ``X-API-Key``."""

    key: SecretStr
    kind: AuthKind = AuthKind.X_API_KEY

    def __post_init__(self) -> None:
        _check_header(self.key, "the key")

    def headers(self, *, write: bool, base_url: str) -> dict[str, str]:
        """Return the key's header."""
        return {"X-API-Key": self.key.get_secret_value()}

    def fields(self) -> dict[str, str]:
        """Return nothing: the header says it."""
        return {}

    def secrets(self) -> tuple[str, ...]:
        """Return the key."""
        return (self.key.get_secret_value(),)


@dataclass(frozen=True, slots=True)
class Bearer:
    """The key in the header ``Authorization: Bearer``."""

    key: SecretStr
    kind: AuthKind = AuthKind.BEARER

    def __post_init__(self) -> None:
        _check_header(self.key, "the key")

    def headers(self, *, write: bool, base_url: str) -> dict[str, str]:
        """Return the key's header."""
        return {"Authorization": f"Bearer {self.key.get_secret_value()}"}

    def fields(self) -> dict[str, str]:
        """Return nothing: the header says it."""
        return {}

    def secrets(self) -> tuple[str, ...]:
        """Return the key."""
        return (self.key.get_secret_value(),)


@dataclass(frozen=True, slots=True)
class BodyKey:
    """The key in the field ``key`` of the body, on reads too."""

    key: SecretStr
    kind: AuthKind = AuthKind.BODY

    def __post_init__(self) -> None:
        _check_header(self.key, "the key")

    def headers(self, *, write: bool, base_url: str) -> dict[str, str]:
        """Return nothing: the body says it."""
        return {}

    def fields(self) -> dict[str, str]:
        """Return the key's field."""
        return {"key": self.key.get_secret_value()}

    def secrets(self) -> tuple[str, ...]:
        """Return the key."""
        return (self.key.get_secret_value(),)


@dataclass(frozen=True, slots=True)
class Session:
    """A browser's cookie header; writes also carry its ``csrftoken`` and a ``Referer``."""

    cookie: SecretStr
    kind: AuthKind = AuthKind.SESSION

    def __post_init__(self) -> None:
        _check_header(self.cookie, "the cookie")

    def headers(self, *, write: bool, base_url: str) -> dict[str, str]:
        """Return the cookie, and on writes what protects the browser from forged forms."""
        headers = {"Cookie": self.cookie.get_secret_value()}
        if write:
            headers["Referer"] = base_url.rstrip("/") + "/"
            if token := self._cookies().get("csrftoken"):
                headers["X-CSRFToken"] = token
        return headers

    def fields(self) -> dict[str, str]:
        """Return nothing: the cookie says it."""
        return {}

    def secrets(self) -> tuple[str, ...]:
        """Return the header and every value in it."""
        return (self.cookie.get_secret_value(), *self._cookies().values())

    def _cookies(self) -> Mapping[str, str]:
        """Return the cookies by name; a browser's header is ``a=1; b=2``."""
        found = {}
        for piece in self.cookie.get_secret_value().split(";"):
            name, sign, value = piece.strip().partition("=")
            if sign and value:
                found[name.strip()] = _unquoted(value.strip())
        return found


def make_auth(kind: AuthKind, *, key: SecretStr | None, cookie: SecretStr | None) -> Auth:
    """Return the way to authenticate that the settings name.

    Raises ``AuthError`` when its key or cookie is missing or cannot be sent.
    """
    if kind is AuthKind.SESSION:
        if cookie is None:
            raise AuthError("the cookie is missing")
        return Session(cookie)
    if key is None:
        raise AuthError("the key is missing")
    ways: dict[AuthKind, type[ApiKey | Bearer | BodyKey]] = {
        AuthKind.X_API_KEY: ApiKey,
        AuthKind.BEARER: Bearer,
        AuthKind.BODY: BodyKey,
    }
    return ways[kind](key)


def base_of_operation(url: str) -> str | None:
    """Return the marketplace's own URL where ``url`` is that of one operation, else None.

    Raises ``ValueError`` where it is no URL.
    """
    found = _OPERATIONS.search(urlsplit(url).path)
    return None if found is None else url[: url.index(found[0])]


def check_base_url(url: str) -> str:
    """Return the marketplace's URL without a slash at its end.

    Raises ``ValueError`` in plain words when calls cannot be built on it.
    """
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        raise ValueError("is not a URL such as https://marketplace.example") from None
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("is not a URL such as https://marketplace.example")
    if parts.username is not None or parts.password is not None:
        raise ValueError("must not hold a user or a password")
    if parts.query or parts.fragment:
        raise ValueError('must not hold "?" or "#"')
    if (
        port == 0
        or not url.strip().isascii()
        or not url.strip().isprintable()
        or " " in url.strip()
        or not _HOST.fullmatch(parts.hostname)
    ):
        raise ValueError("is not a URL such as https://marketplace.example")
    return url.strip().rstrip("/")


def _unquoted(value: str) -> str:
    if not value.startswith('"'):
        return value
    jar = SimpleCookie()
    jar.load(f"v={value}")
    return jar["v"].value if "v" in jar else value


def _check_header(secret: SecretStr, what: str) -> None:
    value = secret.get_secret_value()
    if not value or value != value.strip():
        raise AuthError(f"{what} is empty or has spaces around it")
    if not value.isascii() or not value.isprintable():
        raise AuthError(f"{what} holds a sign that cannot be sent: only printable ASCII can")
