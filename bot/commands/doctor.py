"""``supplier-bot doctor``: looks at everything the bot needs, changes nothing, says what to do."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Final

from bot import logs
from bot.chat.direct import DirectTelegram
from bot.listening import CannotListen, listen
from bot.market import marketplace_of
from bot.settings import Settings
from bot.store.lock import holder_of
from bot.supplier.addresses import load_addresses
from bot.supplier.caller import Timeouts

from .doctor_files import check_files
from .doctor_marketplace import check_marketplace
from .doctor_settings import load_what_can_be
from .doctor_telegram import check_telegram
from .findings import Finding, all_is_well, as_json, as_line
from .said import say

# A person waits: one try, and not for long.
TIMEOUTS: Final = Timeouts(connect=5, read=10, write=10, total=2, tries=1)
_BEGIN: Final = "`supplier-bot setup` makes one; or go to the folder of your bot"
_ENV_FILE: Final = Path(".env")
_MARKET: Final = frozenset(
    {
        "SUPPLIER_API_URL",
        "SUPPLIER_API_KEY",
        "SUPPLIER_AUTH",
        "SUPPLIER_COOKIE",
        "SUPPLIER_ENDPOINTS",
    }
)
_TELEGRAM: Final = frozenset({"TELEGRAM_BOT_TOKEN", "TELEGRAM_API_URL"})
_PLACES: Final = frozenset({"DATABASE_URL", "SECRETS_FILE"})


def run_doctor(*, as_machine: bool) -> int:
    """Look at everything and print it; return the exit status."""
    logs.set_up("ERROR")
    findings = asyncio.run(examine())
    if as_machine:
        say(as_json(findings))
    else:
        for finding in findings:
            say(as_line(finding))
        wrong = sum(each.level == "wrong" for each in findings)
        say("All is well." if not wrong else f"Not well: {wrong} to do.")
    return 0 if all_is_well(findings) else 1


async def examine(*, timeouts: Timeouts = TIMEOUTS, listen: float = 3.0) -> list[Finding]:
    """Return what was found. ``listen``: for how many seconds another poller is listened for."""
    settings, stand_ins, problems = load_what_can_be()
    findings = [_problem(line) for line in problems]
    if "TELEGRAM_BOT_TOKEN" in stand_ins and not _ENV_FILE.exists():
        findings.append(Finding("settings", ".env", "note", "there is none in this folder", _BEGIN))
    if not problems:
        findings.append(Finding("settings", ".env", "ok", "every setting can be used"))
    running = False
    bot_id = None if "TELEGRAM_BOT_TOKEN" in stand_ins else settings.bot_id
    if not stand_ins & _PLACES:
        findings += await asyncio.to_thread(
            lambda: list(check_files(settings.database, settings.key_file, _ENV_FILE, bot_id))
        )
        running = holder_of(settings.database) is not None
    if not running:
        findings += _ports(settings)
    if not stand_ins & _TELEGRAM:
        telegram = DirectTelegram(
            settings.telegram_bot_token.get_secret_value(),
            settings.telegram_api_url,
            margin=timeouts.read,
        )
        async with telegram:
            findings += await check_telegram(
                telegram,
                settings.telegram_api_url,
                running=running,
                webhook_url=settings.webhook_url,
                listen=listen,
            )
    if not stand_ins & _MARKET:
        addresses = load_addresses(settings.supplier_endpoints)
        findings += await check_marketplace(
            lambda heard: marketplace_of(settings, timeouts, heard),
            addresses,
            session=settings.supplier_auth == "session",
        )
    return findings


def _ports(settings: Settings) -> list[Finding]:
    """Return whether the ports are free that `run` is to listen on."""
    wanted = {
        "METRICS_LISTEN": settings.metrics_listen,
        "WEBHOOK_LISTEN": settings.webhook_listen if settings.webhook_url else "",
    }
    findings = []
    for name, place in wanted.items():
        if not place:
            continue
        try:
            listen(name, place).close()
        except CannotListen as error:
            said = str(error).removeprefix(f"{name}: ")
            findings.append(Finding("settings", name, "wrong", said, "choose another port"))
        else:
            findings.append(Finding("settings", name, "ok", f"{place} is free"))
    return findings


def _problem(line: str) -> Finding:
    name, _, said = line.partition(": ")
    said, _, hint = said.partition("; it should be ")
    return Finding("settings", name, "wrong", said, f"it should be {hint}" if hint else "")
