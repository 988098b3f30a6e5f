"""The outbox: every message to Telegram is a row before it is sent. Here it is put in."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import and_, select, update
from sqlalchemy.dialects.sqlite import insert

from bot.model.outgoing import Attached, Outgoing
from bot.model.urgency import INTERACTIVE

from .database import Tx
from .plans import kept
from .tables import messages

SAID = "said"
FILE = "file"


async def say(
    tx: Tx,
    *,
    shop_id: int,
    chat_id: int,
    person_id: int,
    said: Outgoing,
    now: datetime,
    edit: int | None = None,
    reply_to: int | None = None,
    urgency: int = INTERACTIVE,
    silent: bool = False,
    replaces: str | None = None,
) -> None:
    """Queue a finished text: as a new message, or in place of the message ``edit``."""
    await _queue(
        tx,
        shop_id=shop_id,
        chat_id=chat_id,
        person_id=person_id,
        action="send" if edit is None else "edit",
        view=SAID,
        sealed=tx.vault.seal(said.model_dump_json().encode()),
        target_message_id=edit,
        reply_to=reply_to,
        urgency=urgency,
        silent=silent,
        replaces=replaces if edit is None else f"edit:{chat_id}:{edit}",
        now=now,
    )


async def tell(
    tx: Tx,
    *,
    shop_id: int,
    chat_id: int,
    person_id: int,
    view: str,
    body: Any,
    now: datetime,
    edit: int | None = None,
    reply_to: int | None = None,
    urgency: int = INTERACTIVE,
    silent: bool = False,
    replaces: str | None = None,
) -> int:
    """Queue a message that ``view`` draws from ``body`` when it is sent.

    For those who know what is to be said, and not how: the use cases and the poller. Return its
    row.
    """
    return await _queue(
        tx,
        shop_id=shop_id,
        chat_id=chat_id,
        person_id=person_id,
        action="send" if edit is None else "edit",
        view=view,
        sealed=tx.vault.seal_json(body),
        target_message_id=edit,
        reply_to=reply_to,
        urgency=urgency,
        silent=silent,
        replaces=replaces if edit is None else f"edit:{chat_id}:{edit}",
        now=now,
    )


async def show(
    tx: Tx,
    *,
    shop_id: int,
    chat_id: int,
    person_id: int,
    subject_kind: str,
    subject_id: str,
    now: datetime,
    reply_to: int | None = None,
    urgency: int = INTERACTIVE,
    silent: bool = False,
) -> int:
    """Queue a new card of a subject; what it shows is drawn when it is sent."""
    return await _queue(
        tx,
        shop_id=shop_id,
        chat_id=chat_id,
        person_id=person_id,
        action="send",
        view=subject_kind,
        subject_kind=subject_kind,
        subject_id=subject_id,
        reply_to=reply_to,
        urgency=urgency,
        silent=silent,
        now=now,
    )


async def send_file(
    tx: Tx,
    *,
    shop_id: int,
    chat_id: int,
    person_id: int,
    file: Attached,
    now: datetime,
    reply_to: int | None = None,
) -> None:
    """Queue a file of the spool; what stands below it is drawn when it is sent."""
    await _queue(
        tx,
        shop_id=shop_id,
        chat_id=chat_id,
        person_id=person_id,
        action=FILE,
        view=FILE,
        sealed=tx.vault.seal_json(file.model_dump(mode="json")),
        reply_to=reply_to,
        urgency=INTERACTIVE,
        now=now,
    )


async def act(
    tx: Tx,
    *,
    shop_id: int,
    chat_id: int,
    person_id: int,
    action: str,
    message_id: int,
    now: datetime,
    emoji: str = "",
    urgency: int = INTERACTIVE,
) -> None:
    """Queue a deletion of a message, or a reaction to it."""
    await _queue(
        tx,
        shop_id=shop_id,
        chat_id=chat_id,
        person_id=person_id,
        action=action,
        view=SAID,
        subject_id=emoji,
        target_message_id=message_id,
        urgency=urgency,
        replaces=f"{action}:{chat_id}:{message_id}",
        now=now,
    )


async def vanish(
    tx: Tx,
    *,
    shop_id: int,
    chat_id: int,
    person_id: int,
    message_id: int,
    at: datetime,
    now: datetime,
) -> None:
    """Have a message deleted at a time; another call for the same message changes the time."""
    key = _deletion_of(chat_id, message_id)
    await _queue(
        tx,
        shop_id=shop_id,
        chat_id=chat_id,
        person_id=person_id,
        action="delete",
        view=SAID,
        target_message_id=message_id,
        urgency=INTERACTIVE,
        replaces=key,
        now=now,
    )
    await tx.execute(
        update(messages)
        .where(messages.c.replaces == key, messages.c.state == "pending")
        .values(not_before=at)
    )


async def vanishes(tx: Tx, chat_id: int, message_id: int) -> bool:
    """Say whether a message will be deleted."""
    statement = select(messages.c.id).where(
        messages.c.replaces == _deletion_of(chat_id, message_id), messages.c.state == "pending"
    )
    return (await tx.execute(statement)).first() is not None


def _deletion_of(chat_id: int, message_id: int) -> str:
    return f"delete:{chat_id}:{message_id}"


async def message_of(tx: Tx, row_id: int) -> int | None:
    """Return the message that a row became; None while it is not sent."""
    statement = select(messages.c.message_id).where(messages.c.id == row_id)
    found = (await tx.execute(statement)).scalar()
    return None if found is None else int(found)


# Made once: what an insert would have put there is a table of its own to build.
_INSERT: Final = insert(messages)
_WOULD_BE: Final = _INSERT.excluded
_LATER: Final = {
    name: _WOULD_BE[name]
    for name in ("sealed", "view", "subject_id", "urgency", "silent", "reply_to")
}


_ADD: Final = kept(_INSERT.returning(messages.c.id))
_REPLACE: Final = kept(
    _INSERT.on_conflict_do_update(
        index_elements=["replaces"],
        index_where=and_(messages.c.state == "pending", messages.c.replaces.is_not(None)),
        set_=_LATER,
    ).returning(messages.c.id)
)


async def _queue(tx: Tx, *, now: datetime, **values: object) -> int:
    adding = _ADD if values.get("replaces") is None else _REPLACE
    waits = {"state": "pending", "not_before": now, "created_at": now}
    added = await tx.execute(adding, {**waits, **values})
    tx.wake("messages")
    return int(added.scalar_one())


async def was_queued(tx: Tx, replaces: str) -> bool:
    """Say whether a message with this key waits, or went out in the last days."""
    statement = select(messages.c.id).where(messages.c.replaces == replaces)
    return (await tx.execute(statement.limit(1))).first() is not None


async def awaits(tx: Tx, chat_id: int, view: str) -> bool:
    """Say whether a message of this kind is on its way to a chat."""
    statement = select(messages.c.id).where(
        messages.c.chat_id == chat_id,
        messages.c.view == view,
        messages.c.state.in_(("pending", "sending")),
    )
    return (await tx.execute(statement.limit(1))).first() is not None
