"""Whatever a marketplace answers: a value or an error of the tree, and never a secret in it."""

import json
import traceback
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import structlog
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.supplier import (
    Auth,
    BodyKey,
    Operation,
    OutcomeUnknown,
    Session,
    SupplierError,
    Unavailable,
    Unreadable,
    caller,
)

from .support import ASK, GOODS, KEY, market
from .test_client import ANSWERS

# What an answer must never carry on: the key, whole units, and the parts that are worth stealing.
UNIT = (GOODS[0], "Hunter2-Wolf", "anna@mail.example")
SECRETS = (KEY, *GOODS, *UNIT, "XQZ4K-9TTRB-77PLM", "4711-0815")


def secrets_of(operation: Operation) -> tuple[str, ...]:
    """Return what a call of this operation carries and nobody may be shown."""
    if operation is Operation.UPDATE_DELIVERED_INFO:
        return SECRETS
    return (KEY, *UNIT) if operation is Operation.APPEND_PRODUCT_ACCOUNTS else (KEY,)


_said_back = st.sampled_from(
    [
        *SECRETS,
        f"Bad key: {KEY}",
        f"<b>{KEY}</b>",
        json.dumps(list(GOODS)),
        f"rows: {', '.join(GOODS)}",
        KEY.upper(),
        f"{KEY}{KEY}",
    ]
)
_scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(min_value=10**30)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=10)
    | _said_back
)
_NAMES = (
    "success",
    "message",
    "error",
    "errors",
    "detail",
    "data",
    "results",
    "items",
    "orders",
    "order",
    "ticket",
    "count",
    "total",
    "meta",
    "pagination",
    "order_id",
    "ticket_id",
    "id",
    "product",
    "status",
    "delivered_info",
    "balance",
    "refund_no",
)
_names = st.text(max_size=6) | st.sampled_from([*_NAMES, KEY, GOODS[0]])
_json = st.recursive(
    _scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_names, inner, max_size=5),
    max_leaves=12,
)


