"""/start, /menu, /help, /cancel, /health, /balance, and the buttons of the menu."""

from __future__ import annotations

from telegram import Update

from bot.desk import asking, confirming, drafts, health, people
from bot.desk import balance as desk_balance
from bot.desk.errors import NotPossible
from bot.model.facts import MenuFacts
from bot.views import talk

from .turn import Turn, TurnContext


async def welcome(turn: Turn) -> None:
    """Greet a new owner, who gets pushes from here on."""
    facts = await _menu_facts(turn)
    await turn.show(talk.welcome(facts, turn.reader))
    if facts.watching and facts.looked_at == "all":
        await people.was_told(turn.tx, turn.shop, turn.chat_id)
    await asking.send_commands(turn.tx, turn.shop, turn.member, turn.now)


async def _menu_facts(turn: Turn) -> MenuFacts:
    return await turn.house.drawing.menu_facts(turn.tx, turn.reader)


async def start(update: Update, context: TurnContext) -> None:
    """/start: the menu; a chat that was paused is told again from here on."""
    turn = context.turn
    await drafts.end(turn.tx, turn.chat_id, turn.member, turn.now)
    await asking.send_commands(turn.tx, turn.shop, turn.member, turn.now)
    if not await people.greets(turn.tx, turn.chat_id):
        await turn.show(talk.menu(await _menu_facts(turn), turn.reader))


async def menu(update: Update, context: TurnContext) -> None:
    """/menu and its button."""
    turn = context.turn
    await drafts.end(turn.tx, turn.chat_id, turn.member, turn.now)
    facts = await _menu_facts(turn)
    await turn.show(talk.menu(facts, turn.reader), in_place=turn.pressed is not None)


async def help_(update: Update, context: TurnContext) -> None:
    """/help and its button."""
    turn = context.turn
    await drafts.end(turn.tx, turn.chat_id, turn.member, turn.now)
    await turn.show(talk.help_text(turn.reader), in_place=turn.pressed is not None)


async def cancel(update: Update, context: TurnContext) -> None:
    """/cancel: nothing is waited for any more, and nothing that this person proposed is sent."""
    turn = context.turn
    waited = await drafts.end(turn.tx, turn.chat_id, turn.member, turn.now)
    taken_back, under_way = await confirming.take_all_back(
        turn.tx, turn.shop, turn.member, turn.chat_id, turn.now
    )
    if not (waited or taken_back or under_way):
        await turn.say("nothing_to_cancel")
        return
    await turn.say("cancelled", waited=waited, things=taken_back, under_way=under_way)


async def stop(turn: Turn, draft_id: str) -> None:
    """Cancel below a prompt: what it asked for is not waited for any more; it says so itself."""
    if not await drafts.stop(turn.tx, turn.member, draft_id, turn.now):
        raise NotPossible("gone")


async def health_(update: Update, context: TurnContext) -> None:
    """/health: what works, since when, what waits."""
    turn = context.turn
    await drafts.end(turn.tx, turn.chat_id, turn.member, turn.now)
    facts = await health.facts(turn.tx, turn.shop.shop_id, turn.house.gauges, turn.now)
    await turn.show(talk.health(facts, turn.reader, turn.now), in_place=turn.pressed is not None)


async def balance(update: Update, context: TurnContext) -> None:
    """/balance: asked of the marketplace outside this lane; the answer follows."""
    turn = context.turn
    await drafts.end(turn.tx, turn.chat_id, turn.member, turn.now)
    await turn.react("👀")
    await desk_balance.ask(
        turn.tx,
        turn.shop,
        turn.member,
        zone=turn.reader.time_zone,
        chat_id=turn.chat_id,
        reply_to=turn.own_message_id,
        now=turn.now,
    )
