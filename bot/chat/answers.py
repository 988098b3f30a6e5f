"""How a handler answers: rows of the outbox, in the transaction of its update."""

from bot.store.database import Tx
from bot.store.outbox import act as queue_act
from bot.store.outbox import say as queue_said
from bot.store.outbox import tell as queue_told
from bot.store.outbox import was_queued

__all__ = ["Tx", "queue_act", "queue_said", "queue_told", "was_queued"]