def _paths(value: Any, here: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield here
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _paths(inner, (*here, name))
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from _paths(inner, (*here, at))


def _replaced(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    if isinstance(value, dict):
        return {**value, path[0]: _replaced(value[path[0]], path[1:], new)}
    return [
        _replaced(each, path[1:], new) if at == path[0] else each for at, each in enumerate(value)
    ]


@st.composite
def _mutated(draw: st.DrawFn, operation: Operation) -> bytes:
    """Return the documented answer with up to three of its values replaced, perhaps cut."""
    answer = ANSWERS[operation]
    for _ in range(draw(st.integers(1, 3))):
        answer = _replaced(answer, draw(st.sampled_from(list(_paths(answer)))), draw(_json))
    content = json.dumps(answer).encode()
    return content[: draw(st.integers(0, len(content)))] if draw(st.booleans()) else content


@st.composite
def _answers(draw: st.DrawFn, operation: Operation) -> tuple[int, dict[str, str], bytes]:
    status = draw(
        st.sampled_from(
            [200, 200, 200, 201, 204, 301, 302, 400, 401, 403, 404, 409, 422, 429, 500, 503]
        )
        | st.integers(200, 599)
    )
    headers = draw(
        st.fixed_dictionaries(
            {},
            optional={
                "Retry-After": st.sampled_from(["3", "-1", "soon", "nan", "1e400", KEY]),
                "Location": st.sampled_from(["/login/", "http://[", f"/?{KEY}", "\u00ff"]),
                "Content-Type": st.sampled_from(["text/html", "application/json; charset=klingon"]),
                "Content-Encoding": st.sampled_from(["gzip", "deflate", "br", "klingon"]),
            },
        )
    )
    content = draw(
        st.binary(max_size=60)
        | _json.map(lambda value: json.dumps(value).encode())
        | _mutated(operation)
        | st.just(b"[" * 3_000)
        | st.just(b'{"a":' * 3_000)
        | st.just(f"<html>{KEY} login type='password'".encode())
    )
    return (
        status,
        {name: value.encode("latin-1").decode("latin-1") for name, value in headers.items()},
        content,
    )


def _shown(error: BaseException) -> str:
    """Return everything that a log or a debugger would show of an error and what led to it."""
    seen: list[str] = []
    waiting: list[BaseException | None] = [error]
    while waiting:
        each = waiting.pop()
        if each is None:
            continue
        seen += [str(each), repr(each), repr(each.args), repr(vars(each))]
        seen += traceback.format_exception(each, limit=0)
        waiting += [each.__cause__, each.__context__]
    return "\n".join(seen).lower()


@pytest.mark.parametrize("operation", list(Operation))
@pytest.mark.parametrize(
    "auth",
    [BodyKey(SecretStr(KEY)), Session(SecretStr(f"sessionid={KEY}; csrftoken={KEY}"))],
    ids=["key", "session"],
)
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
async def test_only_errors_of_the_tree_come_out_and_no_secret_stands_in_them(
    operation: Operation, auth: Auth, data: st.DataObject
) -> None:
    status, headers, content = data.draw(_answers(operation))
    response = {"status_code": status, "headers": headers}

    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(**response, stream=httpx.ByteStream(content))  # type: ignore[arg-type]

    async with market(answer, auth=auth) as client:
        try:
            result = await ASK[operation](client)
        except SupplierError as error:
            caught: SupplierError | None = error
        else:
            caught = None
            message = getattr(result, "message", "")
            assert not any(each.lower() in message.lower() for each in secrets_of(operation))
    if caught is None:
        assert 200 <= status < 300
        return
    shown = _shown(caught)
    for secret in secrets_of(operation):
        assert secret.lower() not in shown
    assert caught.operation is operation
    assert len(caught.message) <= 500
    if status >= 500:
        assert isinstance(caught, OutcomeUnknown if operation.writes else Unavailable)


_GOODS_FIELDS = ("delivered_info", "accounts", "accounts_text", "Delivered_Info")
_goods = st.sampled_from(
    [
        GOODS[0],
        list(GOODS),
        json.dumps(list(GOODS)),
        [{"username": "anna@mail.example", "password": "Hunter2-Wolf"}],
        {"rows": list(GOODS)},
    ]
)


@st.composite
def _with_goods(draw: st.DrawFn, operation: Operation) -> dict[str, Any]:
    """Return an answer, documented or not, in which goods stand where goods may stand."""
    field = {draw(st.sampled_from(_GOODS_FIELDS)): draw(_goods)}
    answer: dict[str, Any] = ANSWERS[operation]
    base = draw(st.sampled_from([answer, {"order_no": "TK1"}, {"order_id": "o2"}, {}]))
    place = draw(st.sampled_from(["", "order", "data", "message", "error", "errors", "detail"]))
    verdicts: list[dict[str, Any]] = [{}, {"success": True}, {"success": False}, {"success": None}]
    said = draw(st.sampled_from(verdicts))
    return {**base, **said, **({place: field} if place else field)}


@pytest.mark.parametrize("operation", list(Operation))
@settings(deadline=None)
@given(data=st.data())
async def test_goods_that_come_back_stand_in_no_error(
    operation: Operation, data: st.DataObject
) -> None:
    body = data.draw(_with_goods(operation))
    status = data.draw(st.sampled_from([200, 200, 400, 403, 404, 409, 429, 500]))
    async with market(lambda _: httpx.Response(status, json=body)) as client:
        try:
            await ASK[operation](client)
        except SupplierError as error:
            shown = _shown(error)
            assert not any(each.lower() in shown for each in UNIT)


@pytest.mark.parametrize("operation", [each for each in Operation if not each.writes])
async def test_a_success_that_cannot_be_read_lends_no_words_to_its_error(
    operation: Operation,
) -> None:
    body = {"order_no": "TK1", "rows": ["anna:Hunter2"], "note": ["anna:Hunter2"]}
    async with market(lambda _: httpx.Response(200, json=body)) as client:
        with pytest.raises(Unreadable) as caught:
            await ASK[operation](client)
    assert caught.value.message == ""


async def test_no_log_line_shows_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    # A log of its own: another test may have set up the house's, for good.
    written = structlog.testing.CapturingLogger()
    line = structlog.processors.KeyValueRenderer()
    monkeypatch.setattr(caller, "_log", structlog.wrap_logger(written, processors=[line]))

    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(400, json={"message": f"{KEY} {GOODS[0]}"})

    async with market(answer) as client:
        for ask in ASK.values():
            with pytest.raises(SupplierError):
                await ask(client)
    printed = "\n".join(str(call) for call in written.calls)
    assert printed.count("marketplace call") == len(Operation)
    assert not any(secret in printed for secret in SECRETS)
