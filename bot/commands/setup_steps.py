"""The steps of ``supplier-bot setup``: each asks, checks, and returns the settings it found."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TypeVar
from urllib.parse import urlsplit

from bot.chat.direct import TelegramAway, TelegramRefused
from bot.desk.errors import NotPossible
from bot.desk.zones import zone_of
from bot.model.languages import ENGLISH, NAMES, language_of_code
from bot.store import bots
from bot.store.errors import StoreError
from bot.store.lock import holder_of
from bot.supplier.addresses import AddressError, load_addresses
from bot.supplier.auth import AuthError, AuthKind, base_of_operation, check_base_url

from . import setup_network as network
from . import setup_said as words
from .endpoints import check_reading, read_source, take
from .said import NotDoneError
from .terminal import Terminal

Values = dict[str, str]
T = TypeVar("T")

_TRIES: Final = 5
_TOKEN: Final = re.compile(r"\d{3,20}:[A-Za-z0-9_-]{30,}")
_IDS: Final = re.compile(r"[1-9]\d{0,15}(?:\s*,\s*[1-9]\d{0,15})*")
_UNKNOWN_TOKEN: Final = frozenset({401, 404})
_CONFLICT: Final = 409
_KEYS: Final = (AuthKind.X_API_KEY, AuthKind.BEARER, AuthKind.BODY)


class Steps:
    """What is asked; ``known`` are the settings as they are now."""

    def __init__(self, terminal: Terminal, known: Mapping[str, str], database: Path | None) -> None:
        self._terminal = terminal
        self._known = known
        self._database = database

    # --- Telegram -------------------------------------------------------------------------------

    def token(self) -> Values:
        """Take the bot's token and check it with Telegram."""
        self._terminal.title("Telegram")
        self._terminal.say(words.BOTFATHER)
        return self._until_it_works(self._try_token)

    def _try_token(self) -> Values | None:
        token = self._terminal.secret("Token")
        if not _TOKEN.fullmatch(token):
            self._terminal.say(words.NO_TOKEN)
            return None
        name = self._name_of(token)
        if name is None:
            return None
        self._terminal.say(words.THE_BOT.format(name=name))
        bot_id = token.partition(":")[0]
        before = self._known.get("TELEGRAM_BOT_TOKEN", "").partition(":")[0]
        kept = self._bots()
        # The database knows best: the right token may be put back in the place of a wrong one.
        another = int(bot_id) not in kept if kept else before not in {"", bot_id}
        if another and not self._terminal.agreed(words.ANOTHER_BOT, default=False):
            return None
        if another and self._database is not None and kept:
            try:
                bots.begin_anew(self._database, int(bot_id), datetime.now(UTC))
            except StoreError as error:
                raise NotDoneError(str(error)) from None
        return {"TELEGRAM_BOT_TOKEN": token}

    def _bots(self) -> frozenset[int]:
        """Return which bots the database speaks through."""
        try:
            return frozenset() if self._database is None else bots.bots_of(self._database)
        except (StoreError, OSError):
            return frozenset()  # `run` and the doctor say what is the matter with it

    def _name_of(self, token: str) -> str | None:
        try:
            return asyncio.run(network.bot_name(token, self._api_url))
        except (TelegramAway, TelegramRefused) as error:
            self._say_trouble(error)
            return None

    def _say_trouble(self, error: TelegramAway | TelegramRefused) -> None:
        if isinstance(error, TelegramAway):
            self._terminal.say(words.TELEGRAM_AWAY.format(url=self._api_url))
        elif error.code in _UNKNOWN_TOKEN:
            self._terminal.say(words.UNKNOWN_TOKEN)
        elif error.code == _CONFLICT:
            self._terminal.say(words.OTHERS)
        else:
            self._terminal.say(words.TELEGRAM_SAID.format(said=error.said))

    @property
    def _api_url(self) -> str:
        return self._known.get("TELEGRAM_API_URL", "https://api.telegram.org").rstrip("/")

    # --- the marketplace ------------------------------------------------------------------------

    def address(self) -> Values:
        """Take the marketplace's address."""
        self._terminal.title("Marketplace")
        self._terminal.say(words.MARKETPLACE)
        return self._until_it_works(self._try_address)

    def _try_address(self) -> Values | None:
        typed = self._terminal.ask("Address", self._known.get("SUPPLIER_API_URL", ""))
        if typed and "://" not in typed:
            self._terminal.say(words.NO_SCHEME.format(typed=typed.lstrip("/")))
            return None
        try:
            url = check_base_url(typed)
        except ValueError:
            self._terminal.say(words.NO_ADDRESS)
            return None
        base = base_of_operation(url)
        if base is not None:
            self._terminal.say(words.AN_OPERATION.format(base=base))
            return None
        if urlsplit(url).path and not self._terminal.agreed(
            words.A_PREFIX.format(url=url), default=True
        ):
            return None
        return {"SUPPLIER_API_URL": url}

    def endpoints(self) -> Values:
        """Import the address table from the documentation page, or leave it as it is."""
        self._terminal.title("Addresses")
        guesses = sum(not row.confirmed for row in load_addresses(self._usable_table()).values())
        self._terminal.say(words.DOCUMENTATION.format(count=guesses))
        return self._until_it_works(self._try_endpoints)

    def _try_endpoints(self) -> Values | None:
        source = self._terminal.ask("File or address of the page (Enter: leave it for later)")
        if not source:
            return {}
        in_use = self._table
        partial = False
        try:
            reading = read_source(
                os.path.expanduser(source),  # noqa: PTH111 - it may be an address
                supplier_api_url=self._known.get("SUPPLIER_API_URL", ""),
            )
            try:
                check_reading(reading, source, partial=False)
            except NotDoneError as error:
                takeable = reading.rows and not reading.for_buyers and not reading.undecided
                self._terminal.say(str(error).replace("; --partial takes what was found", ""))
                question = words.TAKE_PART.format(count=len(reading.rows))
                if not takeable or not self._terminal.agreed(question, default=False):
                    return None
                partial = True
            file = take(reading, source, output=None, partial=partial, in_use=in_use)
        except NotDoneError as error:
            self._terminal.say(str(error))
            return None
        return {"SUPPLIER_ENDPOINTS": str(file)}

    @property
    def _table(self) -> Path | None:
        named = self._known.get("SUPPLIER_ENDPOINTS")
        return Path(named) if named else None

    def _usable_table(self) -> Path | None:
        try:
            load_addresses(self._table)
        except AddressError:
            return None
        return self._table

    def key(self) -> Values:
        """Take the key, or the browser's cookie, and check it with a read."""
        self._terminal.title("Key")
        self._terminal.say(words.KEY)
        return self._until_it_works(self._try_key)

    def _try_key(self) -> Values | None:
        key = self._terminal.secret("Key (Enter alone: use the browser's session)")
        if not key:
            return self._try_cookie()
        if not re.fullmatch(r"[\x21-\x7e]+", key):
            self._terminal.say(words.NO_KEY)
            return None
        kept = self._known.get("SUPPLIER_AUTH", "").lower()
        kinds = sorted(_KEYS, key=lambda kind: kind.value != kept)
        answer, said = "unclear", ""
        for kind in kinds:
            answer, said = self._ask(kind, key)
            if answer != "refused":
                break
        if self._settled(answer, said):
            return {"SUPPLIER_API_KEY": key, "SUPPLIER_AUTH": kind.value}
        return None

    def _try_cookie(self) -> Values | None:
        self._terminal.say(words.SESSION)
        cookie = self._terminal.secret("Cookie header").removeprefix("Cookie:").strip()
        if "csrftoken=" not in cookie:
            self._terminal.say(words.NO_COOKIE)
            return None
        if not self._settled(*self._ask(AuthKind.SESSION, cookie)):
            return None
        return {"SUPPLIER_COOKIE": cookie, "SUPPLIER_AUTH": AuthKind.SESSION.value}

    def _ask(self, kind: AuthKind, secret: str) -> tuple[network.Answer, str]:
        url = self._known["SUPPLIER_API_URL"]
        try:
            return asyncio.run(network.ask_marketplace(url, kind, secret, self._usable_table()))
        except AuthError as error:
            return "refused", str(error)

    def _settled(self, answer: str, said: str) -> bool:
        """Say what the marketplace answered; return whether the key is to be kept."""
        sentence = {
            "known": words.KNOWN,
            "refused": words.REFUSED,
            "away": words.MARKET_AWAY.format(url=self._known["SUPPLIER_API_URL"]),
            "addresses": words.NO_ADDRESSES,
            "unclear": words.UNCLEAR,
        }[answer]
        self._terminal.say(sentence + (words.ITS_WORDS.format(words=said) if said else ""))
        if answer in {"known", "refused"}:
            return answer == "known"
        return self._terminal.agreed(words.KEEP_ANYWAY, default=False)

    # --- the owner ------------------------------------------------------------------------------

    def owner(self) -> Values:
        """Learn who the owner is: from a tap, from a number, or later."""
        self._terminal.title("Owner")
        self._terminal.say(words.OWNER)
        return self._until_it_works(self._try_owner)

    def _try_owner(self) -> Values | None:
        ways = {
            "tap": "open a link on your phone",
            "id": "type a Telegram user ID",
            "later": "later, with a code that `supplier-bot run` prints",
        }
        way = self._terminal.choose("How", ways, "tap")
        if way == "later":
            self._terminal.say(words.LATER)
            return {}
        if way == "id":
            typed = self._terminal.ask("User ID")
            if not _IDS.fullmatch(typed):
                self._terminal.say(words.NO_ID)
                return None
            return {"OWNER_IDS": ",".join(re.findall(r"\d+", typed))}
        try:
            return self._tap()
        except KeyboardInterrupt:
            self._terminal.say()
            self._terminal.say(words.LATER)
            return {}

    def _tap(self) -> Values | None:
        if self._database is not None and holder_of(self._database) is not None:
            self._terminal.say(words.RUNNING)
            return None
        token = self._known["TELEGRAM_BOT_TOKEN"]
        name = self._name_of(token)
        if name is None:
            return None
        code = network.new_code()
        link = f"https://t.me/{name}?start={code}"
        self._terminal.qr_code(link)
        self._terminal.say(words.TAP.format(link=link, code=code))
        self._terminal.say(words.WAITING)
        try:
            someone = asyncio.run(network.wait_for_tap(token, self._api_url, code))
        except (TelegramAway, TelegramRefused) as error:
            self._say_trouble(error)
            return None
        except network.TooManyWaiting:
            self._terminal.say(words.MANY_WAIT)
            return None
        if someone is None:
            self._terminal.say(words.NOBODY)
            return None
        if not self._terminal.agreed(words.TAPPED.format(name=someone.name), default=True):
            return None
        return {"OWNER_IDS": str(someone.person_id)}

    # --- the clock, money, words ----------------------------------------------------------------

    def zone(self) -> Values:
        """Take the time zone, by a city or an offset."""
        self._terminal.title("Clock, money, language")
        return self._until_it_works(self._try_zone)

    def _try_zone(self) -> Values | None:
        typed = self._terminal.ask(
            "Time zone (a big city, or UTC+3)", self._known.get("TIME_ZONE") or _zone_here()
        )
        try:
            return {"TIME_ZONE": zone_of(typed)}
        except NotPossible:
            self._terminal.say(words.NO_ZONE)
            return None

    def currency(self) -> Values:
        """Take the currency of the marketplace's amounts."""
        return self._until_it_works(self._try_currency)

    def _try_currency(self) -> Values | None:
        typed = self._terminal.ask(
            "Currency of the marketplace's amounts", self._known.get("CURRENCY", "USD")
        )
        if not re.fullmatch(r"[A-Za-z]{3}", typed):
            self._terminal.say(words.NO_CURRENCY)
            return None
        return {"CURRENCY": typed.upper()}

    def language(self) -> Values:
        """Choose the language of whoever's own is not there."""
        default = language_of_code(self._known.get("DEFAULT_LANGUAGE", "")) or ENGLISH
        return {"DEFAULT_LANGUAGE": self._terminal.choose("Language", NAMES, default)}

    # --- all of them ----------------------------------------------------------------------------

    def _until_it_works(self, attempt: Callable[[], Values | None]) -> Values:
        for _ in range(_TRIES):
            found = attempt()
            if found is not None:
                return found
        raise NotDoneError(words.TOO_OFTEN.format(times=_TRIES))


def _zone_here() -> str:
    """Return this machine's time zone, UTC where it does not say."""
    try:
        name = str(Path("/etc/localtime").readlink()).partition("zoneinfo/")[2]
        zone = zone_of(name) if name else "UTC"
    except (OSError, NotPossible):
        return "UTC"
    return "UTC" if zone in {"Etc/UTC", "Etc/GMT"} else zone
