import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from bot.supplier import (
    Forbidden,
    NotAuthorised,
    NotFound,
    Operation,
    OutcomeUnknown,
    Refused,
    SupplierError,
    Throttled,
    Unavailable,
    Unreadable,
)
from bot.supplier.answers import Answer, Judge, retry_after
from bot.supplier.words import Words

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
READ, WRITE, LIST = Operation.GET_ORDER, Operation.REFUND_ORDER, Operation.LIST_ORDERS
HTML = b"<!doctype html><title>Oops</title>"
LOGIN_PAGE = (NotAuthorised, "login_page")
BY_QUERY = {"location": "/orders/o1/?ref=login"}
BY_CHANCE = {"location": "/products/catalogin/1"}
NO_ADDRESS = {"location": "http://[login/"}
LOGIN = b'<html><h1>Log in</h1><form><input type="password"></form></html>'


def judged(
    operation: Operation,
    status: int,
    content: bytes | dict[str, Any] = b"",
    *,
    session: bool = False,
    headers: dict[str, str] | None = None,
) -> SupplierError | None:
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    sent = httpx.Headers(headers)
    judge = Judge(operation, Words(()), session=session)
    error: SupplierError | None = None
    try:
        judge.body(Answer(status, sent, raw), now=NOW)
    except SupplierError as caught:
        error = caught
    assert error is None or (error.operation is operation and error.__context__ is None)
    return error


@pytest.mark.parametrize(
    ("status", "content", "headers", "on_read", "on_write"),
    [
        (401, HTML, {}, (NotAuthorised, "key_refused"), (NotAuthorised, "key_refused")),
        (302, b"", {"location": "/accounts/login/?next=/"}, LOGIN_PAGE, LOGIN_PAGE),
        (307, b"", {"location": "https://x/Sign-In"}, LOGIN_PAGE, LOGIN_PAGE),
        (301, b"", {"location": "/other/"}, (Unavailable, "moved"), (Refused, "redirected")),
        (308, b"", {}, (Unavailable, "moved"), (Refused, "redirected")),
        # Only a whole part of the path says that a login is asked for.
        (301, b"", BY_QUERY, (Unavailable, "moved"), (Refused, "redirected")),
        (302, b"", BY_QUERY, (Unavailable, "moved"), (OutcomeUnknown, "status")),
        (302, b"", BY_CHANCE, (Unavailable, "moved"), (OutcomeUnknown, "status")),
        (302, b"", NO_ADDRESS, (Unavailable, "moved"), (OutcomeUnknown, "status")),
        (302, b"", {"location": "/login.html?next=/x"}, LOGIN_PAGE, LOGIN_PAGE),
        # These two may follow a form that was accepted.
        (302, b"", {"location": "/orders/"}, (Unavailable, "moved"), (OutcomeUnknown, "status")),
        (303, b"", {"location": "/orders/"}, (Unavailable, "moved"), (OutcomeUnknown, "status")),
        (403, b"{}", {}, (Forbidden, "forbidden"), (Forbidden, "forbidden")),
        (404, b'{"message": "No."}', {}, (NotFound, "no_such_item"), (NotFound, "no_such_item")),
        (410, b'{"message": "No."}', {}, (NotFound, "no_such_item"), (NotFound, "no_such_item")),
        (404, HTML, {}, (NotFound, "no_such_address"), (NotFound, "no_such_address")),
        (405, b"{}", {}, (Refused, "wrong_method"), (Refused, "wrong_method")),
        (400, b"{}", {}, (Refused, "refused"), (Refused, "refused")),
        (409, HTML, {}, (Refused, "refused"), (Refused, "refused")),
        (422, b"{}", {}, (Refused, "refused"), (Refused, "refused")),
        (429, HTML, {}, (Throttled, "throttled"), (Throttled, "throttled")),
        (425, b"", {}, (Unavailable, "too_early"), (Unavailable, "too_early")),
        (408, b"", {}, (Unavailable, "server_error"), (OutcomeUnknown, "status")),
        (499, b"", {}, (Unavailable, "server_error"), (OutcomeUnknown, "status")),
        (500, HTML, {}, (Unavailable, "server_error"), (OutcomeUnknown, "status")),
        (503, b"{}", {}, (Unavailable, "server_error"), (OutcomeUnknown, "status")),
        (524, HTML, {}, (Unavailable, "server_error"), (OutcomeUnknown, "status")),
        (599, b"", {}, (Unavailable, "server_error"), (OutcomeUnknown, "status")),
        (200, HTML, {}, (Unreadable, "unreadable"), (OutcomeUnknown, "unreadable")),
        (200, b"", {}, (Unreadable, "unreadable"), (OutcomeUnknown, "unreadable")),
        (204, b"", {}, (Unreadable, "unreadable"), (OutcomeUnknown, "unreadable")),
        (200, b'{"success": tr', {}, (Unreadable, "unreadable"), (OutcomeUnknown, "unreadable")),
        (200, b'{"success": false}', {}, (Refused, "refused"), (Refused, "refused")),
        (200, b'{"success": "False"}', {}, (Refused, "refused"), (Refused, "refused")),
        (200, b'{"success": 0}', {}, (Refused, "refused"), (Refused, "refused")),
    ],
)  # fmt: skip
def test_every_answer_means_one_thing(
    status: int,
    content: bytes,
    headers: dict[str, str],
    on_read: tuple[type, str],
    on_write: tuple[type, str],
) -> None:
    for operation, (kind, reason) in ((READ, on_read), (WRITE, on_write)):
        error = judged(operation, status, content, headers=headers)
        assert error is not None
        assert (type(error), error.reason, error.status) == (kind, reason, status)


