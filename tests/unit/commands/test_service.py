"""``supplier-bot service install``: what the unit says, and what is never written."""

from __future__ import annotations

import errno
import os
import re
import shutil
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.cli import main
from bot.commands import service
from bot.commands.said import NotDoneError
from bot.commands.service import Plan, unit
from bot.commands.service_paths import check_user, name_of, needed, ways
from bot.settings import Settings


def plan(
    folder: str = "/srv/shop", command: str = "/opt/bot/bin/supplier-bot", **more: str
) -> Plan:
    user = more.get("user", "shop")
    return Plan("supplier-bot", (command, "run"), Path(folder), [Path(folder)], user or None)


def values(text: str) -> dict[str, str]:
    return dict(line.split("=", 1) for line in text.splitlines() if "=" in line and line[0] != "#")


def test_the_unit_of_the_machine_is_walled_in_and_writes_to_its_folder_alone() -> None:
    said = values(unit(plan()))
    assert said["ExecStart"] == "/opt/bot/bin/supplier-bot run"
    assert (said["WorkingDirectory"], said["User"]) == ("/srv/shop", "shop")
    assert (said["ProtectSystem"], said["ReadWritePaths"]) == ("strict", "/srv/shop")
    assert (said["CapabilityBoundingSet"], said["ProtectHome"]) == ("", "yes")
    assert said["WantedBy"] == "multi-user.target"
    # Its end takes ten seconds at most; wrong settings are no reason to try again.
    assert int(said["TimeoutStopSec"]) > 10
    assert said["RestartPreventExitStatus"] == "2"


def test_the_unit_of_a_user_asks_for_nothing_that_only_root_may_ask() -> None:
    said = values(unit(plan(user="")))
    assert not {"User", "ProtectSystem", "CapabilityBoundingSet", "PrivateDevices"} & set(said)
    assert said["NoNewPrivileges"] == "yes"
    # What draws charts and writes files lets the bot go first.
    assert "@resources" not in unit(plan())
    assert said["WantedBy"] == "default.target"


@pytest.mark.parametrize(
    ("folder", "command", "wanted"),
    [
        ("/home/ann/shop", "/opt/bin/x", {"ProtectHome": "read-only", "PrivateTmp": "yes"}),
        # systemd counts the administrator's home among the homes, and what runs for a person.
        ("/srv/shop", str(Path("/root", "x")), {"ProtectHome": "read-only"}),
        ("/srv/shop", "/run/user/7/x", {"ProtectHome": "read-only"}),
        ("/var/tmp/shop", "/opt/bin/x", {"PrivateTmp": "no", "ProtectHome": "yes"}),  # noqa: S108
        (
            "/srv/my shop",
            "/opt/50% $off/x",
            {
                "ExecStart": '"/opt/50%% $$off/x" run',
                "WorkingDirectory": "/srv/my shop",
                "ReadWritePaths": '"/srv/my shop"',
            },
        ),
    ],
)
def test_paths_stand_in_the_unit_as_systemd_reads_them(
    folder: str, command: str, wanted: dict[str, str]
) -> None:
    said = values(unit(plan(folder, command)))
    assert {name: said[name] for name in wanted} == wanted


@pytest.mark.parametrize("folder", ['/srv/a"b', "/srv/a\nExecStartPre=/bin/x", "/srv/a\\b"])
def test_a_path_that_cannot_stand_in_a_unit_is_refused(folder: str) -> None:
    with pytest.raises(NotDoneError):
        unit(plan(folder))


ANALYSE = shutil.which("systemd-analyze") or ""


