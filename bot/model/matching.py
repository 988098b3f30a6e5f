"""For which of the orders that wait goods may be that came without one: the best match first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from .order import Order
from .shapes import shape_of, usual_instead
from .splits import splits

# A longer paste fits nothing in particular; and so many of its units show what it is.
_JUDGED: Final = 100_000
_LOOKED_AT: Final = 20


def best_first(
    orders: Sequence[Order], text: str, seen: Mapping[str, Mapping[str, int]]
) -> tuple[Order, ...]:
    """Return the orders that goods fit best first, those that fit alike in the order given.

    What the units look like says more than how many there are. ``seen``: by product, how many
    units of each shape were delivered before.
    """
    if len(text) > _JUDGED:
        return tuple(orders)
    lines = sum(bool(line.strip()) for line in text.splitlines())
    shapes: dict[int, tuple[tuple[str, ...], int]] = {}

    def worth(order: Order) -> tuple[int, int]:
        owed = order.owed
        if owed not in shapes:
            units = splits(text, owed)[0].units
            looks = tuple(shape_of(unit.get_secret_value()) for unit in units[:_LOOKED_AT])
            shapes[owed] = (looks, len(units))
        looks, count = shapes[owed]
        before = seen.get(order.product_id or order.product.product_id or "", {})
        return _alike(looks, before), _in_number(owed, count, lines, looks, before)

    return tuple(sorted(orders, key=worth, reverse=True))


def _alike(looks: Sequence[str], before: Mapping[str, int]) -> int:
    """Return 2 where the product's units look so, 0 where they never do, else 1."""
    if any(usual_instead(before, shape) for shape in looks):
        return 0
    return 2 if looks and all(shape in before for shape in looks) else 1


def _in_number(
    owed: int, count: int, lines: int, looks: Sequence[str], before: Mapping[str, int]
) -> int:
    """Return 1 where as many units are there as are owed.

    Several lines are one unit where that is what the product's units look like.
    """
    if owed == 1 and lines > 1:
        return int(all(shape in before for shape in looks))
    return int(count == owed)
