"""What an answer means: the body of a success, or the error that says what is so."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any, Final

from .envelope import NotUnderstoodError, read_json
from .errors import (
    Forbidden,
    NotAuthorised,
    NotFound,
    OutcomeUnknown,
    Refused,
    SupplierError,
    Throttled,
    Unavailable,
    Unreadable,
)
from .operations import Operation
from .words import Words

_MAX_WAIT: Final = 86_400.0
_LOGIN_WORDS: Final = ("login", "log-in", "signin", "sign-in")
_LOGIN_PAGE_SCAN: Final = 65_536
# The request was not carried out where it was sent; 302 and 303 may also follow work that was done.
_ELSEWHERE: Final = frozenset({301, 307, 308})
# A server or a proxy gave up waiting: on a write, nobody knows how far it got.
_GAVE_UP: Final = frozenset({408, 499})
_TOO_EARLY: Final = 425


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back over the wire; ``content`` may be cut short when the status is no success."""

    status: int
    headers: Mapping[str, str]
    content: bytes


@dataclass(frozen=True, slots=True)
class Judge:
    """Decides what one call's answer means."""

    operation: Operation
    words: Words
    session: bool = False

    def body(self, answer: Answer, *, now: datetime) -> Any:
        """Return the JSON of a success; raise the error of our tree that anything else is."""
        body, readable = _parsed(answer)
        error = self._error(answer, body, readable=readable, now=now)
        if error is not None:
            raise error
        return body

    def _error(
        self, answer: Answer, body: Any, *, readable: bool, now: datetime
    ) -> SupplierError | None:
        status = answer.status
        if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
            return self._of_success(answer, body, readable=readable)
        if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
            return self._of_redirect(answer)
        wait = retry_after(answer.headers.get("retry-after"), now=now)
        message = self.words.message(body)
        if (
            status >= HTTPStatus.INTERNAL_SERVER_ERROR
            or status in _GAVE_UP
            or status < HTTPStatus.OK
        ):
            if self.operation.writes:
                return OutcomeUnknown(self.operation, "status", message, status=status)
            return Unavailable(self.operation, "server_error", message, status=status, wait=wait)
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            return Throttled(self.operation, "throttled", message, status=status, wait=wait)
        if status == _TOO_EARLY:
            return Unavailable(self.operation, "too_early", message, status=status, wait=wait)
        return self._of_refusal(status, body, message)

    def _of_refusal(self, status: int, body: Any, message: str) -> SupplierError:
        operation = self.operation
        if status == HTTPStatus.UNAUTHORIZED:
            return NotAuthorised(operation, "key_refused", message, status=status)
        if status == HTTPStatus.FORBIDDEN:
            return Forbidden(operation, "forbidden", message, status=status)
        if status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
            # A list or the balance is always there: without an ID, only the address can be wrong.
            about_a_thing = isinstance(body, Mapping) and (operation.writes or operation.ids)
            reason = "no_such_item" if about_a_thing else "no_such_address"
            return NotFound(operation, reason, message, status=status)
        reason = "wrong_method" if status == HTTPStatus.METHOD_NOT_ALLOWED else "refused"
        fields = self.words.field_errors(body)
        return Refused(operation, reason, message, status=status, field_errors=fields)

    def _of_redirect(self, answer: Answer) -> SupplierError:
        operation, status = self.operation, answer.status
        location = answer.headers.get("location", "").lower()
        if any(word in location for word in _LOGIN_WORDS):
            return NotAuthorised(operation, "login_page", status=status)
        if not operation.writes:
            return Unavailable(operation, "moved", status=status)
        if status in _ELSEWHERE:
            return Refused(operation, "redirected", status=status)
        return OutcomeUnknown(operation, "status", status=status)

    def _of_success(self, answer: Answer, body: Any, *, readable: bool) -> SupplierError | None:
        operation, status = self.operation, answer.status
        if not readable:
            if (self.session or not operation.writes) and _is_login_page(answer.content):
                return NotAuthorised(operation, "login_page", status=status)
            return self.unreadable(status=status)
        if isinstance(body, Mapping) and _says_no(body.get("success", True)):
            fields = self.words.field_errors(body)
            message = self.words.message(body)
            return Refused(operation, "refused", message, status=status, field_errors=fields)
        return None

    def unreadable(self, message: str = "", *, status: int | None = None) -> SupplierError:
        """Return the error for a success that cannot be understood."""
        if self.operation.writes:
            return OutcomeUnknown(self.operation, "unreadable", message, status=status)
        return Unreadable(self.operation, "unreadable", message, status=status)

    def done(self, body: Any, documented: frozenset[str]) -> Mapping[str, Any]:
        """Return a write's answer as one object, or raise: done is said by the marketplace alone.

        It must be an object that says ``success`` or, without it, holds a ``documented`` field.
        """
        if isinstance(body, Mapping):
            inner = body.get("data")
            flat = {**body, **inner} if isinstance(inner, Mapping) else dict(body)
            says = body.get("success")
            complaint = any(body.get(name) for name in ("error", "errors"))
            if _says_yes(says) or (
                says is None and not complaint and not documented.isdisjoint(flat)
            ):
                return flat
        raise self.unreadable(self.words.message(body))


def retry_after(value: str | None, *, now: datetime) -> float | None:
    """Return the seconds that a ``Retry-After`` (seconds or a date) asks for; at most a day."""
    if value is None:
        return None
    value = value.strip()
    try:
        seconds = float(value)
    except ValueError:
        seconds = _until(value, now)
    if not math.isfinite(seconds):
        return None
    return min(max(seconds, 0.0), _MAX_WAIT)


def _until(date: str, now: datetime) -> float:
    try:
        moment = parsedate_to_datetime(date)
    except (ValueError, IndexError, TypeError, OverflowError):
        return math.nan
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return (moment - now).total_seconds()


def _parsed(answer: Answer) -> tuple[Any, bool]:
    try:
        return read_json(answer.content), True
    except NotUnderstoodError:
        return None, False


def _is_login_page(content: bytes) -> bool:
    start = content[:_LOGIN_PAGE_SCAN].lower()
    if not start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return False
    asks = b'type="password"' in start or b"type='password'" in start or b"type=password" in start
    return asks and any(word.encode() in start for word in (*_LOGIN_WORDS, "log in", "sign in"))


def _says_no(value: Any) -> bool:
    if isinstance(value, str):
        return value.strip().lower() in {"false", "0", "no"}
    return isinstance(value, int) and not value


def _says_yes(value: Any) -> bool:
    if isinstance(value, str):
        return value.strip().lower() in {"true", "1", "yes"}
    return isinstance(value, int) and value == 1
