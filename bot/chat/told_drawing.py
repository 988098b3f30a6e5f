"""Draws what the use cases and the poller tell."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import SecretStr

from bot.model.facts import BalanceFacts, GoodsFacts, MenuFacts, Reader, RestoredFacts, Total
from bot.model.intent import Outcome
from bot.model.outgoing import Outgoing
from bot.model.payment import Balance
from bot.model.person import Act
from bot.model.report import unpacked
from bot.model.sources import unpacked as sources_of
from bot.model.stock_source import loaded
from bot.store import naming, orders, positions, tickets
from bot.store.database import Tx
from bot.views import goods as goods_view
from bot.views import payments as payment_views
from bot.views import report as report_view
from bot.views import sentences, talk
from bot.views import sources as source_view

from . import file_drawing, product_drawing

_OF_MONEY = frozenset({"balance", "payments", "report", "summary", "sources"})
_MUCH = ("nothing", "some", "all")
# The machine's words of bot.supplier.errors.NotAuthorised.
_KEY_REFUSED = frozenset({"key_refused", "login_page"})


async def told(
    tx: Tx, shop_id: int, view: str, body: Any, reader: Reader, now: datetime
) -> Outgoing | None:
    """Return what is told; None for what is none of it."""
    match view:
        case "note":
            return sentences.say(body["name"], reader, **body["values"])
        case "goods":
            units = tuple(SecretStr(unit) for unit in body["units"])
            seconds = int(body.get("seconds", 60))
            origins = {int(at): loaded(each) for at, each in body.get("origins", {}).items()}
            shown = GoodsFacts(
                body["order_id"], body["number"], units, body["page"], seconds, origins
            )
            return goods_view.goods_message(shown, reader, now)
        case "failed":
            return _failed(Outcome.model_validate(body), reader, now)
        case "file":
            return file_drawing.below(body, reader, now)
        case view if view in _OF_MONEY:
            return await _of_money(tx, shop_id, view, body, reader, now)
        case "first_look":
            restored = await _restored(tx, shop_id, body.get("restored"))
            return talk.first_look(await menu_facts(tx, shop_id, reader), reader, now, restored)
        case "trouble" | "trouble_over":
            return _trouble(view, body, reader, now)
        case _:
            return None


async def _of_money(
    tx: Tx, shop_id: int, view: str, body: Any, reader: Reader, now: datetime
) -> Outgoing:
    """Return what only an owner may see."""
    if Act.MONEY not in reader.acts:
        return sentences.say("not_allowed", reader)
    match view:
        case "balance":
            return talk.balance(_balance(body), reader, now)
        case "payments":
            return payment_views.payments(product_drawing.payments_told(body), reader, now)
        case "sources":
            return source_view.sources(sources_of(body), reader, now)
        case "summary":
            waits = await menu_facts(tx, shop_id, reader)
            return report_view.summary(unpacked(body), waits, reader, now)
        case _:
            return report_view.report(unpacked(body), reader, now)


async def menu_facts(tx: Tx, shop_id: int, reader: Reader) -> MenuFacts:
    """Return what waits, and how much of the marketplace that is known from."""
    of_orders = await positions.progress(tx, shop_id, "orders")
    of_tickets = await positions.progress(tx, shop_id, "tickets")
    return MenuFacts(
        orders_waiting=await orders.waiting_count(tx, shop_id),
        tickets_waiting=await tickets.waiting_count(tx, shop_id),
        watching=of_orders != "nothing",
        looked_at=min((of_orders, of_tickets), key=_MUCH.index),
        orders_known=await orders.count(tx, shop_id),
        tickets_known=await tickets.count(tx, shop_id),
        acts=reader.acts,
    )


def _balance(body: Any) -> BalanceFacts:
    balance = Balance.model_validate(body["balance"])
    totals = {
        name: Total.unpacked(body.get(name))
        for name in ("sold", "confirmed", "waiting", "unbooked")
    }
    at, looked_at = datetime.fromisoformat(body["at"]), body.get("looked_at", "all")
    return BalanceFacts(balance, at, looked_at=looked_at, **totals)


def _trouble(view: str, body: Any, reader: Reader, now: datetime) -> Outgoing:
    if view == "trouble" and body["reason"] in _KEY_REFUSED:
        return sentences.say("not_authorised", reader, now=now)
    name = "marketplace_away" if view == "trouble" else "marketplace_back"
    return sentences.say(name, reader, now=now, since=_moment(body["since"]))


async def _restored(tx: Tx, shop_id: int, body: Any) -> RestoredFacts | None:
    """Return what a restored database tells of its backup, by what its subjects are called now."""
    if not body:
        return None
    called: dict[str, None] = {}
    for _, subject_kind, subject_id in body["under_way"]:
        called[await naming.called(tx, shop_id, subject_kind, subject_id)] = None
    return RestoredFacts(_moment(body["made_at"]), tuple(called), int(body["open_questions"]))


def _moment(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value)


def _failed(outcome: Outcome, reader: Reader, now: datetime) -> Outgoing:
    """Say why a question was not answered."""
    if outcome.reason in {"throttled", "not_authorised", "forbidden"}:
        return sentences.say(outcome.reason, reader, now=now)
    if outcome.reason == "unavailable":
        return sentences.say("read_failed", reader, now=now, since=outcome.since)
    return sentences.say("marketplace_says", reader, now=now, said=outcome.said)
