"""The pinned line: what waits, and when the marketplace was last looked at."""

from __future__ import annotations

from datetime import datetime

from bot.model.facts import Reader
from bot.model.outgoing import Outgoing
from bot.model.pin import Line

from .drawing import Pen, draw, outgoing


def pinned_line(line: Line, reader: Reader, now: datetime) -> Outgoing:
    """Return the line."""
    return outgoing(draw("pinned", reader.language, line=line, pen=Pen(reader, now)))
