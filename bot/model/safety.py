"""Limits on what one person does alone: refunds of a day, and a PIN. Decisions as pure rules."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from .person import Role

PIN_TRIES: Final = 5
PIN_WAITS: Final = timedelta(hours=1)  # after so many wrong ones
PIN_OPEN_FOR: Final = timedelta(minutes=15)  # a right one is not asked for again so soon

_PIN: Final = re.compile(r"[0-9]{4,8}")
_AMOUNT: Final = re.compile(r"[0-9]{1,9}(?:[.,][0-9]{1,2})?")


@dataclass(frozen=True, slots=True)
class SafetyFacts:
    """What the safety side of the settings shows. ``limit``: of all operators, a day."""

    limit: Decimal | None = None
    pin: bool = False  # the reader has one
    changed: str = ""  # what was just changed: limit or pin


def pin_read(text: str) -> str | None:
    """Return the PIN that a text is; None where it is none."""
    plain = text.strip()
    return plain if _PIN.fullmatch(plain) else None


def limit_read(text: str) -> Decimal | None:
    """Return the amount that a text is, 0 or more; None where it is none."""
    plain = text.strip().lstrip("$€£").strip()
    return Decimal(plain.replace(",", ".")) if _AMOUNT.fullmatch(plain) else None


def day_began(now: datetime, zone: ZoneInfo) -> datetime:
    """Return when the day of ``now`` began by the clock of ``zone``."""
    here = now.astimezone(zone)
    return here.replace(hour=0, minute=0, second=0, microsecond=0)


def asks_owner(
    role: Role,
    amount: Decimal | None,
    today: Iterable[Decimal | None],
    limit: Decimal | None,
) -> bool:
    """Say whether an owner must confirm a refund of ``amount``.

    ``today``: what the same person refunded since the day began, what is under way included. An
    amount that nobody knows is more than any limit.
    """
    if role is Role.OWNER or limit is None:
        return False
    refunded = [amount, *today]
    known = [each for each in refunded if each is not None]
    return len(known) < len(refunded) or sum(known, Decimal(0)) > limit