@pytest.mark.skipif(not ANALYSE, reason="there is no systemd here")
def test_systemd_finds_nothing_against_it_and_little_exposure(tmp_path: Path) -> None:
    file = tmp_path / "supplier-bot.service"
    file.write_text(unit(plan(str(tmp_path), shutil.which("true") or "", user="root")))
    said = subprocess.run(
        [ANALYSE, "verify", "--man=no", str(file)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert [line for line in said.stderr.splitlines() if file.name in line] == []
    said = subprocess.run(
        [ANALYSE, "security", "--offline=true", "--no-pager", str(file)],
        capture_output=True,
        text=True,
        check=False,
    )
    level = re.search(r"exposure level for \S+ (\d+\.\d)", said.stdout)
    if level is None:
        pytest.skip("this systemd cannot look at a unit that is not loaded")
    assert float(level[1]) < 2.5


# --- the command -----------------------------------------------------------------------------


ENV = f"TELEGRAM_BOT_TOKEN=123456789:{'a' * 35}\nSUPPLIER_API_URL=https://m.example\nSUPPLIER_API_KEY=k\n"


@pytest.fixture
def home(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (folder / ".env").write_text(ENV)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(folder / "config"))
    monkeypatch.setattr(service, "_run", lambda _: (0, ""))
    return folder


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["service", "install", *arguments])
    assert isinstance(ended.value.code, int | None)
    return ended.value.code or 0


def test_it_writes_the_unit_says_what_comes_next_and_keeps_what_was_there(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = home / "config" / "systemd" / "user" / "supplier-bot.service"
    assert run("--user") == 0
    said = capsys.readouterr().out
    assert f"Written: {file}" in said
    assert "systemctl --user enable --now supplier-bot" in said
    assert f"WorkingDirectory={home}" in file.read_text()
    assert "123456789" not in file.read_text()
    monkeypatch.setenv("POLL_SECONDS", "9")
    assert run("--user") == 0
    again = capsys.readouterr()
    assert "exactly this already" in again.out
    assert "write POLL_SECONDS to .env" in again.err
    file.write_text("# mine\n")
    assert run("--user") == 0
    assert "is kept as" in capsys.readouterr().out
    assert file.with_name("supplier-bot.service.before").read_text() == "# mine\n"


def test_the_unit_may_write_wherever_the_settings_say(home: Path) -> None:
    (home / "log").mkdir()
    settings = Settings(
        telegram_bot_token=SecretStr("123456789:" + "a" * 35),
        supplier_api_url="https://market.example",
        supplier_api_key=SecretStr("k"),
        log_file=home / "log" / "bot.log",
    )
    written = service.plan_of(settings, home, system=True, name="shop").written
    assert set(written) == {home, home / "log"}


def test_a_user_without_a_name_stands_in_the_unit_as_a_number() -> None:
    assert name_of(4_000_000_001) == "4000000001"


def test_a_link_counts_with_every_place_that_it_leads_to(tmp_path: Path) -> None:
    home, there = tmp_path / "home", tmp_path / "there"
    (home / "ann").mkdir(parents=True)
    there.mkdir()
    (there / "bin").symlink_to("../home/ann")
    (home / "ann" / "python").symlink_to(there / "real")
    (tmp_path / "round").symlink_to(tmp_path / "round")
    assert list(ways([there / "bin" / "python"])) == [
        there / "bin" / "python",
        home / "ann" / "python",
        there / "real",
    ]
    assert set(ways([tmp_path / "round"])) == {tmp_path / "round"}


def test_an_interpreter_from_somebodys_home_can_be_read_where_the_folder_is_elsewhere(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / ".env"
    for name, place in (("base_prefix", "/home/ann/.pyenv/3.13"), ("prefix", "/home/ann/venv")):
        with monkeypatch.context() as patched:
            patched.setattr(sys, name, place)
            paths = needed(file)
        assert {Path(place), file} < set(paths)
        shop = Path("/srv/shop")
        plan = Plan("x", ("/opt/bot/bin/supplier-bot", "run"), shop, [shop], "shop", paths)
        assert values(unit(plan))["ProtectHome"] == "read-only"


@pytest.mark.parametrize(
    ("outcome", "sentence"),
    [
        (
            PermissionError(13, "Permission denied", "/home/ann/venv/bin/python"),
            "may not use /home",
        ),
        ((2, "DATABASE_URL: the folder /srv/shop may not be written to"), "may not be written to"),
        ((1, ""), "cannot be read"),
        ((0, ""), ""),
        (PermissionError(errno.EPERM, "Operation not permitted", "python"), ""),
        (subprocess.TimeoutExpired("python", 60), ""),
    ],
)
def test_what_its_user_could_not_start_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, outcome: Any, sentence: str
) -> None:
    asked: list[dict[str, Any]] = []

    def tried(command: list[str], **how: Any) -> subprocess.CompletedProcess[str]:
        asked.append(how)
        if isinstance(outcome, Exception):
            raise outcome
        return subprocess.CompletedProcess(command, outcome[0], outcome[1] + "\n")

    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(subprocess, "run", tried)
    with pytest.raises(NotDoneError, match=sentence) if sentence else nullcontext():
        check_user(4_000_000_001, tmp_path)
    assert asked[0]["user"] == 4_000_000_001
    check_user(0, tmp_path)  # nothing to try
    assert len(asked) == 1


@pytest.mark.skipif(os.geteuid() != 0, reason="root alone can try it for somebody else")
def test_an_interpreter_that_its_user_cannot_reach_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    try:
        subprocess.run([shutil.which("true") or ""], user=65534, check=True)
    except OSError:
        pytest.skip("this root may become nobody else")
    tmp_path.chmod(0o700)
    (tmp_path / "python").symlink_to(sys.executable)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    with pytest.raises(
        NotDoneError, match=f"may not use {re.escape(sys.executable)} .it is .*Permission"
    ):
        check_user(65534, tmp_path)


def test_print_writes_nothing(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--user", "--print") == 0
    assert capsys.readouterr().out.startswith("[Unit]")
    assert not (home / "config").exists()


@pytest.mark.parametrize(
    ("arguments", "env", "status", "said"),
    [
        (("--user",), "", 2, "TELEGRAM_BOT_TOKEN"),
        (("--user", "--name", "../x"), ENV, 2, "--name"),
    ],
)
def test_what_could_not_start_is_not_installed(
    home: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    env: str,
    status: int,
    said: str,
) -> None:
    (home / ".env").write_text(env)
    assert run(*arguments) == status
    assert said in capsys.readouterr().err
    assert not (home / "config").exists()


def test_a_unit_that_systemd_does_not_take_is_not_installed(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: "/usr/bin/systemd-analyze")
    monkeypatch.setattr(service, "_run", lambda _: (1, "supplier-bot.service:3: Unknown key\n"))
    assert run("--user") == 1
    assert "Unknown key" in capsys.readouterr().err
    assert not list((home / "config").rglob("*.service"))
    monkeypatch.setattr(service, "_run", lambda _: (1, "Failed to connect to bus\n"))
    assert run("--user") == 0
    assert "was not checked" in capsys.readouterr().out
