"""``supplier-bot service install``: a systemd unit that keeps the bot running, and confined."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.env_file import read_env_file
from bot.settings import Settings
from bot.settings_reading import WrongSettings, load_settings

from .files import write_whole
from .said import NotDoneError, complain, say
from .service_paths import check_user, name_of, needed

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,60}")
_ANALYSE_SECONDS: Final = 60
# Longer than the ten seconds in which the bot ends by itself.
_STOP_SECONDS: Final = 20
# What holds for every unit: it needs nothing of the machine that a user's own service may not ask.
_CONFINED: Final = """\
NoNewPrivileges=yes
UMask=0077
LockPersonality=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
RestrictNamespaces=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged
SystemCallErrorNumber=EPERM
"""
_WALLED_IN: Final = """\
CapabilityBoundingSet=
AmbientCapabilities=
PrivateDevices=yes
PrivateMounts=yes
ProtectSystem=strict
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
RemoveIPC=yes
"""


@dataclass(frozen=True, slots=True)
class Plan:
    """What the unit is made of; all paths are absolute. ``user``: None for a user's own unit.

    ``needed``: what is read besides.
    """

    name: str
    command: Sequence[str]
    folder: Path
    written: Sequence[Path]
    user: str | None
    needed: Sequence[Path] = ()


def install(*, system: bool, name: str, only_print: bool) -> int:
    """Write the unit and say what comes next; return the exit status."""
    try:
        settings = load_settings()
    except WrongSettings as wrong:
        for problem in wrong.problems:
            complain(problem)
        return 2
    try:
        plan = plan_of(settings, Path.cwd(), system=system, name=name)
        text = unit(plan)
        if only_print:
            say(text.rstrip("\n"))
            return 0
        if system:
            check_user(_owner(plan.folder), plan.folder)
        file = _place(system=system) / f"{name}.service"
        _check(text, file.name, user=not system)
        _write(file, text)
    except NotDoneError as error:
        complain(str(error))
        return error.status
    _say_next(name, system=system, root=plan.user == "root")
    alone = _in_environment_alone()
    if alone:
        complain(
            f"The service does not have this environment: write {', '.join(alone)} to .env, too."
        )
    return 0


def _in_environment_alone() -> list[str]:
    """Return the settings that `run` has here, and would not have as a service."""
    kept, _ = read_env_file(Path(".env"))
    here = {name.lower(): value for name, value in os.environ.items() if value}
    return [
        name.upper()
        for name in Settings.model_fields
        if name in here and here[name] != kept.get(name)
    ]


def plan_of(settings: Settings, folder: Path, *, system: bool, name: str) -> Plan:
    """Return the plan for a bot that is started in ``folder``. Raises NotDoneError."""
    if not _NAME.fullmatch(name):
        raise NotDoneError("--name: letters, digits, - and _ alone.", status=2)
    command = Path(sys.executable).with_name("supplier-bot")
    beside = {settings.database.parent, settings.key_file.absolute().parent}
    if settings.log_file is not None:
        beside.add(settings.log_file.absolute().parent)
    written = sorted({folder.absolute(), *beside})
    return Plan(
        name,
        (str(command), "run") if command.exists() else (sys.executable, "-m", "bot", "run"),
        folder.absolute(),
        written,
        name_of(_owner(folder)) if system else None,
        needed(*written, command, folder / ".env", settings.supplier_endpoints),
    )


def _owner(folder: Path) -> int:
    return (folder / ".env" if (folder / ".env").exists() else folder).stat().st_uid


def unit(plan: Plan) -> str:
    """Return the text of the unit. Raises NotDoneError for a path that cannot stand in one."""
    paths = [*map(str, plan.command[:1]), str(plan.folder), *map(str, plan.written)]
    if not all(path.isprintable() and '"' not in path and "\\" not in path for path in paths):
        raise NotDoneError("A unit cannot name a path with quotes, backslashes or line ends.")
    lines = [
        "[Unit]",
        "Description=Supplier Bot",
        "Wants=network-online.target",
        "After=network-online.target",
        "StartLimitIntervalSec=0",
        "",
        "[Service]",
        f"ExecStart={' '.join(map(_word, plan.command))}",
        f"WorkingDirectory={_percent(str(plan.folder))}",
        *([f"User={plan.user}"] if plan.user is not None else []),
        "Restart=always",
        "RestartSec=5",
        "# Wrong settings stay wrong: it is not started again for them.",
        "RestartPreventExitStatus=2",
        f"TimeoutStopSec={_STOP_SECONDS}",
        "MemoryHigh=400M",
        "",
        *_CONFINED.splitlines(),
    ]
    if plan.user is not None:
        lines += [*_WALLED_IN.splitlines(), *_where_it_writes(plan)]
    wanted = "multi-user.target" if plan.user is not None else "default.target"
    return "\n".join([*lines, "", "[Install]", f"WantedBy={wanted}", ""])


def _where_it_writes(plan: Plan) -> list[str]:
    paths = [*plan.written, Path(plan.command[0]), *plan.needed]
    at_home = any(_is_below(path, "/home", "/root", "/run/user") for path in paths)
    shared = any(_is_below(path, "/tmp", "/var/tmp") for path in paths)  # noqa: S108
    return [
        f"ReadWritePaths={' '.join(_word(str(path)) for path in plan.written)}",
        f"ProtectHome={'read-only' if at_home else 'yes'}",
        f"PrivateTmp={'no' if shared else 'yes'}",
    ]


def _is_below(path: Path, *folders: str) -> bool:
    return any(path.is_relative_to(folder) for folder in folders)


def _percent(text: str) -> str:
    return text.replace("%", "%%")


def _word(text: str) -> str:
    text = _percent(text).replace("$", "$$")
    return f'"{text}"' if re.search(r"[\s;']", text) else text


def _place(*, system: bool) -> Path:
    if system:
        return Path("/etc/systemd/system")
    home = os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    folder = Path(home) / "systemd" / "user"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise NotDoneError(f"{folder} cannot be made: {error.strerror}.") from None
    return folder


def _check(text: str, name: str, *, user: bool) -> None:
    """Let systemd look at the unit before it is put anywhere. Raises NotDoneError."""
    analyse = shutil.which("systemd-analyze")
    if analyse is None:
        say("systemd-analyze is not here: the unit was not checked.")
        return
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / name
        file.write_text(text, "utf-8")
        whose = ["--user"] if user else []
        said = _run([analyse, *whose, "verify", "--man=no", str(file)])
        problems = [line for line in said[1].splitlines() if name in line]
        if said[0] != 0 and problems:
            raise NotDoneError(f"systemd does not take the unit: {problems[0]}")
        if said[0] != 0:
            say("systemd-analyze could not be asked here: the unit was not checked.")
            return
        say("systemd-analyze verify: nothing to say against the unit.")
        exposure = _run([analyse, *whose, "security", "--offline=true", "--no-pager", str(file)])
        for line in exposure[1].splitlines():
            if "exposure level" in line:
                level = re.search(r"(\d+\.\d)\s+(\w+)", line)
                if level is not None:
                    say(f"systemd-analyze security: exposure {level[1]} of 10.")


def _run(command: list[str]) -> tuple[int, str]:
    try:
        done = subprocess.run(  # noqa: S603 - the system's own program, no shell
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=_ANALYSE_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return -1, ""
    return done.returncode, done.stdout


def _write(file: Path, text: str) -> None:
    try:
        before = file.read_text("utf-8") if file.exists() else None
    except (OSError, UnicodeDecodeError):
        raise NotDoneError(f"{file} is there and cannot be read: it is left as it is.") from None
    if before == text:
        say(f"{file} is exactly this already.")
        return
    if before is not None:
        kept = file.with_name(f"{file.name}.before")
        write_whole(kept, before, mode=0o644)
        say(f"{file} was there: what it held is kept as {kept}.")
    write_whole(file, text, mode=0o644)
    say(f"Written: {file}")


def _say_next(name: str, *, system: bool, root: bool) -> None:
    user = "" if system else " --user"
    say("Start it, now and with the machine:")
    say(f"  systemctl{user} daemon-reload")
    say(f"  systemctl{user} enable --now {name}")
    if not system:
        say(f"  loginctl enable-linger {name_of(os.getuid())}")
    say(f"Its log: journalctl{user} -u {name} -f")
    say("The code that locks the shop when a phone is lost: supplier-bot lock --show-code")
    if root:
        say("It runs as root, without root's powers; a user of its own is better: see the docs.")
