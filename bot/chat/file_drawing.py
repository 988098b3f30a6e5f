"""Draws what stands below a file of ours, for the one who gets it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bot.model.facts import Reader
from bot.model.outgoing import Attached, Outgoing
from bot.model.person import Act
from bot.views.exports import caption
from bot.views.report import chart_caption


def below(body: Any, reader: Reader, now: datetime) -> Outgoing | None:
    """Return what stands below a file; None where its reader may not have it (any more)."""
    file = Attached.model_validate(body)
    if Act.MONEY not in reader.acts:
        return None
    if file.note == "chart":
        return chart_caption(**file.values, reader=reader, now=now)
    return caption(**file.values, reader=reader, now=now)
