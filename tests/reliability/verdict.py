"""The verdict: what the chats say, compared with what was true on both servers.

Each question yields a sentence for each thing that is wrong. Nothing wrong is nothing yielded.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from .campaign import Campaign
from .claims import claims
from .deeds import done_twice, sold_twice
from .evidence import Evidence
from .products import claims_of_products, done_to_products
from .telegram_side import Copies, extra, inbound
from .unseen import final_states, lost, texts

_LAST_LOOK: Final = 15.0  # seconds for a change deep in a list to be found and shown


@dataclass(frozen=True, slots=True)
class Figures:
    """What one campaign showed; ``wrong`` is empty when every promise was kept."""

    kills: Counter[str]
    orders: int
    tickets: int
    updates: int
    messages: int
    refunds: int
    deliveries: int
    replies: int
    changed_products: int
    imports: int
    faults: int
    copies_lost_answer: int
    copies_killed: int
    occasions: int
    overwritten_unseen: int
    wrong: tuple[str, ...]


def judge(campaign: Campaign) -> Figures:
    """Compare everything, and count."""
    found = _evidence(campaign)
    campaign.no_goods_in_the_clear()
    copies = Copies(found)
    unseen = 0
    wrong = [
        *lost(found),
        *final_states(found),
        *done_twice(found),
        *claims(found),
        *inbound(found),
        *sold_twice(found),
        *done_to_products(found),
        *claims_of_products(found),
        *copies.wrong(),
        *extra(found, copies),
        *file_of(campaign),
        *(f"MISSED: no life came to {point!r}" for point in campaign.missed),
    ]
    for text, problem in texts(found):
        unseen += text == "unseen"
        if text == "lost":
            wrong.append(problem)
    api = [c["kind"] for c in found.changes if c["by"] == "api"]
    deaths = found.record.deaths
    return Figures(
        kills=Counter(death.point if death.named else "random" for death in deaths),
        orders=len(found.orders) - len(found.history & found.orders.keys()),
        tickets=len(found.tickets),
        updates=found.record.updates,
        messages=sum(said.sent for said in found.said),
        refunds=api.count("refund"),
        deliveries=api.count("deliver"),
        replies=api.count("ticket_reply"),
        changed_products=api.count("product_updated"),
        imports=api.count("stock_added"),
        faults=sum(bool(c["fault"]) for c in found.calls),
        copies_lost_answer=len(copies.lost),
        copies_killed=len(copies.killed),
        occasions=copies.occasions,
        overwritten_unseen=unseen,
        wrong=tuple(wrong),
    )


def _evidence(campaign: Campaign) -> Evidence:
    """Gather it once the last look is shown: a text may have changed where nothing else did."""
    deadline = time.monotonic() + _LAST_LOOK
    while True:
        campaign.rest(_LAST_LOOK)
        found = Evidence(campaign)
        if not any(final_states(found)) or time.monotonic() > deadline:
            return found
        campaign.let_live(0.3)


def file_of(campaign: Campaign) -> Iterator[str]:
    """The database is whole, nothing was laid aside, and the log holds no accident."""
    (verdict,) = campaign.ask("pragma integrity_check")[0]
    if verdict != "ok":
        yield f"FILE: {verdict}"
    for row in campaign.ask("pragma foreign_key_check"):
        yield f"FILE: foreign key: {row}"
    for row in campaign.ask("select action, view, error from messages where state = 'aside'"):
        yield f"SET ASIDE: {row}"
    log = (campaign.folder / "bot.log").read_text("utf-8", "replace")
    if "Traceback" in log:
        yield "ACCIDENT: " + log[log.index("Traceback") :][:1500]
