"""Every way to authenticate, address, wrap, count, sort, filter and cut, whichever two meet.

A bot is started for each way to authenticate and each sort order. While it runs, the marketplace
changes how it wraps and counts its answers, so that any two values of any two options meet. (How
an answer is wrapped and how it is counted meet where answers are read: in the client's own tests.)
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from .practice import ANN, KEY, Bot, Shop, Someone, running

AUTHS = ("x-api-key", "bearer", "body", "session")
SORTS = ("newest", "oldest", "updated", "random")
ADDRESSES = ("family", "rest", "custom")
PAGE_SIZES = (4, 100, 6)
# Whether the marketplace heeds a filter by status, or shows everything whatever was asked for.
FILTERS = {
    "filtered": ("category_id", "max_price", "min_price", "search", "sort", "status"),
    "unfiltered": (),
}
PAST_END = ("empty", "404", "last")
ENVELOPES = (
    "results",
    "data",
    "items",
    "noun",
    "bare",
    "data.results",
    "data.data",
    "data.items",
    "data.noun",
)
TOTALS = ("count", "total", "total_count", "pagination.total", "meta.total", "none")

Pair = tuple[str, Any, str, Any]


@dataclass
class Way:
    """A bot's own settings, and the answers that the marketplace gives it in turn."""

    fixed: dict[str, Any]
    answers: list[dict[str, str]] = field(default_factory=list)

    def __str__(self) -> str:
        return "-".join(str(value) for value in self.fixed.values())


def pairs(values: dict[str, Any]) -> set[Pair]:
    found = {(*a, *b) for a, b in itertools.combinations(sorted(values.items()), 2)}
    return {pair for pair in found if (pair[0], pair[2]) != ("envelope", "totals")}


def ways() -> list[Way]:
    """Return sixteen ways in which every value of an option meets every value of every other."""
    found = [
        Way(
            {
                "auth": AUTHS[a],
                "sort": SORTS[s],
                "addresses": ADDRESSES[(a + s) % 3],
                "max_page_size": PAGE_SIZES[(a + 2 * s) % 3],
                "past_end": PAST_END[(a + a // 3 + s // 3) % 3],
                "filters": tuple(FILTERS)[(a // 2 + s) % 2],
            }
        )
        for a, s in itertools.product(range(4), range(4))
    ]
    answers = [
        {"envelope": envelope, "totals": totals}
        for envelope, totals in itertools.product(ENVELOPES, TOTALS)
        if envelope != "bare" or totals == "none"  # an array has no place for a total
    ]
    met: set[Pair] = set()
    for way in itertools.islice(itertools.cycle(found), len(found) * 4):
        best = max(answers, key=lambda a: len(pairs({**way.fixed, **a}) - met))
        new = pairs({**way.fixed, **best}) - met
        if new:
            way.answers.append(best)
            met |= new
    return found


WAYS = ways()


def test_any_two_values_meet() -> None:
    met = set().union(*(pairs({**way.fixed, **a}) for way in WAYS for a in way.answers))
    domains: dict[str, tuple[Any, ...]] = {
        "auth": AUTHS,
        "sort": SORTS,
        "addresses": ADDRESSES,
        "max_page_size": PAGE_SIZES,
        "filters": tuple(FILTERS),
        "envelope": ENVELOPES,
        "totals": TOTALS,
    }
    for (one, ones), (other, others) in itertools.combinations(sorted(domains.items()), 2):
        for a, b in itertools.product(ones, others):
            assert (one, a, other, b) in met or (one, other) == ("envelope", "totals")
    assert {way.fixed["past_end"] for way in WAYS} == set(PAST_END)
    assert len(WAYS) == 16


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_an_order_is_pushed_and_delivered_a_ticket_answered_and_the_balance_read(
    shop: Shop, tmp_path: Path, ann: Someone, way: Way
) -> None:
    options = {name: value for name, value in way.fixed.items() if name != "filters"}
    honoured = FILTERS[way.fixed["filters"]]
    shop.market("options", **options, honoured_filters=honoured, **way.answers[0])
    table = tmp_path / "endpoints.toml"
    table.write_text(shop.http.get("/market/control/endpoints").text, "utf-8")
    settings = {"SUPPLIER_AUTH": way.fixed["auth"], "SUPPLIER_ENDPOINTS": str(table)}
    if way.fixed["auth"] == "session":
        settings |= {"SUPPLIER_COOKIE": "sessionid=practice-session; csrftoken=abc123"}
        settings |= {"SUPPLIER_API_KEY": ""}
    yesterday = (datetime.now(UTC) - timedelta(days=1)).isoformat()
    old = shop.market("orders/bulk", count=7, step=3600, created_at=yesterday)["items"]
    with running(Bot(shop, tmp_path, hasty=True, OWNER_IDS=str(ANN), **settings)):
        ann.sees("Watching", "wait for you")
        for answer in way.answers:
            shop.market("options", **answer)
            play(shop, ann)
        told = "\n".join(m["text"] for m in ann.from_bot())
        assert not any(order["order_no"] in told for order in old)
    assert KEY not in table.read_text("utf-8")


def play(shop: Shop, ann: Someone) -> None:
    order = shop.market("orders")
    ticket = shop.market("tickets", order_id=order["order_id"], title="A wish", text="More, please")
    card = ann.sees(order["order_no"], "0 of 1 delivered")
    ticket_card = ann.sees(ticket["ticket_no"], "More, please")
    goods = f"{order['order_no']}@x.example:Pw-1"
    pasted = ann.send(goods, reply_to=card["message_id"])
    wrote = ann.send("Of course.", reply_to=ticket_card["message_id"])
    asked = ann.send("/balance")
    ann.press(ann.sees("Send 1", after=pasted), "Send 1")
    ann.press(ann.sees("Of course.", "Send now", after=wrote), "Send now")
    ann.sees("Balance", "$", after=asked)
    ann.sees_in(card, "1 of 1 delivered by Ann")
    ann.sees("Of course.", "✅ Sent by Ann", after=wrote)
    assert shop.order(order["order_id"])["delivered_rows"] == [goods]
    assert len(shop.changes("deliver", of=order["order_id"])) == 1
    assert len(shop.changes("ticket_reply", of=ticket["ticket_id"])) == 1
