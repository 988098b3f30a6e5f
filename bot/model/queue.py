"""A walk through the orders that wait: which one comes next, and where it stands in the line."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """The orders of a walk by their IDs, the oldest first, and the one that it stands at.

    ``at`` is empty at the end. What stopped waiting keeps its place: the count is of the walk.
    """

    order_ids: tuple[str, ...] = ()
    at: str = ""

    @property
    def place(self) -> int:
        """Which one it stands at, from 1; at the end one more than there are."""
        if self.at in self.order_ids:
            return self.order_ids.index(self.at) + 1
        return len(self.order_ids) + 1


def joined(order_ids: Sequence[str], waiting: Sequence[str]) -> tuple[str, ...]:
    """Return the line with what began to wait since it was made, at its end."""
    there = set(order_ids)
    return (*order_ids, *(order_id for order_id in waiting if order_id not in there))


def onward(line: Line, waiting: Sequence[str], elsewhere: Collection[str] = ()) -> Line:
    """Return the walk at the next order that still waits.

    Those that somebody else is at (``elsewhere``) are passed over for as long as there are others.
    """
    order_ids = joined(line.order_ids, waiting)
    still = set(waiting)
    left = [order_id for order_id in order_ids[line.place :] if order_id in still]
    free = [order_id for order_id in left if order_id not in elsewhere]
    return Line(order_ids, (free or left or [""])[0])


def back(line: Line, waiting: Sequence[str]) -> Line:
    """Return the walk at the last order before it that still waits; where it is, if there is none.

    At the very end that is the last one of all.
    """
    order_ids = joined(line.order_ids, waiting)
    still = set(waiting)
    passed = [order_id for order_id in order_ids[: line.place - 1] if order_id in still]
    return Line(order_ids, passed[-1] if passed else line.at)


def begun(waiting: Sequence[str], elsewhere: Collection[str] = ()) -> Line:
    """Return a new walk at the first order that nobody else is at; at the first one otherwise."""
    free = [order_id for order_id in waiting if order_id not in elsewhere]
    return Line(tuple(waiting), (free or [*waiting] or [""])[0])
