"""What cannot be read of an answer is told once, by name alone."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

import httpx
import pytest
import structlog

from bot.supplier import Operation, unread

from .support import ASK, market

ODD = {
    "order_id": "o1",
    "quantity": "hunter2",
    "total_amount": "88,01",
    "product": {"title": "Netflix", "price": "hunter2"},
}


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    # A log of its own: another test may have set up the house's, for good.
    heard: list[dict[str, Any]] = []

    def keep(_logger: Any, _name: str, line: MutableMapping[str, Any]) -> str:
        heard.append(dict(line))
        raise structlog.DropEvent

    monkeypatch.setattr(unread, "_log", structlog.wrap_logger(None, processors=[keep]))
    return heard


async def test_fields_that_cannot_be_read_are_told_once_for_each_list(
    lines: list[dict[str, Any]],
) -> None:
    async with market(lambda _: httpx.Response(200, json={"results": [ODD, ODD]})) as client:
        for _ in range(3):
            await client.list_orders()
    assert sorted(each["field"] for each in lines) == ["product.price", "quantity", "total_amount"]
    assert {each["operation"] for each in lines} == {"list_orders"}
    assert "hunter2" not in repr(lines)


async def test_fields_of_one_thing_are_told_too(lines: list[dict[str, Any]]) -> None:
    async with market(lambda _: httpx.Response(200, json={"order": ODD})) as client:
        await client.get_order("o1")
    assert {each["operation"] for each in lines} == {"get_order"}
    assert len(lines) == 3


@pytest.mark.parametrize(
    "operation",
    [
        Operation.LIST_ORDERS,
        Operation.LIST_TICKETS,
        Operation.LIST_PRODUCTS,
        Operation.LIST_PAYMENTS,
    ],
)
async def test_items_that_cannot_be_read_are_counted_once_for_each_list(
    lines: list[dict[str, Any]], operation: Operation
) -> None:
    body = {"results": [{"hunter2": 1}, 5, None]}
    async with market(lambda _: httpx.Response(200, json=body)) as client:
        for _ in range(2):
            await ASK[operation](client)
    ((line),) = lines
    assert (line["operation"], line["items"]) == (str(operation), 3)
    assert "hunter2" not in repr(lines)
