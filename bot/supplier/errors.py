"""What can go wrong between us and the marketplace.

::

    SupplierError
    ├── NotAuthorised     the key is not accepted (401, or a login page instead of an answer)
    ├── Forbidden         the key is known, but may not do this (403)
    ├── NotFound          no such thing, or no such address (404)
    ├── Refused           the marketplace said no: nothing was changed
    ├── Throttled         too many calls: nothing was done; ``wait`` says for how long
    ├── Unavailable       surely not carried out: no connection, or a read that failed
    ├── Unreadable        a read was answered with something that cannot be understood
    └── OutcomeUnknown    a write that may or may not have been carried out

Only ``OutcomeUnknown`` leaves open whether something changed; after every other error of a write
it is known that nothing did. Messages are the marketplace's own words, shortened, without control
characters, keys or goods.
"""

# ruff: noqa: N818 - the names say what is so, not that it is an error
from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal

from .operations import Operation

Cause = Literal["timeout", "cut", "status", "unreadable"]


class SupplierError(Exception):
    """A call to the marketplace that did not succeed.

    ``operation``: which one. ``reason``: a short machine word. ``message``: the marketplace's own
    words, empty if it had none. ``status``: the HTTP status, if there was an answer.
    """

    def __init__(
        self,
        operation: Operation,
        reason: str,
        message: str = "",
        *,
        status: int | None = None,
    ) -> None:
        self.operation = operation
        self.reason = reason
        self.message = message
        self.status = status
        super().__init__(operation, reason, message, status)

    def __str__(self) -> str:
        """Say the operation, what happened and the marketplace's words, on one line."""
        status = f" ({self.status})" if self.status is not None else ""
        words = f": {self.message}" if self.message else ""
        return f"{self.operation}: {self.reason}{status}{words}"


class NotAuthorised(SupplierError):
    """The key or the session is not accepted; reasons ``key_refused`` and ``login_page``."""


class Forbidden(SupplierError):
    """The marketplace knows who we are and does not allow this."""


class NotFound(SupplierError):
    """Reason ``no_such_item``: no such thing; ``no_such_address``: the address table is wrong."""

    @property
    def wrong_address(self) -> bool:
        """Whether the address, not the thing, is what was not found."""
        return self.reason == "no_such_address"


_NO_FIELDS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType({})


class Refused(SupplierError):
    """The marketplace said no; ``field_errors`` holds its words by field."""

    def __init__(
        self,
        operation: Operation,
        reason: str,
        message: str = "",
        *,
        status: int | None = None,
        field_errors: Mapping[str, tuple[str, ...]] = _NO_FIELDS,
    ) -> None:
        super().__init__(operation, reason, message, status=status)
        self.field_errors: Mapping[str, tuple[str, ...]] = MappingProxyType(dict(field_errors))


class Throttled(SupplierError):
    """Too many calls; ``wait`` is how many seconds the marketplace asks to wait, if it said so."""

    def __init__(
        self,
        operation: Operation,
        reason: str = "throttled",
        message: str = "",
        *,
        status: int | None = None,
        wait: float | None = None,
    ) -> None:
        super().__init__(operation, reason, message, status=status)
        self.wait = wait


class Unavailable(SupplierError):
    """Surely not carried out: never sent, or a read that failed.

    ``wait`` is how many seconds the marketplace asks to wait, if it said so.
    """

    def __init__(
        self,
        operation: Operation,
        reason: str,
        message: str = "",
        *,
        status: int | None = None,
        wait: float | None = None,
    ) -> None:
        super().__init__(operation, reason, message, status=status)
        self.wait = wait


class Unreadable(SupplierError):
    """A read was answered, but not with anything that can be understood."""


class OutcomeUnknown(SupplierError):
    """A write that may have been carried out; ``cause`` says why it is not known."""

    def __init__(
        self,
        operation: Operation,
        cause: Cause,
        message: str = "",
        *,
        status: int | None = None,
    ) -> None:
        super().__init__(operation, cause, message, status=status)
        self.cause: Cause = cause
