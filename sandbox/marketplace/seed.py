"""A believable shop to begin with: a catalogue, some days of trade, a few complaints."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial

from sandbox.clock import Clock, SettableClock
from sandbox.marketplace import catalogue, pool, support, trade
from sandbox.marketplace.ledger import CONTROL, Ledger
from sandbox.marketplace.market import Market
from sandbox.marketplace.options import MarketOptions
from sandbox.marketplace.records import Category, Order, Product


@dataclass(frozen=True)
class _Shelf:
    """A row of the catalogue; `pool` units are delivered by the marketplace itself."""

    path: str
    title: str
    price: str
    days: int
    pool: int = 0
    least: int = 1


_SHELVES = (
    _Shelf("Streaming > Video", "Netflix Premium 1 month", "8.90", 30),
    _Shelf("Streaming > Video", "Disney+ Standard 1 month", "5.49", 30, pool=9),
    _Shelf("Streaming > Video", "YouTube Premium 3 months", "14.99", 90),
    _Shelf("Streaming > Music", "Spotify Family 1 month", "6.75", 30, pool=14),
    _Shelf("Software > Windows", "Windows 11 Pro key", "17.50", 365),
    _Shelf("Software > Office", "Office 2021 Professional Plus key", "29.00", 365),
    _Shelf("Software > Security", "NordVPN 1 year account", "24.90", 60, pool=6),
    _Shelf("Games > Gift cards", "Steam wallet 20 USD", "19.20", 2),
    _Shelf("Games > Gift cards", "PlayStation Store 50 EUR", "48.75", 2),
    _Shelf("Games > Accounts", "Minecraft Java & Bedrock account", "16.40", 7, pool=4),
    _Shelf("AI tools > Subscriptions", "ChatGPT Plus 1 month", "15.80", 25),
    _Shelf("Social > Accounts", "Aged Gmail account, 2015", "1.35", 2, pool=40, least=2),
)

# What became of the seeded orders, oldest first: (hours ago, product, quantity, fate).
_FATES = (
    (142.0, "Netflix", 1, "confirmed"),
    (139.5, "Spotify", 1, "pool confirmed"),
    (131.0, "Windows", 1, "confirmed"),
    (120.2, "Gmail", 5, "pool confirmed"),
    (118.7, "Steam", 2, "delivered"),
    (112.4, "ChatGPT", 1, "refunded"),
    (97.3, "Office", 1, "confirmed"),
    (95.8, "Disney", 1, "pool"),
    (90.1, "PlayStation", 1, "delivered"),
    (74.6, "Netflix", 2, "delivered"),
    (71.9, "NordVPN", 1, "pool"),
    (68.3, "YouTube", 1, "abandoned"),
    (55.5, "Windows", 1, "refunded after delivery"),
    (50.8, "Minecraft", 1, "pool"),
    (47.2, "Steam", 1, "delivered"),
    (33.4, "ChatGPT", 1, "delivered"),
    (29.9, "Spotify", 2, "pool"),
    (26.1, "Netflix", 1, "delivered"),
    (22.7, "Gmail", 2, "pool"),
    (11.3, "Office", 1, "running"),
    (6.8, "YouTube", 3, "partly delivered"),
    (3.9, "Windows", 1, "paid"),
    (2.1, "Steam", 1, "paid"),
    (0.9, "Netflix", 2, "paid"),
    (0.3, "PlayStation", 1, "unpaid"),
)

# Complaints: (position in _FATES, hours after the order, title, text, what became of it).
_COMPLAINTS = (
    (4, 3.0, "Second code", "The second code says already redeemed.", "resolved"),
    (
        12,
        2.0,
        "Key refused",
        "Windows says the key is <b>blocked</b>. I want my money back.",
        "closed",
    ),
    (9, 20.0, "Password", "Wrong password on the second one", "open"),
    (15, 8.0, "Kicked out", "I was logged out & cannot get in again.", "in_progress"),
    (8, 40.0, "Region", "This code is for another country!!", "admin"),
)


def seeded(options: MarketOptions, clock: Clock, seed: int, *, empty: bool = False) -> Market:
    """Build a market with its past; with `empty` there is a catalogue and nothing else.

    The past is lived through by the market's own rules on a clock of its own, then the real one
    is put in and the ledger begins. The same seed gives the same IDs.
    """
    now = clock.now()
    past = SettableClock(now - timedelta(days=30))
    market = Market(MarketOptions(pool_delay=0), past, seed)
    _stock(market)
    if not empty:
        past.advance((now - timedelta(days=6) - past.now()).total_seconds())
        _live(market, past, now)
    market.options, market.clock, market.ledger = options, clock, Ledger()
    return market


def _stock(market: Market) -> None:
    parents: dict[str, str] = {}
    leaves: dict[str, Category] = {}
    for shelf in _SHELVES:
        parent = shelf.path.partition(" > ")[0]
        parents.setdefault(parent, market.new_id())
        if shelf.path not in leaves:
            leaf = Category(market.new_id(), parents[parent], shelf.path)
            leaves[shelf.path] = market.categories[leaf.id] = leaf
        draft = catalogue.Draft(
            category=leaves[shelf.path],
            title=shelf.title,
            description=f"<p>{shelf.title}. Delivered within minutes.</p>",
            price=Decimal(shelf.price),
            stock=market.chance.randrange(20, 90),
            fields={
                "warranty_days": shelf.days,
                "min_quantity": shelf.least,
                "rating": Decimal(market.chance.randrange(410, 500)) / 100,
            },
            accounts=[(_user(market), _password(market)) for _ in range(shelf.pool)],
        )
        catalogue.create(market, CONTROL, draft)


def _user(market: Market) -> str:
    names = ("amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "heron")
    return f"{market.chance.choice(names)}{market.chance.randrange(100, 10000)}@mail.example"


def _password(market: Market) -> str:
    letters = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghjkmnpqrstuvwxyz23456789"
    return "".join(market.chance.choices(letters, k=11))


def _goods(market: Market, product: Product) -> str:
    if "key" in product.title or "Gift" in product.category.path:
        letters = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
        return "-".join("".join(market.chance.choices(letters, k=5)) for _ in range(4))
    return f"{_user(market)}:{_password(market)}"


def _live(market: Market, past: SettableClock, now: datetime) -> None:
    acts: list[tuple[datetime, int, Callable[[], object]]] = []
    orders: dict[int, Order] = {}

    def at(when: datetime, act: Callable[[], object]) -> None:
        acts.append((when, len(acts), act))

    for position, (hours, word, quantity, fate) in enumerate(_FATES):
        _plan(market, orders, position, (word, quantity, fate), at, now - timedelta(hours=hours))
    for complaint in _COMPLAINTS:
        position, hours = complaint[:2]
        when = now - timedelta(hours=_FATES[position][0] - hours)
        at(when, partial(_complain, market, orders, complaint))
    for when, _, act in sorted(acts, key=lambda item: item[:2]):
        past.advance(max(0.0, (when - past.now()).total_seconds()))
        act()
        pool.settle(market)


def _plan(
    market: Market,
    orders: dict[int, Order],
    position: int,
    asked: tuple[str, int, str],
    at: Callable[[datetime, Callable[[], object]], None],
    when: datetime,
) -> None:
    word, quantity, fate = asked
    product = next(p for p in market.products if word in p.title)

    def place() -> None:
        buyer = market.chance.choice(market.buyers)
        coupon = position % 4 == 1
        orders[position] = trade.place(
            market, CONTROL, trade.Purchase(product, buyer, quantity, coupon)
        )

    def pay() -> None:
        trade.pay(market, CONTROL, orders[position])

    def deliver(units: int) -> None:
        rows = [_goods(market, product) for _ in range(units)]
        trade.deliver(market, CONTROL, orders[position], rows, append=True)

    at(when, place)
    if fate in ("unpaid", "abandoned"):
        return
    at(when + timedelta(seconds=40), pay)
    later = when + timedelta(minutes=9)
    if fate in ("confirmed", "delivered", "refunded after delivery"):
        at(later, lambda: deliver(quantity))
    if fate.endswith("confirmed"):
        at(
            later + timedelta(hours=5),
            lambda: trade.confirm_receipt(market, CONTROL, orders[position]),
        )
    if fate == "partly delivered":
        at(later, lambda: deliver(1))
    if fate == "running":
        at(later, lambda: trade.set_status(market, CONTROL, orders[position], "running_order"))
    if fate.startswith("refunded"):
        at(
            later + timedelta(hours=4),
            lambda: trade.refund(market, CONTROL, orders[position]),
        )


def _complain(
    market: Market, orders: dict[int, Order], complaint: tuple[int, float, str, str, str]
) -> None:
    position, _, title, text, outcome = complaint
    order = orders[position]
    ticket = support.open_ticket(market, CONTROL, order, author="buyer", title=title, text=text)
    if outcome in ("resolved", "closed", "in_progress"):
        reply = "Sorry about that. I am looking into it and write again today."
        support.say(market, CONTROL, ticket, "supplier", reply)
        support.move(market, CONTROL, ticket, outcome)
    if outcome == "admin":
        support.invite_admin(market, CONTROL, ticket)
