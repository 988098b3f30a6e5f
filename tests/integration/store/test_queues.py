"""Inbox, outbox and the smaller tables: each rule that the rest of the house relies on."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import text

from bot.model.outgoing import Outgoing
from bot.model.person import Role
from bot.model.urgency import EDITS, INTERACTIVE, NEWS
from bot.store import audit, cards, drafts, errands, inbox, moving, outbox, people, sending, units
from bot.store.cards import Card
from bot.store.database import Store, Tx
from bot.store.inbox import Received
from bot.store.sending import LEASE
from tests.support.world import ANN, BEN, SAM
from tests.support.world import START as NOW

SECOND = timedelta(seconds=1)


async def rows(store: Store, sql: str) -> list[Any]:
    async with store.read() as tx:
        return [tuple(row) for row in (await tx.execute(text(sql))).all()]


def update(number: int) -> Received:
    return Received(number, b'{"text": "anna:Hunter2222"}', ANN, ANN)


# --- inbox ------------------------------------------------------------------------------------


async def test_an_update_is_taken_in_once_with_the_next_offset(store: Store) -> None:
    async with store.write() as tx:
        assert await inbox.next_offset(tx, 1) is None
        assert len(await inbox.take_in(tx, 1, [update(5), update(6)], 7, NOW)) == 2
        new = await inbox.take_in(tx, 1, [update(6), update(7)], 8, NOW)
        assert [each.update_id for each in new] == [7]
        assert await inbox.next_offset(tx, 1) == 8
        assert await inbox.next_offset(tx, 2) is None  # another bot's


async def test_a_handled_update_is_an_empty_tombstone(store: Store) -> None:
    async with store.write() as tx:
        await inbox.take_in(tx, 1, [update(5)], 6, NOW)
        assert await inbox.handled(tx, 1, 5, NOW)
        assert not await inbox.handled(tx, 1, 5, NOW)
    assert await rows(store, "select sealed from inbox") == [(None,)]
    async with store.write() as tx:
        assert await inbox.take_in(tx, 1, [update(5)], 6, NOW) == ()


async def test_the_third_failure_puts_an_update_aside(store: Store) -> None:
    async with store.write() as tx:
        await inbox.take_in(tx, 1, [update(5)], 6, NOW)
        done = [await inbox.failed(tx, 1, 5, "x" * 999, NOW) for _ in range(3)]
        assert done == [False, False, True]
        assert await inbox.waiting(tx, 1) == ()
        assert not await inbox.handled(tx, 1, 5, NOW)
        assert await inbox.counts(tx) == (0, 1)
        assert not await inbox.failed(tx, 1, 99, "no such update", NOW)


async def test_what_waits_comes_back_whole_and_hides_itself(store: Store) -> None:
    async with store.write() as tx:
        await inbox.take_in(tx, 1, [update(6), update(5)], 7, NOW)
        waiting = await inbox.waiting(tx, 1)
    assert [(each.update_id, each.raw) for each in waiting] == [
        (5, update(5).raw),
        (6, update(6).raw),
    ]
    assert "Hunter2222" not in repr(waiting)


# --- outbox -----------------------------------------------------------------------------------


async def say(store: Store, words: str, **more: Any) -> None:
    given: dict[str, Any] = {"chat_id": ANN, "person_id": ANN, "now": NOW, **more}
    async with store.write() as tx:
        await outbox.say(tx, shop_id=1, said=Outgoing(text=words), **given)


async def lease(store: Store, chat: int = ANN, at: Any = NOW) -> str | None:
    async with store.write() as tx:
        queued = await sending.lease(tx, chat, at)
    if queued is None:
        return None
    assert queued.said is not None
    return queued.said.text


async def test_a_leased_message_is_nobody_else_s_until_the_lease_runs_out(store: Store) -> None:
    await say(store, "one")
    assert await lease(store) == "one"
    assert await lease(store) is None
    async with store.read() as tx:
        assert await sending.next_due_at(tx, ()) == NOW + LEASE
        assert await sending.due_chats(tx, NOW + LEASE - SECOND, ()) == ()
        assert await sending.due_chats(tx, NOW + LEASE, ()) == ((ANN, 0),)
        assert await sending.due_chats(tx, NOW + LEASE, {ANN}) == ()
    assert await lease(store, at=NOW + LEASE) == "one"


async def test_a_later_edit_of_a_message_takes_the_place_of_one_that_waits(store: Store) -> None:
    await say(store, "first", edit=7)
    await say(store, "second", edit=7)
    await say(store, "of another message", edit=8)
    assert await lease(store) == "second"
    await say(store, "third", edit=7)  # the second one is on its way: this one follows it
    assert await lease(store) == "of another message"
    assert await lease(store) == "third"


async def test_an_overtaken_edit_that_failed_is_dropped(store: Store) -> None:
    await say(store, "first", edit=7)
    assert await lease(store) == "first"
    await say(store, "second", edit=7)
    async with store.write() as tx:
        await sending.again(tx, 1, NOW)
    assert await lease(store) == "second"
    assert await lease(store) is None


async def test_a_message_given_back_waits_for_its_time_and_counts_what_it_should(
    store: Store,
) -> None:
    await say(store, "one")
    await lease(store)
    async with store.write() as tx:
        await sending.again(tx, 1, NOW + 5 * SECOND, "x" * 999, counted=True)
        await sending.again(tx, 1, NOW + 9 * SECOND)
    assert await lease(store, at=NOW + 8 * SECOND) is None
    assert await lease(store, at=NOW + 9 * SECOND) == "one"
    assert await rows(store, "select attempts from messages") == [(1,)]


async def test_what_a_dead_process_held_is_taken_up_at_once(store: Store) -> None:
    await say(store, "first", edit=7)
    await lease(store)
    await say(store, "second", edit=7)
    await say(store, "to Ben", chat_id=BEN)
    await lease(store, BEN)
    async with store.write() as tx:
        assert await sending.take_up(tx, NOW) == 2
        assert await sending.counts(tx) == (2, 0)
    assert await lease(store) == "second"
    assert await lease(store, BEN) == "to Ben"


async def test_a_sent_text_is_not_kept(store: Store) -> None:
    await say(store, "secret")
    await lease(store)
    async with store.write() as tx:
        await sending.sent(tx, 1, 77, NOW)
    assert await rows(store, "select state, sealed, message_id from messages") == [
        ("sent", None, 77)
    ]


async def test_a_migrated_group_keeps_its_order_and_its_newest_edit(store: Store) -> None:
    await say(store, "first", edit=7, chat_id=-5)
    await lease(store, -5)
    await say(store, "second", edit=7, chat_id=-5)
    await say(store, "news", chat_id=-5)
    async with store.write() as tx:
        await cards.shown(tx, card(-5, 7), NOW)
        await moving.move_chat(tx, -5, -1005, NOW)
    assert await lease(store, -5) is None
    assert await lease(store, -1005) == "second"
    assert await lease(store, -1005) == "news"
    assert await rows(store, "select live from cards where chat_id = -5") == [(0,)]


# --- cards ------------------------------------------------------------------------------------


def card(chat: int, message: int, subject: str = "o1", *, live: bool = True) -> Card:
    return Card(chat, message, 1, "order", subject, ANN, None, live, "digest")


async def test_one_live_card_per_chat_and_subject(store: Store) -> None:
    async with store.write() as tx:
        await cards.shown(tx, card(ANN, 1), NOW)
        await cards.shown(tx, card(ANN, 2), NOW)
        await cards.shown(tx, card(BEN, 3), NOW)
        await cards.shown(tx, card(ANN, 4, "o2"), NOW)
        live = await cards.live_in(tx, 1, ANN, "order", "o1")
        older = await cards.at(tx, ANN, 1)
    assert live is not None
    assert older is not None
    assert (live.message_id, older.live) == (2, False)
    assert await rows(store, "select chat_id, target_message_id from messages") == [(ANN, 1)]


async def test_an_edit_that_waits_becomes_as_urgent_as_the_next_one(store: Store) -> None:
    async with store.write() as tx:
        await cards.shown(tx, card(ANN, 1), NOW)
        for urgency in (EDITS, INTERACTIVE, NEWS):
            await cards.touch(tx, 1, "order", "o1", NOW, urgency)
    assert await rows(store, "select urgency, action from messages") == [(0, "edit")]


async def test_a_gone_card_is_drawn_no_more(store: Store) -> None:
    async with store.write() as tx:
        await cards.shown(tx, card(ANN, 1), NOW)
        await cards.gone(tx, ANN, 1)
        await cards.touch(tx, 1, "order", "o1", NOW)
        await cards.face(tx, ANN, 99, None, NOW)
    assert await rows(store, "select * from messages") == []


# --- people -----------------------------------------------------------------------------------


async def test_joining_twice_changes_no_role(store: Store) -> None:
    async with store.write() as tx:
        assert not await people.join(tx, 1, ANN, Role.VIEWER, NOW)
        assert await people.join(tx, 1, BEN, Role.VIEWER, NOW)
        everyone = {person.person_id: person.role for person in await people.members_of(tx, 1)}
        assert await people.subscribers(tx, 1) == ((ANN, ANN), (BEN, BEN))
        assert await people.member(tx, 1, SAM) is None
        assert await people.names(tx, set()) == {}
    assert everyone == {ANN: Role.OWNER, BEN: Role.VIEWER}


async def test_a_chat_pauses_once_and_resumes_once(store: Store) -> None:
    async with store.write() as tx:
        assert await people.pause(tx, ANN, "kicked", NOW)
        assert not await people.pause(tx, ANN, "kicked", NOW)
        assert await people.paused_chats(tx) == {ANN}
        assert await people.resume(tx, ANN)
        assert not await people.resume(tx, ANN)
        assert tx.woken
        assert await people.the_shop(tx, NOW) == 1


# --- drafts, errands, units, audit ------------------------------------------------------------


async def begin(tx: Tx, subject: str, body: object, now: datetime = NOW) -> drafts.Draft:
    return await drafts.open_(
        tx,
        1,
        chat_id=ANN,
        person_id=ANN,
        kind="deliver",
        subject_kind="order",
        subject_id=subject,
        body=body,
        now=now,
    )


@pytest.mark.parametrize("how", ["changed", "ended"])
async def test_a_prompt_on_its_way_is_known_to_be_old_when_its_draft_changes(
    store: Store, how: str
) -> None:
    """The sender compares the signal with what it was when it drew: no row names the prompt yet."""
    async with store.write() as tx:
        draft = await begin(tx, "o1", {"goods": None})
    drawn_at = store.signals.count("cards")
    async with store.write() as tx:
        if how == "changed":
            await drafts.keep(tx, draft, {"goods": "a:1"}, NOW)
        else:
            await drafts.end_one(tx, draft.id, "cancelled", NOW)
    assert store.signals.count("cards") > drawn_at


async def test_a_new_draft_ends_the_one_before_and_expires(store: Store) -> None:
    async with store.write() as tx:
        first = await begin(tx, "o1", {"goods": "a:1"})
        second = await begin(tx, "o2", {"goods": None})
        found = await drafts.current(tx, ANN, ANN, NOW)
        assert found is not None
        assert (found[0].subject_id, found[1]) == ("o2", {"goods": None})
        assert await drafts.current(tx, ANN, BEN, NOW) is None
        assert await drafts.current(tx, ANN, ANN, NOW + drafts.LASTS) is None
        assert await drafts.end(tx, ANN, ANN, "cancelled", NOW)
        assert not await drafts.end(tx, ANN, ANN, "cancelled", NOW)
        assert await drafts.end_one(tx, second.id, "used", NOW) is None
        states = [(await drafts.with_body(tx, each.id)) for each in (first, second)]
        assert [(each.state, body) for each, body in states if each] == [
            ("replaced", None),
            ("cancelled", None),
        ]


async def test_a_draft_that_waited_too_long_ends_and_holds_nothing(store: Store) -> None:
    async with store.write() as tx:
        waited = await begin(tx, "o1", {"goods": "a:1"})
        assert await drafts.next_expiry(tx) == NOW + drafts.LASTS
        assert await drafts.expire(tx, NOW) == 0
        assert await drafts.expire(tx, NOW + drafts.LASTS) == 1
        assert await drafts.next_expiry(tx) is None
        found, body = await drafts.with_body(tx, waited.id)
    assert found is not None
    assert (found.state, body) == ("expired", None)


async def test_an_errand_is_answered_once(store: Store) -> None:
    async with store.write() as tx:
        for kind in ("balance", "find"):
            await errands.send(
                tx, shop_id=1, kind=kind, chat_id=ANN, person_id=ANN, body={"a": 1}, now=NOW
            )
        first, second = await errands.open_errands(tx)
        assert (first.kind, first.body, second.kind) == ("balance", {"a": 1}, "find")
        assert await errands.open_errands(tx, after=first.id) == (second,)
        assert await errands.done(tx, first.id)
        assert not await errands.done(tx, first.id)


UNITS = tuple(SecretStr(f"anna:Hunter{n:04}") for n in range(3))


@pytest.mark.parametrize(
    ("after", "held"),
    [(units.RESERVED, True), (units.SUBMITTED, True), (units.UNKNOWN, True)],
)
async def test_a_unit_in_any_state_is_recognised_on_another_order(
    store: Store, after: str, held: bool
) -> None:
    async with store.write() as tx:
        intent = await _intent(tx)
        await units.mark(tx, 1, "o1", UNITS[:1], after, intent, NOW)
        assert (await units.known(tx, 1, "o2", UNITS) == {0: "o1"}) is held
        assert await units.known(tx, 1, "o1", UNITS) == {}
        assert await units.on_order(tx, 1, "o1", UNITS) == frozenset()


async def test_a_confirmed_unit_stays_so(store: Store) -> None:
    async with store.write() as tx:
        intent = await _intent(tx)
        await units.mark(tx, 1, "o1", UNITS[:2], units.RESERVED, intent, NOW)
        await units.mark(tx, 1, "o1", UNITS[:1], units.CONFIRMED, intent, NOW)
        await units.mark(tx, 1, "o1", UNITS[:1], units.RESERVED, intent, NOW)
        await units.settle(tx, intent, units.UNKNOWN)
        assert await units.on_order(tx, 1, "o1", UNITS) == {0}
        await units.release(tx, intent)
        assert await units.known(tx, 1, "o2", UNITS) == {0: "o1"}


async def test_thousands_of_units_are_looked_up(store: Store) -> None:
    many = [SecretStr(f"unit:{n}") for n in range(1200)]
    async with store.write() as tx:
        intent = await _intent(tx)
        await units.mark(tx, 1, "o1", many[1100:1101], units.CONFIRMED, intent, NOW)
        assert await units.known(tx, 1, "o2", many) == {1100: "o1"}


async def _intent(tx: Any) -> int:
    from bot.model.intent import Kind, RefundPlan
    from bot.store import intents

    made = await intents.propose(
        tx,
        shop_id=1,
        kind=Kind.REFUND,
        subject_kind="order",
        subject_id="o1",
        plan=RefundPlan(amount=None, delivered=0),
        chat_id=ANN,
        person_id=ANN,
        now=NOW,
    )
    return made.id


async def test_deeds_are_told_in_their_order_and_only_those_asked_for(store: Store) -> None:
    async with store.write() as tx:
        for deed in ("delivered", "paired", "refunded"):
            await audit.write(
                tx,
                shop_id=1,
                person_id=ANN,
                deed=deed,
                subject_kind="order",
                subject_id="o1",
                now=NOW,
                detail={"units": 2},
            )
        found = await audit.of(tx, 1, "order", "o1", ("refunded", "delivered"))
        assert [(entry.deed, entry.detail) for entry in found] == [
            ("delivered", {"units": 2}),
            ("refunded", {"units": 2}),
        ]
        assert await audit.of(tx, 1, "order", "o2", ("refunded",)) == ()
