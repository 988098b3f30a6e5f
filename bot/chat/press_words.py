"""What the toast of a press says, from local state alone: that its button does nothing any more."""

from __future__ import annotations

from typing import Final

from bot.model.batch import BatchState
from bot.model.intent import Intent, State
from bot.model.kept import goes_as_text, may_be_kept, may_be_shown_again
from bot.model.person import Person
from bot.model.press import Press, Verb, short_id, unpack
from bot.store import batches, drafts, intents, queues, text_instead
from bot.store.database import Tx

# What only an intent that waits for a yes or no can be asked.
_OF_A_QUESTION: Final = frozenset({Verb.DECLINE, Verb.SPLIT, Verb.TEXTS_FOR})
# Of these a toast says whether there is still something to do; of others, a message has to.
TOLD_AT_ONCE: Final = _OF_A_QUESTION | {
    Verb.CONFIRM,
    Verb.KEEP,
    Verb.DISCARD,
    Verb.GOODS_AGAIN,
    Verb.REPLACE_TEXT,
    Verb.HALT,
    Verb.ANSWER,
    Verb.BATCH,
    Verb.STOP,
    Verb.ADD_TO_STOCK,
    Verb.STOCK_WITH,
    Verb.QUEUE_NEXT,
    Verb.QUEUE_BACK,
    Verb.QUEUE_DELIVER,
    Verb.NOTHING,
}

# In which states a button of several products does something.
_OF_A_BATCH: Final[dict[str, tuple[BatchState, ...]]] = {
    "yes": ("proposed",),
    "no": ("proposed",),
    "stop": ("running",),
    "on": ("stopped",),
    "undo": ("stopped", "done"),
}


async def words(tx: Tx, data: str, person: Person) -> str:
    """Return the name of the toast that answers a press; empty for none."""
    if person.locked_since is not None:
        return "locked"
    press = unpack(data)
    if press is None:
        return "gone"
    match press.verb:
        case Verb.CONFIRM:
            return await _confirm_words(tx, press)
        case verb if verb in _OF_A_QUESTION:
            return await _question_words(tx, press)
        case Verb.KEEP | Verb.DISCARD:
            return await _unsent_words(tx, press)
        case Verb.ANSWER:
            return await _answer_words(tx, press)
        case Verb.STOP | Verb.ADD_TO_STOCK:
            return await _draft_words(tx, press.subject, person.person_id)
        case Verb.STOCK_WITH:
            # Many goods are read for a while.
            return await _draft_words(tx, press.arg, person.person_id) or "on_it"
        case Verb.QUEUE_NEXT | Verb.QUEUE_BACK | Verb.QUEUE_DELIVER:
            return await _queue_words(tx, press, person.person_id)
        case Verb.NOTHING:
            return "page"
        case _:
            return await _rest_words(tx, press)


async def _rest_words(tx: Tx, press: Press) -> str:
    """Return the name of the toast for what goes on later: goods, an import, several products."""
    match press.verb:
        case Verb.GOODS_AGAIN:
            return await _again_words(tx, press)
        case Verb.REPLACE_TEXT:
            return await _instead_words(tx, press)
        case Verb.HALT:
            return await _halt_words(tx, press)
        case Verb.BATCH:
            return await _batch_words(tx, press)
        case _:
            return ""


async def _draft_words(tx: Tx, draft_id: str, person_id: int) -> str:
    draft = await drafts.get(tx, int(draft_id)) if draft_id.isdecimal() else None
    if draft is not None and draft.person_id != person_id:
        return "not_yours"
    return "" if draft is not None and draft.state == "open" else "gone"


async def _queue_words(tx: Tx, press: Press, person_id: int) -> str:
    queue = await queues.get(tx, int(press.arg)) if press.arg.isdecimal() else None
    if queue is not None and queue.person_id != person_id:
        return "not_yours"
    at = "" if queue is None or not queue.line.at else short_id(queue.line.at)
    return "" if queue is not None and at == press.subject else "gone"


async def _unsent_words(tx: Tx, press: Press) -> str:
    intent = await _intent(tx, press)
    return "" if intent is not None and may_be_kept(intent) else "gone"


async def _again_words(tx: Tx, press: Press) -> str:
    intent = await _intent(tx, press)
    if intent is None or not may_be_shown_again(intent):
        return "gone"
    return "taken" if await intents.followed(tx, intent) else ""


async def _instead_words(tx: Tx, press: Press) -> str:
    intent = await _intent(tx, press)
    if intent is None or not goes_as_text(intent):
        return "gone"
    return "taken" if await text_instead.stands(tx, intent) else ""


async def _answer_words(tx: Tx, press: Press) -> str:
    intent = await _intent(tx, press)
    _, _, call = press.arg.partition(".")
    asked = intent is not None and intent.state is State.UNKNOWN and intent.outcome.asks
    return "" if intent is not None and asked and call == intent.call else "gone"


async def _batch_words(tx: Tx, press: Press) -> str:
    batch = await batches.get(tx, int(press.subject)) if press.subject.isdecimal() else None
    if batch is None:
        return "gone"
    if press.arg[:1] == "p" or batch.state in _OF_A_BATCH.get(press.arg, ()):
        return "" if press.arg != "undo" or batch.undone_by is None else "gone"
    return "taken" if batch.state in {"running", "stopped", "done"} else "gone"


async def _confirm_words(tx: Tx, press: Press) -> str:
    intent = await _intent(tx, press)
    if intent is None or intent.state is State.EXPIRED:
        return "gone"
    return "on_it" if intent.state is State.PROPOSED else "taken"


async def _question_words(tx: Tx, press: Press) -> str:
    intent = await _intent(tx, press)
    if intent is None or intent.state in {State.DONE, State.REFUSED, State.EXPIRED}:
        return "gone"
    return "" if intent.state is State.PROPOSED else "taken"


async def _halt_words(tx: Tx, press: Press) -> str:
    intent = await _intent(tx, press)
    return "" if intent is not None and intent.state is State.SENDING else "gone"


async def _intent(tx: Tx, press: Press) -> Intent | None:
    return await intents.get(tx, int(press.subject)) if press.subject.isdecimal() else None
