"""What a measurement found, against its bound, and how that is printed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One number. ``most`` is the bound it must not pass; None where it only explains."""

    name: str
    value: float
    unit: str
    most: float | None = None
    digits: int = 1

    @property
    def missed(self) -> bool:
        """Whether the bound was passed. What is not a number has passed it."""
        return self.most is not None and not self.value <= self.most

    def row(self) -> tuple[str, str, str, str]:
        """Return name, value, bound and verdict, as they are printed."""
        value = f"{self.value:.{self.digits}f} {self.unit}".strip()
        if self.most is None:
            return self.name, value, "", ""
        bound = f"≤ {self.most:g} {self.unit}".strip()
        return self.name, value, bound, "MISSED" if self.missed else "ok"


def table(figures: Sequence[Figure]) -> str:
    """Return the figures as aligned lines."""
    rows = [("what", "measured", "bound", ""), *(figure.row() for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    lines = [
        f"{name:<{widths[0]}}  {value:>{widths[1]}}  {bound:>{widths[2]}}  {verdict}".rstrip()
        for name, value, bound, verdict in rows
    ]
    return "\n".join(lines)


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that ``share`` (0 to 1) of all values do not pass."""
    ordered = sorted(values)
    return ordered[max(math.ceil(share * len(ordered)), 1) - 1]
