"""``supplier-bot``, where hours of a chat fit into seconds: tests play many conversations in one.

Telegram's pace is not kept, and what comes at once is no burst; nothing else differs. Both have
tests of their own, and every test that runs the command itself keeps to them.
"""

from __future__ import annotations

from functools import partial

from bot.chat import pacer
from bot.model.preferences import Preferences
from bot.store import preferences

for rate in ("_CHAT_RATE", "_CHAT_BURST", "_ALL_RATE", "_ALL_BURST"):
    setattr(pacer, rate, 10_000.0)
# What a person did not set is as usual; here nothing is a burst.
setattr(preferences, "Preferences", partial(Preferences, digest_over=10_000))  # noqa: B010
