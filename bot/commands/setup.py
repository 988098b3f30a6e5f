"""``supplier-bot setup``: a guided start, and later the change of one thing."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from bot import logs
from bot.env_file import read_env_file
from bot.places import WrongPlace, check_place
from bot.settings_reading import WrongSettings, load_places
from bot.supplier.auth import check_base_url

from . import setup_said as words
from .env_writing import is_of_setup, with_settings
from .files import write_whole
from .said import NotDoneError, complain
from .setup_steps import Steps, Values
from .terminal import Terminal

ENV_FILE: Final = Path(".env")
# What the bot can do without: setup asks for it all the same when it is not broken off.
_LATER: Final = {
    "endpoints": "SUPPLIER_ENDPOINTS",
    "owner": "OWNER_IDS",
    "zone": "TIME_ZONE",
    "currency": "CURRENCY",
    "language": "DEFAULT_LANGUAGE",
}


def run_setup() -> int:
    """Ask for everything that is missing, or for what is to change; return the exit status."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        complain(words.NO_TERMINAL)
        return 1
    logs.set_up("CRITICAL")
    try:
        Setup(Terminal(), ENV_FILE).run()
    except NotDoneError as error:
        complain(str(error))
        return error.status
    except (KeyboardInterrupt, EOFError):
        complain("")
        complain(words.ENDED)
        return 1
    return 0


class Setup:
    """One sitting at the terminal."""

    def __init__(self, terminal: Terminal, file: Path) -> None:
        """Raise NotDoneError when the file of the settings cannot be read or written."""
        self._terminal = terminal
        self._file = file
        values, problems = read_env_file(file)
        if problems:
            raise NotDoneError(f"{problems[0]}. Nothing was changed.")
        try:
            check_place(file, written=True)
        except WrongPlace as error:
            raise NotDoneError(f"{error}: nothing was changed.") from None
        self._known = {name.upper(): value for name, value in values.items()}
        self._outside = {name.upper(): value for name, value in os.environ.items() if value}
        self._known |= self._outside

    def run(self) -> None:
        """Go through what is missing; when nothing is, let one thing be changed."""
        steps = Steps(self._terminal, self._known, _database())
        ways: dict[str, tuple[str, Callable[[], Values]]] = {
            "token": ("the bot's token", steps.token),
            "address": ("the marketplace's address", steps.address),
            "endpoints": ("the addresses of its operations", steps.endpoints),
            "key": ("the key", steps.key),
            "owner": ("the owner", steps.owner),
            "zone": ("the time zone", steps.zone),
            "currency": ("the currency", steps.currency),
            "language": ("the language", steps.language),
        }
        missing = self._missing()
        if missing:
            self._terminal.say(words.WELCOME.format(file=self._file))
            # Who has no token yet has nothing yet: all of it is gone through.
            for name in ways if "token" in missing else [each for each in ways if each in missing]:
                self._do(ways[name][1])
        else:
            options = {name: label for name, (label, _) in ways.items()} | {"end": "nothing"}
            chosen = self._terminal.choose("What is to change", options, "end")
            if chosen == "end":
                return
            self._do(ways[chosen][1])
        self._terminal.say()
        self._terminal.say(words.DONE.format(file=self._file, command=_as_typed()))

    def _missing(self) -> set[str]:
        """Return the steps whose settings are not there; the first start goes through all."""
        missing = set()
        if not self._known.get("TELEGRAM_BOT_TOKEN"):
            missing.add("token")
        if not _is_address(self._known.get("SUPPLIER_API_URL", "")):
            missing.add("address")
        way_in = ("SUPPLIER_API_KEY", "SUPPLIER_COOKIE")
        if not any(self._known.get(name) for name in way_in):
            missing.add("key")
        # The last step always leaves a line: without it, an earlier sitting was broken off.
        if self._is_ours() and not self._known.get(_LATER["language"]):
            missing |= {step for step, name in _LATER.items() if not self._known.get(name)}
        return missing

    def _is_ours(self) -> bool:
        return self._file.exists() and is_of_setup(self._file.read_bytes().decode("utf-8-sig"))

    def _do(self, step: Callable[[], Values]) -> None:
        values = step()
        if not values:
            return
        try:
            text = self._file.read_bytes().decode("utf-8-sig")
        except FileNotFoundError:
            text = ""
        write_whole(self._file, with_settings(text, values), mode=0o600)
        over = sorted(
            name for name, value in values.items() if self._outside.get(name, value) != value
        )
        if over:
            self._terminal.say(words.IN_ENVIRONMENT.format(names=", ".join(over), file=self._file))
        self._known |= values  # the steps that follow look at it


def _is_address(text: str) -> bool:
    try:
        return bool(check_base_url(text))
    except ValueError:
        return False


def _as_typed() -> str:
    """Return how this command was called, so that the next ones are found, too."""
    return sys.argv[0] if sys.argv[0].endswith("/supplier-bot") else "supplier-bot"


def _database() -> Path | None:
    """Return where the database is, None where that cannot be said yet."""
    try:
        return load_places().database
    except WrongSettings:
        return None
