"""``supplier-bot backup`` and ``restore``: what they say, and with which status they end."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

from bot.ending import ending_at_once
from bot.places import WrongPlace, check_apart
from bot.store.backup import Contents, back_up
from bot.store.errors import StoreError
from bot.store.restore import Done, Plan, restoring


def make_backup(file: Path, database: Path, key_file: Path) -> int:
    """Make a backup; return the exit status."""
    file = file.absolute()
    try:
        _check_free(file, database, key_file)
        about = back_up(database, file, datetime.now(UTC))
    except WrongPlace as error:
        _print(f"{error}; name another file.", wrong=True)
        return 1
    except StoreError as error:
        _print(str(error), wrong=True)
        return 1
    _print(f"{file} holds {_counted(about.contents)}.")
    _print(
        f"It holds no key: keep a copy of {key_file} in another place. "
        "Without it, units that were delivered are not recognised after a restore, and saved "
        "texts and notes cannot be read."
    )
    return 0


def _check_free(file: Path, database: Path, key_file: Path) -> None:
    try:
        check_apart(file, database)
        same = file.resolve() == key_file.resolve()
    except (OSError, RuntimeError):
        raise WrongPlace(f"{file} cannot be used: it leads nowhere") from None
    if same:
        raise WrongPlace(f"{file} is where the key is kept")


def restore_backup(file: Path, database: Path, key_file: Path, *, yes: bool) -> int:
    """Say what a restore does, ask, and do it; return the exit status."""
    try:
        with restoring(file.absolute(), database, key_file) as restore:
            for line in _says(restore.plan, key_file):
                _print(line)
            if not yes and not _agreed():
                return 1
            done = restore.carry_out(datetime.now(UTC))
    except StoreError as error:
        _print(str(error), wrong=True)
        return 1
    for line in _said(done, restore.plan):
        _print(line)
    return 0


def _agreed() -> bool:
    if not sys.stdin.isatty():
        _print("Nothing was changed: say --yes where nobody can be asked.", wrong=True)
        return False
    try:
        # Elsewhere an end that is asked for waits for the work; nothing is at work here.
        with ending_at_once():
            answer = input("Go on? [y/N] ")
    except (EOFError, KeyboardInterrupt, UnicodeDecodeError):
        answer = ""
    agreed = answer.strip().lower() in {"y", "yes"}
    if not agreed:
        _print("Nothing was changed.", wrong=True)
    return agreed


def _says(plan: Plan, key_file: Path) -> list[str]:
    about, replaces = plan.about, plan.replaces
    made = "an unknown time" if about.made_at is None else f"{about.made_at:%Y-%m-%d %H:%M} UTC"
    said = [f"{plan.file} is of {made} and holds {_counted(about.contents)}."]
    if replaces is None:
        said.append(f"There is no database at {plan.database} yet.")
    elif replaces.contents is None:
        said.append(f"It replaces {plan.database}, which is empty or cannot be read.")
    else:
        changed = replaces.contents.changed_at
        last = "" if changed is None else f"; its last change is of {changed:%Y-%m-%d %H:%M} UTC"
        said.append(f"It replaces {plan.database}: {_counted(replaces.contents)}{last}.")
    if not plan.opens:
        said.append(
            f"{key_file} does not open what is sealed in it: its {about.contents.saved_texts} "
            f"saved texts, {about.contents.notes} notes on buyers and the texts of its tickets "
            "are left out, and units that were delivered are recognised only once they were seen "
            "on the marketplace again. Put the right key there first if you have it."
        )
    return said


def _said(done: Done, plan: Plan) -> list[str]:
    said = [f"{plan.database} is in its place; start the bot. It looks at the marketplace first."]
    if done.kept is not None:
        said.append(f"The earlier database is {done.kept}.")
    if done.ended.open_questions:
        said.append(f"Questions that were open then, and have ended: {done.ended.open_questions}.")
    if done.ended.under_way:
        names = ", ".join(f"{kind} {name}" for kind, _, name in done.ended.under_way)
        said.append(f"Under way then; look at what became of it: {names}.")
    if not plan.opens:
        said.append(
            "The lock code and all PINs went with the key: `supplier-bot lock --show-code` makes "
            "a new code and prints it; PINs are set anew in the chat."
        )
    return said


def _counted(contents: Contents) -> str:
    return (
        f"{_many(contents.orders, 'order')}, {_many(contents.tickets, 'ticket')} "
        f"and {_many(contents.people, 'person', 'people')}"
    )


def _many(count: int, one: str, more: str = "") -> str:
    return f"{count:,} {one if count == 1 else more or one + 's'}"


def _print(line: str, *, wrong: bool = False) -> None:
    print(line, file=sys.stderr if wrong else sys.stdout)
