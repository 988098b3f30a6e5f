"""What an answer means: the body of a success, or the error that says what is so."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlsplit

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
_LOGIN_PATHS: Final = frozenset({*_LOGIN_WORDS, "log_in", "sign_in"})
_LOGIN_PAGE_SCAN: Final = 65_536
# The request was not carried out where it was sent; 302 and 303 may also follow work that was done.
_ELSEWHERE: Final = frozenset({301, 307, 308})
# A server or a proxy gave up waiting: on a write, nobody knows how far it got.
_GAVE_UP: Final = frozenset({408, 499})
_TOO_EARLY: Final = 425
# What contradicts a ``success`` that stands beside it.
_COMPLAINTS: Final = ("error", "errors", "detail")
_FAILED: Final = frozenset({"error", "fail", "failed", "failure"})
_THINGS: Final = ("order", "ticket", "product")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back over the wire; ``content`` may be cut short when the status is no success."""

    status: int
    headers: Mapping[str, str]
    content: bytes


@dataclass(frozen=True, slots=True)
class Judge:
    """Decides what one call's answer means; ``ids`` are those of the thing it is about."""

    operation: Operation
    words: Words
    ids: Mapping[str, str] = field(default_factory=dict)
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
        if _leads_to_login(answer.headers.get("location", "")):
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

    def done(self, body: Any) -> Mapping[str, Any]:
        """Return a write's answer as one object, or raise: done is said by the marketplace alone.

        It must say ``success`` and nothing that contradicts it. Whatever else it holds may just as
        well stand in a denial, so that its outcome is open.
        """
        if isinstance(body, Mapping) and says_done(body, self.ids):
            inner = body.get("data")
            return {**body, **inner} if isinstance(inner, Mapping) else dict(body)
        raise self.unreadable(self.words.sentence(body))


def says_done(body: Mapping[str, Any], ids: Mapping[str, str]) -> bool:
    """Say whether an answer tells that this was done, and to the thing that ``ids`` names."""
    inner = body.get("data")
    places = [body, *([inner] if isinstance(inner, Mapping) else [])]
    said = [each["success"] for each in places if "success" in each]
    if not said or not all(_says_yes(each) for each in said):
        return False
    if any(each.get(name) for each in places for name in _COMPLAINTS):
        return False
    if any(str(each.get("status")).strip().lower() in _FAILED for each in places):
        return False
    things = [each[name] for each in places for name in _THINGS if name in each]
    places += [each for each in things if isinstance(each, Mapping)]
    return not any(_is_foreign(each.get(name), ids[name]) for each in places for name in ids)


def _is_foreign(value: Any, asked: str) -> bool:
    """Say whether this is the ID of something else; what is no ID says nothing."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return False
    return str(value).strip() not in {"", asked}


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


def _leads_to_login(location: str) -> bool:
    """Say whether a whole part of the path asks for a login; elsewhere the word means nothing."""
    try:
        path = urlsplit(location).path
    except ValueError:
        return False
    return any(part.partition(".")[0].lower() in _LOGIN_PATHS for part in path.split("/"))


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
