"""What the doctor hears from Telegram: the bot, who else fetches its updates, and the time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlsplit

from bot.chat.direct import Away, DirectTelegram, Reply, TelegramAway, TelegramRefused

from .findings import Finding

_TOKEN: Final = "TELEGRAM_BOT_TOKEN"  # noqa: S105 - the setting's name
_URL: Final = "TELEGRAM_API_URL"
_UNKNOWN: Final = frozenset({401, 404})
_CONFLICT: Final = 409
_CLOCK_SECONDS: Final = 30.0
_RECENT_SECONDS: Final = 600
# Another one that polls comes back within this time.
_LISTEN_SECONDS: Final = 3.0

_AWAY: Final[dict[Away, str]] = {
    "no_connection": "no connection to {url} can be made",
    "timeout": "{url} does not answer in time",
    "cut": "{url} breaks the connection off",
    "unreadable": "what {url} answers is not Telegram's",
    "server_error": "{url} answers with an error of its own",
}


async def check_telegram(
    telegram: DirectTelegram,
    url: str,
    *,
    running: bool,
    webhook_url: str = "",
    listen: float = _LISTEN_SECONDS,
) -> list[Finding]:
    """Return what there is to say of Telegram.

    ``running``: this bot runs, and fetches the updates itself. ``webhook_url``: where it wants them
    brought instead. ``listen``: for how many seconds another one is listened for.
    """
    findings: list[Finding] = []
    try:
        me = await telegram.ask("getMe")
        findings += [_bot(me), *_clock(me)]
        hook = await telegram.ask("getWebhookInfo")
        findings.append(await _ways(telegram, hook, webhook_url, listen=0 if running else listen))
    except (TelegramAway, TelegramRefused) as error:
        findings.append(_trouble(error, url))
    return findings


def _trouble(error: TelegramAway | TelegramRefused, url: str) -> Finding:
    if isinstance(error, TelegramAway):
        said = _AWAY[error.reason].format(url=url)
        return Finding("telegram", _URL, "wrong", said, "look at the network, or try again later")
    if error.code in _UNKNOWN:
        return Finding(
            "telegram",
            _TOKEN,
            "wrong",
            "Telegram does not know this token",
            "ask @BotFather for it (/token) and put it in .env",
        )
    return Finding(
        "telegram", _URL, "wrong", f'Telegram said "{error.said}" ({error.code})', "try again later"
    )


def _bot(me: Reply) -> Finding:
    name = me.result.get("username") if isinstance(me.result, Mapping) else None
    return Finding("telegram", _TOKEN, "ok", f"the bot is @{name}")


def _clock(me: Reply) -> list[Finding]:
    if me.at is None:
        return []
    ahead = (datetime.now(UTC) - me.at).total_seconds()
    if abs(ahead) <= _CLOCK_SECONDS:
        return [Finding("telegram", _URL, "ok", f"the clocks differ by {abs(ahead):.0f} s")]
    way = "ahead of" if ahead > 0 else "behind"
    return [
        Finding(
            "telegram",
            _URL,
            "wrong",
            f"this machine's clock is {abs(ahead):.0f} s {way} Telegram's",
            "turn on time synchronisation (timedatectl set-ntp true)",
        )
    ]


async def _ways(telegram: DirectTelegram, hook: Reply, wanted: str, *, listen: float) -> Finding:
    info = hook.result if isinstance(hook.result, Mapping) else {}
    url = str(info.get("url") or "")
    host = urlsplit(url).hostname or url
    waiting = info.get("pending_update_count", 0)
    if wanted:
        return _webhook(url, wanted, host, _last_failure(info))
    if url:
        return Finding(
            "telegram",
            _TOKEN,
            "wrong",
            f"Telegram brings the updates to {host}, not to this bot",
            "`run` takes them back when it starts; another program that set this is to be stopped",
        )
    if not listen:
        return Finding("telegram", _TOKEN, "ok", "the running bot fetches its updates")
    # Nothing is taken: without an offset, Telegram keeps every update.
    try:
        await telegram.ask("getUpdates", wait=listen, timeout=round(listen), limit=1)
    except TelegramRefused as error:
        if error.code != _CONFLICT:
            raise
        return Finding(
            "telegram",
            _TOKEN,
            "wrong",
            "another program fetches the updates of this bot",
            "stop that one, or make a bot of its own with @BotFather",
        )
    return Finding("telegram", _TOKEN, "ok", f"nobody else fetches its updates; {waiting} wait")


def _last_failure(info: Mapping[str, Any]) -> str:
    """Return what Telegram last said of updates that it could not bring, unless that is over."""
    at = info.get("last_error_date")
    recent = isinstance(at, int) and datetime.now(UTC).timestamp() - at < _RECENT_SECONDS
    if not recent and not info.get("pending_update_count"):
        return ""
    return str(info.get("last_error_message") or "")


def _webhook(url: str, wanted: str, host: str, last_error: str) -> Finding:
    name = "WEBHOOK_URL"
    if url and not url.startswith(wanted):
        return Finding(
            "telegram",
            name,
            "wrong",
            f"Telegram brings the updates to {host} instead",
            "stop the other program, or make a bot of its own with @BotFather",
        )
    if last_error:
        return Finding(
            "telegram",
            name,
            "wrong",
            f'Telegram could not bring updates: "{last_error}"',
            "look at what stands at that address",
        )
    said = "Telegram brings the updates there" if url else "it is not set yet: `run` sets it"
    return Finding("telegram", name, "ok" if url else "note", said)