@pytest.mark.parametrize("operation", [READ, WRITE])
@pytest.mark.parametrize("content", [b'{"success": true}', b"{}", b"[]", b'{"success": null}'])
def test_readable_answers_of_success_pass(operation: Operation, content: bytes) -> None:
    assert judged(operation, 200, content) is None


def test_a_list_cannot_be_missing_so_its_address_is_wrong() -> None:
    error = judged(LIST, 404, {"detail": "Not Found"})
    assert isinstance(error, NotFound)
    assert error.wrong_address
    missing = judged(READ, 404, {"detail": "Not Found"})
    assert isinstance(missing, NotFound)
    assert not missing.wrong_address


@pytest.mark.parametrize(
    ("operation", "session", "kind"),
    [
        (READ, False, NotAuthorised),
        (READ, True, NotAuthorised),
        (WRITE, True, NotAuthorised),
        (WRITE, False, OutcomeUnknown),
    ],
)
def test_a_login_page_with_200_tells_that_the_session_is_over(
    operation: Operation, session: bool, kind: type
) -> None:
    assert type(judged(operation, 200, LOGIN, session=session)) is kind


def test_a_refusal_carries_the_marketplaces_words() -> None:
    body = {"success": False, "message": "Check the form.", "errors": {"title": ["Too long."]}}
    for status in (200, 400):
        error = judged(WRITE, status, body)
        assert isinstance(error, Refused)
        assert error.message == "Check the form."
        assert error.field_errors == {"title": ("Too long.",)}
        assert str(error) == f"refund_order: refused ({status}): Check the form."
        with pytest.raises(TypeError):
            error.field_errors["price"] = ("x",)  # type: ignore[index]


def test_the_wait_is_read_from_a_429_and_from_a_503() -> None:
    throttled = judged(WRITE, 429, headers={"Retry-After": "7"})
    assert isinstance(throttled, Throttled)
    assert throttled.wait == 7
    away = judged(READ, 503, headers={"Retry-After": "9"})
    assert isinstance(away, Unavailable)
    assert away.wait == 9


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("7", 7.0),
        (" 0.5 ", 0.5),
        ("-3", 0.0),
        ("999999999", 86_400.0),
        ("Sun, 01 Mar 2026 12:00:30 GMT", 30.0),
        ("Sun, 01 Mar 2026 12:00:30 -0000", 30.0),
        ("Sun, 01 Mar 2026 11:00:00 GMT", 0.0),
        ("soon", None),
        ("", None),
        ("nan", None),
        ("inf", None),
        ("Sun, 99 Xyz 2026 99:99:99 GMT", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(value: str | None, seconds: float | None) -> None:
    assert retry_after(value, now=NOW) == seconds


def test_retry_after_knows_other_zones() -> None:
    text = (NOW + timedelta(seconds=5)).astimezone(UTC).strftime("%a, %d %b %Y %H:%M:%S +0000")
    assert retry_after(text, now=NOW) == 5


@pytest.mark.parametrize(
    "body",
    [
        {"success": True},
        {"success": "true"},
        {"success": 1},
        {"success": True, "order_id": "o1", "refund_no": "REF1", "message": "Refunded."},
        {"success": True, "data": {"refund_no": "REF1"}},
        {"success": True, "data": {"success": True, "order_id": "o1"}},
        {"data": {"success": True, "order_id": "o1"}},
        {"success": True, "order": {"order_id": "o1", "status": "refunded_order"}},
        {"success": True, "error": None, "errors": [], "detail": ""},
        {"success": True, "data": None, "order_id": None},
        {"success": True, "order_id": []},
    ],
)
def test_done_is_said_by_the_marketplace_alone(body: Any) -> None:
    assert Judge(WRITE, Words(()), ids={"order_id": "o1"}).done(body)


@pytest.mark.parametrize(
    "body",
    [
        {"order_id": "o1", "message": "Order cannot be refunded."},
        {"order_id": "o1", "refund_no": "REF1"},
        {"data": {"order_id": "o1", "refund_no": "REF1"}},
        {"data": {"success": False, "order_id": "o1"}},
        {"success": True, "data": {"success": False}},
        {"success": None, "order_id": "o1"},
        {"success": "perhaps", "refund_no": "REF1"},
        {"success": 2},
        {"order_id": "o1", "detail": "Not allowed"},
        {"status": "error", "refund_no": ""},
        {"success": True, "status": "error"},
        {"success": True, "error": "No."},
        {"success": True, "errors": {"order_id": ["No."]}},
        {"success": True, "detail": "Not allowed"},
        {"success": True, "data": {"error": "No."}},
        {"success": True, "order_id": "o2"},
        {"success": True, "order_id": 2},
        {"success": True, "data": {"order_id": "o2"}},
        {"success": True, "order": {"order_id": "o2"}},
        {"success": True, "data": {"order": {"order_id": "o2"}}},
        {"message": "Something"},
        {},
        [],
        None,
        "done",
    ],
)
def test_whatever_else_a_write_is_answered_leaves_its_outcome_open(body: Any) -> None:
    with pytest.raises(OutcomeUnknown) as caught:
        Judge(WRITE, Words(()), ids={"order_id": "o1"}).done(body)
    assert caught.value.cause == "unreadable"


def test_the_words_of_a_denial_without_success_are_kept() -> None:
    with pytest.raises(OutcomeUnknown) as caught:
        Judge(WRITE, Words(())).done({"order_id": "o1", "message": "Order cannot be refunded."})
    assert caught.value.message == "Order cannot be refunded."
