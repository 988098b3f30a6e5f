"""``supplier-bot``, where hours of a chat fit into seconds: tests play many conversations in one.

Telegram's pace is not kept, and what comes at once is no burst; nothing else differs. Both have
tests of their own, and every test that runs the command itself keeps to them.
"""

from __future__ import annotations

from bot.chat import pacer
from bot.watch import teller

for rate in ("_CHAT_RATE", "_CHAT_BURST", "_ALL_RATE", "_ALL_BURST"):
    setattr(pacer, rate, 10_000.0)
setattr(teller, "BURST", 10_000)  # noqa: B010
