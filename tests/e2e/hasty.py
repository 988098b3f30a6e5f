"""``supplier-bot``, where hours of a chat fit into seconds: tests play many conversations in one.

Telegram's pace is not kept, what comes at once is no burst, what is kept until the marketplace is
back is tried again each second, and the database has no thread of its own; nothing else differs.
All of it has tests of its own, and every test that runs the command itself keeps to it.
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from bot.chat import pacer
from bot.desk import keeping
from bot.model.preferences import Preferences
from bot.store import driver, preferences
from tests.support.threadless import connect_here

for rate in ("_CHAT_RATE", "_CHAT_BURST", "_ALL_RATE", "_ALL_BURST"):
    setattr(pacer, rate, 10_000.0)
vars(keeping)["AGAIN_AFTER"] = timedelta(seconds=1)
# What a person did not set is as usual; here nothing is a burst.
setattr(preferences, "Preferences", partial(Preferences, digest_over=10_000))  # noqa: B010
vars(driver)["connect"] = connect_here
