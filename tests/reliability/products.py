"""Products: nothing is done twice or unasked, and what the chats say of it is in the ledger.

The marketplace's ledger names every account that came into a pool: more than the bot can read.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

from .evidence import Evidence, Shown
from .record import Wrote

# Kinds of intents that are about a product.
OF_PRODUCTS: Final = frozenset({"add_stock", "product_edit", "product_status"})
_ID: Final = re.compile(r"^ID (\S+)$", re.MULTILINE)
_STATUSES: Final = {"active": "on sale", "inactive": "paused"}
_WORDS: Final = {"active": "active", "inactive": "paused"}  # that a button carries
_SWITCHED: Final = re.compile(r"✅ (?:Paused|Put on sale) by \w+")
_PRICED: Final = re.compile(r"✅ Price changed by \w+")
_ADDED: Final = re.compile(r"([\d,]+) accounts? (?:added|(?:was|were) added before)")
_UNCLEAR: Final = re.compile(r"([\d,]+) may be in the pool: nobody knows")
_LEFT: Final = re.compile(r"([\d,]+) lines? (?:was|were) not sent")


def done_to_products(found: Evidence) -> Iterator[str]:
    """Every change goes back to a confirmed press, is made once, and changes nothing else."""
    for product_id, product in found.products.items():
        yield from _changes(found, product_id, product["title"])
        yield from _accounts(found, product_id, product["title"])


def _changes(found: Evidence, product_id: str, title: str) -> Iterator[str]:
    for change in found.by("product_updated", product_id):
        if change["detail"]["fields"] not in (["price"], ["status"]):
            yield f"UNASKED: of {title} {change['detail']['fields']} changed"
    sent: Counter[str] = Counter()
    for call in found.calls_about("update_product", product_id):
        sent.update(
            str(Decimal(str(value))) if name == "price" else str(value)
            for name, value in call["body"].items()
            if name in {"price", "status"}
        )
    wanted = Counter(
        str(Decimal(wrote.text))
        for wrote, intent_id in _intents(found, "product_edit", product_id)
        if _confirmed(found, intent_id)
    )
    for status, word in _WORDS.items():
        wanted[status] = sum(p.data == f"ps:{product_id}:{word}" for p in found.record.pressed)
    for what, times in sent.items():
        if times > wanted[what]:
            yield f"TWICE: {title} was set to {what} {times} times, of {wanted[what]} wanted"


def _accounts(found: Evidence, product_id: str, title: str) -> Iterator[str]:
    """Each account that somebody confirmed went there once, and out again where they said so."""
    wanted: Counter[str] = Counter()
    again: Counter[str] = Counter()
    for wrote, intent_id in _intents(found, "add_stock", product_id):
        if _confirmed(found, intent_id):
            wanted.update(set(wrote.lines))
        asked = sum(p.data.startswith(f"an:{intent_id}:again") for p in found.record.pressed)
        again.update(dict.fromkeys(set(wrote.lines), asked))
    there = Counter(
        row for change in found.by("stock_added", product_id) for row in change["detail"]["rows"]
    )
    for line, times in there.items():
        if times > wanted[line]:
            yield f"TWICE: {line} is {times} times in the pool of {title}, of {wanted[line]}"
    sent = Counter(
        line
        for call in found.calls_about("append_product_accounts", product_id)
        for line in _lines(call["body"])
    )
    for line, times in sent.items():
        if times > wanted[line] + again[line]:
            yield f"TWICE: {line} was sent {times} times to {title}, of {wanted[line]} confirmed"


def _lines(body: Any) -> list[str]:
    if "accounts_text" in body:
        return [line for line in str(body["accounts_text"]).split("\n") if line]
    return [f"{each['username']}:{each['password']}" for each in body.get("accounts") or ()]


def _intents(found: Evidence, kind: str, product_id: str) -> Iterator[tuple[Wrote, int]]:
    for intent in found.intents.values():
        if (intent.kind, intent.subject_id) == (kind, product_id) and intent.source is not None:
            yield found.wrote[intent.source], intent.id


def _confirmed(found: Evidence, intent_id: int) -> bool:
    return any(press.confirms for press in found.presses[intent_id])


def claims_of_products(found: Evidence) -> Iterator[str]:
    """A card shows the product as it is; what is said of an import adds up to its lines."""
    for shown in found.shown:
        named = _ID.search(shown.text)
        product = None if named is None else found.products.get(named[1])
        if product is not None and shown.text.startswith("📦"):
            yield from _claims_of_card(found, shown, product)
        wrote = found.wrote.get(shown.reply_to or 0)
        # A copy that was never recorded says for ever what it said at first.
        if wrote is None or wrote.person != shown.person or shown.message_id not in found.recorded:
            continue
        yield from _claims_of_answer(found, shown, wrote)


def _claims_of_card(found: Evidence, shown: Shown, product: Any) -> Iterator[str]:
    title = product["title"]
    if shown.message_id in found.live:
        for piece in (f"${product['price']}", _STATUSES[product["status"]]):
            if piece not in shown.text:
                yield f"UNTRUE: {shown.person}'s card lacks {piece!r}: {shown.text!r}"
    changes = found.by("product_updated", product["product_id"])
    for claimed, field in ((_SWITCHED, "status"), (_PRICED, "price")):
        times = len(claimed.findall(shown.text))
        if times > sum(field in change["detail"]["fields"] for change in changes):
            yield f"UNTRUE: {shown.person}'s card of {title} claims {times} changes of {field}"


def _claims_of_answer(found: Evidence, shown: Shown, wrote: Wrote) -> Iterator[str]:
    for intent in found.made_of(wrote):
        if intent.kind == "product_edit":
            price = Decimal(wrote.text)
            claims = "✅ Price set to" in shown.text
            calls = found.calls_about("update_product", intent.subject_id)
            called = any(Decimal(str(c["body"].get("price") or 0)) == price for c in calls)
            if claims != (intent.state == "done") or (claims and not called):
                yield f"UNTRUE: {shown.person} reads {shown.text!r}; it is {intent.state}"
        elif intent.kind == "add_stock":
            yield from _claims_of_import(found, shown, wrote, intent.subject_id)


def _claims_of_import(
    found: Evidence, shown: Shown, wrote: Wrote, product_id: str
) -> Iterator[str]:
    lines = tuple(dict.fromkeys(wrote.lines))
    texts = [other for other in found.record.wrote if set(lines) & set(other.lines)]
    if len(texts) > 1:
        return  # what was pasted twice cannot be told apart in a pool
    there = {
        row for change in found.by("stock_added", product_id) for row in change["detail"]["rows"]
    }
    arrived = sum(line in there for line in lines)
    added, unclear, left = (
        sum(int(number.replace(",", "")) for number in claim.findall(shown.text))
        for claim in (_ADDED, _UNCLEAR, _LEFT)
    )
    ended = any(word in shown.text for word in ("✅", "not sent", "nobody knows"))
    if ended and added + unclear + left != len(lines):
        yield f"UNTRUE: of {len(lines)} accounts {shown.person} reads {shown.text!r}"
    if not added <= arrived <= added + unclear:
        gone = [line[:13] for line in lines if line not in there]
        yield f"UNTRUE: {gone} never arrived, and {shown.person} reads {shown.text!r}"
    if any(line in there for line in lines[len(lines) - left :]):
        yield f"UNTRUE: accounts that were not sent are there: {shown.text!r}"
