"""/start, /menu, /help, /cancel, /health, /balance, and the buttons of the menu."""

from __future__ import annotations

from telegram import Update

from bot.desk import asking, drafts, health
from bot.model.facts import MenuFacts
from bot.views import talk

from .turn import Turn, TurnContext


async def welcome(turn: Turn) -> None:
    """Greet a new owner, who gets pushes from here on."""
    await turn.show(talk.welcome(await _menu_facts(turn), turn.reader))
    await asking.send_commands(turn.tx, turn.shop, turn.member, turn.now)


async def _menu_facts(turn: Turn) -> MenuFacts:
    return await turn.house.drawing.menu_facts(turn.tx, turn.reader)


async def start(update: Update, context: TurnContext) -> None:
    """/start: the menu; a chat that was paused is told again from here on."""
    turn = context.turn
    await drafts.end(turn.tx, turn.chat_id, turn.member)
    await asking.send_commands(turn.tx, turn.shop, turn.member, turn.now)
    await turn.show(talk.menu(await _menu_facts(turn), turn.reader))


async def menu(update: Update, context: TurnContext) -> None:
    """/menu and its button."""
    turn = context.turn
    await drafts.end(turn.tx, turn.chat_id, turn.member)
    facts = await _menu_facts(turn)
    await turn.show(talk.menu(facts, turn.reader), in_place=turn.pressed is not None)


async def help_(update: Update, context: TurnContext) -> None:
    """/help and its button."""
    turn = context.turn
    await drafts.end(turn.tx, turn.chat_id, turn.member)
    await turn.show(talk.help_text(turn.reader), in_place=turn.pressed is not None)


async def cancel(update: Update, context: TurnContext) -> None:
    """/cancel and every Cancel of a prompt: nothing is waited for any more."""
    turn = context.turn
    ended = await drafts.end(turn.tx, turn.chat_id, turn.member)
    name = "cancelled" if ended else "nothing_to_cancel"
    await turn.say(name, in_place=turn.pressed is not None)


async def health_(update: Update, context: TurnContext) -> None:
    """/health: what works, since when, what waits."""
    turn = context.turn
    await drafts.end(turn.tx, turn.chat_id, turn.member)
    facts = await health.facts(turn.tx, turn.house.gauges)
    await turn.show(talk.health(facts, turn.reader, turn.now), in_place=turn.pressed is not None)


async def balance(update: Update, context: TurnContext) -> None:
    """/balance: asked of the marketplace outside this lane; the answer follows."""
    turn = context.turn
    await drafts.end(turn.tx, turn.chat_id, turn.member)
    await turn.react("👀")
    await asking.ask_balance(
        turn.tx,
        turn.shop,
        turn.member,
        chat_id=turn.chat_id,
        reply_to=turn.own_message_id,
        now=turn.now,
    )
