"""Tells Telegram what to show of the bot before anybody wrote to it, in every language."""

from __future__ import annotations

import structlog
from telegram import Bot, BotCommand

from bot.views.languages import in_passing, offered
from bot.views.profile import profile

log = structlog.get_logger()


async def introduce(bot: Bot, default: str) -> bool:
    """Bring the bot's profile up to date; ``default``: the language for who speaks no other.

    Only what differs is sent: Telegram seldom lets a profile be changed. Return whether all of it
    is there now; nothing depends on it.
    """
    languages = offered()
    try:
        # Telegram knows languages by two letters; none: everybody else.
        for code, language in (("", default), *((each[:2], each) for each in languages)):
            await _introduce(bot, code, language)
    except Exception as error:  # noqa: BLE001 - a profile ends no bot
        log.info("profile not set", error=type(error).__name__)
        return False
    return True


async def _introduce(bot: Bot, code: str, language: str) -> None:
    with in_passing():
        wanted = profile(language)
    if (await bot.get_my_description(code)).description != wanted.description:
        await bot.set_my_description(wanted.description, code)
    if (await bot.get_my_short_description(code)).short_description != wanted.short:
        await bot.set_my_short_description(wanted.short, code)
    shown = await bot.get_my_commands(language_code=code)
    if tuple((each.command, each.description) for each in shown) != wanted.commands:
        commands = [BotCommand(name, description) for name, description in wanted.commands]
        await bot.set_my_commands(commands, language_code=code)
