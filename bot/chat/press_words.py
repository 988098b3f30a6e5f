"""What the toast of a press says, from local state alone: that its button does nothing any more."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from bot.model.batch import BatchState
from bot.model.intent import DeliverPlan, Intent, State
from bot.model.kept import goes_as_text, may_be_kept, may_be_shown_again
from bot.model.new_product import may_begin_again
from bot.model.person import Person
from bot.model.press import Press, Verb, short_id, unpack
from bot.model.product_plans import NewProductPlan
from bot.store import (
    batches,
    drafts,
    intents,
    outbox,
    queues,
    saved_texts,
    team,
    text_instead,
)
from bot.store.database import Tx


@dataclass(frozen=True, slots=True)
class Place:
    """Where a button was pressed: the message of a chat."""

    shop_id: int
    chat_id: int = 0
    message_id: int = 0


@dataclass(frozen=True, slots=True)
class _Pressed:
    press: Press
    person_id: int
    place: Place


# The name of the toast of a press; empty where there is something to do.
_Words = Callable[[Tx, _Pressed], Awaitable[str]]

# In which states a button of several products does something.
_OF_A_BATCH: Final[dict[str, tuple[BatchState, ...]]] = {
    "yes": ("proposed",),
    "no": ("proposed",),
    "stop": ("running",),
    "on": ("stopped",),
    "undo": ("stopped", "done"),
}


async def words(tx: Tx, data: str, person: Person, place: Place) -> str:
    """Return the name of the toast that answers a press; empty for none."""
    if person.locked_since is not None:
        return "locked"
    press = unpack(data)
    if press is None:
        return "gone"
    if press.verb is Verb.NOTHING:
        return "page"
    said = _WORDS.get(press.verb)
    return "" if said is None else await said(tx, _Pressed(press, person.person_id, place))


def said_by_toast(press: Press, reason: str) -> bool:
    """Say whether a toast told why a press does nothing, so that no message has to.

    Where the press before it was under way at that time, the message shows it that it changed.
    """
    if press.verb not in _WORDS:
        return False
    return reason in _SAID or reason == _SAID_TOO.get(press.verb)


async def _draft_words(tx: Tx, at: _Pressed) -> str:
    return await _draft(tx, at.press.subject, at.person_id)


async def _pick_words(tx: Tx, at: _Pressed) -> str:
    return await _draft(tx, at.press.arg, at.person_id)


async def _category_words(tx: Tx, at: _Pressed) -> str:
    return await _draft(tx, at.press.arg.partition(".")[0], at.person_id)


async def _stock_words(tx: Tx, at: _Pressed) -> str:
    # Many goods are read for a while.
    return await _draft(tx, at.press.arg, at.person_id) or "on_it"


async def _step_words(tx: Tx, at: _Pressed) -> str:
    if at.press.arg != "again":
        return await _draft(tx, at.press.subject, at.person_id)
    intent = await _intent(tx, at.press.subject)
    if intent is None or not isinstance(intent.plan, NewProductPlan):
        return "gone"
    if intent.state is State.PROPOSED or may_begin_again(intent):
        return ""
    return "taken" if intent.state in {State.SENDING, State.UNKNOWN} else "gone"


async def _note_words(tx: Tx, at: _Pressed) -> str:
    return await _draft(tx, at.press.subject, at.person_id) if at.press.arg == "remove" else ""


async def _goods_words(tx: Tx, at: _Pressed) -> str:
    if at.press.verb is Verb.SHOW_GOODS and not at.press.arg:
        return ""
    return "" if await outbox.vanishes(tx, at.place.chat_id, at.place.message_id) else "gone"


async def _into_words(tx: Tx, at: _Pressed) -> str:
    key, _, version = at.press.subject.partition(".")
    intent = await _intent(tx, key)
    if intent is None or intent.state is not State.PROPOSED:
        return "gone"
    plan = intent.plan
    same = isinstance(plan, DeliverPlan) and str(plan.version) == (version or "0")
    return "" if same else "gone"


async def _text_words(tx: Tx, at: _Pressed) -> str:
    there = await saved_texts.all_of(tx, at.place.shop_id) if at.press.subject else ()
    key = at.press.subject.partition(".")[0]
    return "" if not key or any(str(text.id) == key for text in there) else "gone"


async def _team_words(tx: Tx, at: _Pressed) -> str:
    if not at.press.subject:
        return ""
    members = await team.all_of(tx, at.place.shop_id)
    return "" if any(str(one.person_id) == at.press.subject for one in members) else "gone"


async def _uninvite_words(tx: Tx, at: _Pressed) -> str:
    number = int(at.press.subject) if at.press.subject.isdecimal() else 0
    return "" if await team.is_open(tx, at.place.shop_id, number) else "gone"


async def _draft(tx: Tx, draft_id: str, person_id: int) -> str:
    draft = await drafts.get(tx, int(draft_id)) if draft_id.isdecimal() else None
    if draft is not None and draft.person_id != person_id:
        return "not_yours"
    return "" if draft is not None and draft.state == "open" else "gone"


async def _queue_words(tx: Tx, at: _Pressed) -> str:
    queue = await queues.get(tx, int(at.press.arg)) if at.press.arg.isdecimal() else None
    if queue is not None and queue.person_id != at.person_id:
        return "not_yours"
    shown = "" if queue is None or not queue.line.at else short_id(queue.line.at)
    return "" if queue is not None and shown == at.press.subject else "gone"


async def _unsent_words(tx: Tx, at: _Pressed) -> str:
    intent = await _intent(tx, at.press.subject)
    return "" if intent is not None and may_be_kept(intent) else "gone"


async def _again_words(tx: Tx, at: _Pressed) -> str:
    intent = await _intent(tx, at.press.subject)
    if intent is None or not may_be_shown_again(intent):
        return "gone"
    return "taken" if await intents.followed(tx, intent) else ""


async def _instead_words(tx: Tx, at: _Pressed) -> str:
    intent = await _intent(tx, at.press.subject)
    if intent is None or not goes_as_text(intent):
        return "gone"
    return "taken" if await text_instead.stands(tx, intent) else ""


async def _answer_words(tx: Tx, at: _Pressed) -> str:
    intent = await _intent(tx, at.press.subject)
    _, _, call = at.press.arg.partition(".")
    asked = intent is not None and intent.state is State.UNKNOWN and intent.outcome.asks
    return "" if intent is not None and asked and call == intent.call else "gone"


async def _batch_words(tx: Tx, at: _Pressed) -> str:
    batch = await batches.get(tx, int(at.press.subject)) if at.press.subject.isdecimal() else None
    if batch is None:
        return "gone"
    if at.press.arg[:1] == "p" or batch.state in _OF_A_BATCH.get(at.press.arg, ()):
        return "" if at.press.arg != "undo" or batch.undone_by is None else "gone"
    return "taken" if batch.state in {"running", "stopped", "done"} else "gone"


async def _confirm_words(tx: Tx, at: _Pressed) -> str:
    intent = await _intent(tx, at.press.subject)
    if intent is None or intent.state is State.EXPIRED:
        return "gone"
    return "on_it" if intent.state is State.PROPOSED else "taken"


async def _question_words(tx: Tx, at: _Pressed) -> str:
    intent = await _intent(tx, at.press.subject)
    if intent is None or intent.state in {State.DONE, State.REFUSED, State.EXPIRED}:
        return "gone"
    return "" if intent.state is State.PROPOSED else "taken"


async def _halt_words(tx: Tx, at: _Pressed) -> str:
    intent = await _intent(tx, at.press.subject)
    return "" if intent is not None and intent.state is State.SENDING else "gone"


async def _intent(tx: Tx, intent_id: str) -> Intent | None:
    return await intents.get(tx, int(intent_id)) if intent_id.isdecimal() else None


# Of these a toast says whether there is still something to do; of others, a message has to.
_WORDS: Final[dict[Verb, _Words]] = {
    Verb.CONFIRM: _confirm_words,
    # What only an intent that waits for a yes or no can be asked.
    Verb.DECLINE: _question_words,
    Verb.SPLIT: _question_words,
    Verb.TEXTS_FOR: _question_words,
    Verb.TEXT_INTO: _into_words,
    Verb.KEEP: _unsent_words,
    Verb.DISCARD: _unsent_words,
    Verb.GOODS_AGAIN: _again_words,
    Verb.REPLACE_TEXT: _instead_words,
    Verb.HALT: _halt_words,
    Verb.ANSWER: _answer_words,
    Verb.BATCH: _batch_words,
    Verb.STOP: _draft_words,
    Verb.ADD_TO_STOCK: _draft_words,
    Verb.STOCK_WITH: _stock_words,
    Verb.REPLACE_UNIT: _draft_words,
    Verb.GOODS_PAGE: _draft_words,
    Verb.PRODUCT_CATEGORY: _category_words,
    Verb.PICK: _pick_words,
    Verb.PICKED: _draft_words,
    Verb.NEW_STEP: _step_words,
    Verb.BUYER_NOTE: _note_words,
    Verb.SHOW_GOODS: _goods_words,
    Verb.HIDE_GOODS: _goods_words,
    Verb.SAVED_TEXT: _text_words,
    Verb.TEXT_EDIT: _text_words,
    Verb.TEXT_MOVE: _text_words,
    Verb.TEXT_DELETE: _text_words,
    Verb.TEAM: _team_words,
    Verb.TEAM_ROLE: _team_words,
    Verb.TEAM_REMOVE: _team_words,
    Verb.UNINVITE: _uninvite_words,
    Verb.QUEUE_NEXT: _queue_words,
    Verb.QUEUE_BACK: _queue_words,
    Verb.QUEUE_DELIVER: _queue_words,
}
_SAID: Final = frozenset({"taken", "gone", "expired"})
# What a use case says of some of them, beside that.
_SAID_TOO: Final = {
    Verb.TEXT_INTO: "preview_changed",
    Verb.REPLACE_UNIT: "draft_expired",
    Verb.GOODS_PAGE: "draft_expired",
    Verb.PRODUCT_CATEGORY: "draft_expired",
    Verb.PICK: "draft_expired",
    Verb.PICKED: "draft_expired",
    Verb.NEW_STEP: "draft_expired",
    Verb.SAVED_TEXT: "saved_text_gone",
    Verb.TEXT_EDIT: "saved_text_gone",
    Verb.TEXT_MOVE: "saved_text_gone",
    Verb.TEXT_DELETE: "saved_text_gone",
}
