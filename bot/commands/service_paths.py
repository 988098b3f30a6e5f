"""Where everything that a service needs really lies, and whether its user may have it."""

from __future__ import annotations

import errno
import os
import pwd
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import bot

from .said import NotDoneError

_MAX_LINKS: Final = 40
_SECONDS: Final = 60
# The settings look at every path themselves: what may be read, and what may be written to.
_LOOK: Final = """\
import os, sys
try:
    os.chdir(sys.argv[1])
except OSError as error:
    print(f"{error.filename} may not be used: {error.strerror}")
    sys.exit(2)
import handlers
from bot.settings_reading import WrongSettings, load_settings
try:
    load_settings()
except WrongSettings as wrong:
    print(wrong.problems[0])
    sys.exit(2)
"""


def needed(*files: Path | None) -> list[Path]:
    """Return where the interpreter, its packages, our own modules and ``files`` lie.

    A virtual environment may take its interpreter from somebody's home, and an installed module
    its source; a link counts with every place that it leads to.
    """
    ours = Path(bot.__file__).parent
    wanted = [Path(sys.executable), Path(sys.prefix), Path(sys.base_prefix), ours]
    return sorted(set(ways([*wanted, *(file for file in files if file is not None)])))


def ways(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield each path, and what it is called on the way by which links lead on from it."""
    for path in paths:
        at = path.absolute()
        for _ in range(_MAX_LINKS):
            yield at
            link = next((each for each in (*reversed(at.parents), at) if each.is_symlink()), None)
            if link is None:
                break
            leads = Path(os.path.normpath(link.parent / link.readlink()))
            at = leads / at.relative_to(link)


def name_of(user_id: int) -> str:
    """Return what a user is called, or their number: systemd takes that, too."""
    try:
        return pwd.getpwuid(user_id).pw_name
    except KeyError:
        return str(user_id)


def check_user(user_id: int, folder: Path) -> None:
    """Raise NotDoneError unless the bot could be started in ``folder`` as that user.

    It is tried, as far as the settings: rights of folders on the way, and lists of access, count
    as they are. Root alone can try that for others; for root itself there is nothing to try.
    """
    if os.geteuid() != 0 or user_id == 0:
        return
    who = name_of(user_id)
    try:
        groups = os.getgrouplist(who, (group := pwd.getpwuid(user_id).pw_gid))
    except KeyError:
        groups, group = [], folder.stat().st_gid
    try:
        done = subprocess.run(  # noqa: S603 - this very interpreter, no shell
            [sys.executable, "-P", "-c", _LOOK, str(folder)],
            cwd="/",
            user=user_id,
            group=group,
            extra_groups=groups,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            errors="replace",
            timeout=_SECONDS,
            check=False,
        )
    except OSError as error:
        if error.errno == errno.EPERM:  # a root that may become nobody else
            return
        real = Path(sys.executable).resolve()
        leads = f" (it is {real})" if str(real) != error.filename else ""
        raise NotDoneError(
            f"The service would run as {who}, the owner of .env, who may not use "
            f"{error.filename}{leads}: {error.strerror}. Let supplier-bot and its Python lie where "
            f"{who} may read them, below /opt for example."
        ) from None
    except subprocess.TimeoutExpired:
        return
    if done.returncode == 0:
        return
    said = done.stdout.strip() or (
        f"the modules below {sys.prefix} and {Path(bot.__file__).parents[1]} cannot be read"
    )
    raise NotDoneError(f"The service would run as {who}, the owner of .env. For {who}: {said}")
