"""What a person types, what stands on which stream, and with which status it ends."""

from __future__ import annotations

import io
import json
import logging
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
import structlog
from typer.testing import CliRunner

from bot import demo, logs
from bot.cli import app, main
from bot.settings import Settings
from tests.support.logs import plain_logs

GOOD = {
    "TELEGRAM_BOT_TOKEN": "123456789:" + "a" * 35,
    "SUPPLIER_API_URL": "https://market.example",
    "SUPPLIER_API_KEY": "k-1",
}


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)


def test_wrong_settings_are_a_line_each_on_stderr_and_end_with_2() -> None:
    done = CliRunner().invoke(app, ["run"])
    assert done.exit_code == 2
    named = [line.partition(":")[0] for line in done.stderr.splitlines()]
    assert named == ["TELEGRAM_BOT_TOKEN", "SUPPLIER_API_URL", "SUPPLIER_API_KEY"]
    assert done.stdout == ""


@pytest.mark.parametrize("status", [0, 1, 2])
def test_run_ends_with_the_bot_s_own_status(monkeypatch: pytest.MonkeyPatch, status: int) -> None:
    given: list[Settings] = []

    async def run_bot(settings: Settings, _asked: object) -> int:
        given.append(settings)
        return status

    monkeypatch.setattr("bot.life.run_bot", run_bot)
    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)
    assert CliRunner().invoke(app, ["run"]).exit_code == status
    assert given[0].supplier_api_url == "https://market.example"


def test_demo_passes_its_flags_on(monkeypatch: pytest.MonkeyPatch) -> None:
    given: dict[str, Any] = {}

    def run_demo(**flags: Any) -> int:
        given.update(flags)
        return 1

    monkeypatch.setattr("bot.demo.run_demo", run_demo)
    done = CliRunner().invoke(app, ["demo", "--port", "9001", "--seed", "3", "--life"])
    assert done.exit_code == 1
    assert given == {"port": 9001, "seed": 3, "life": True}


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["nonsense"], "nonsense"),
        (["demo", "--port", "0"], "--port"),
        (["demo", "--port", "x"], "--port"),
        (["demo", "--speed", "3"], "--speed"),
        (["run", "x"], "x"),
    ],
)
def test_wrong_arguments_are_a_line_on_stderr_and_end_with_2(
    capsys: pytest.CaptureFixture[str], arguments: list[str], named: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert named in said.err


def test_help_is_no_problem(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments, status in ((["--help"], 0), (["run", "--help"], 0), ([], 2)):
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        assert ended.value.code == status
        said = capsys.readouterr()
        assert "Usage" in said.out + said.err


@pytest.mark.parametrize("command", ["run", "demo"])
def test_an_end_that_is_asked_for_before_a_command_begins_is_clean(
    monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    def begun(*_: object, **__: object) -> int:
        raise AssertionError("it was to end")

    def interrupted(*arguments: Any, **named: Any) -> Any:
        os.kill(os.getpid(), signal.SIGINT)
        return app(*arguments, **named)

    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("bot.demo.run_demo", begun)
    monkeypatch.setattr("bot.life.run_bot", begun)
    monkeypatch.setattr("bot.cli.app", interrupted)
    with pytest.raises(SystemExit) as ended:
        main([command])
    assert ended.value.code == 0


@pytest.mark.parametrize("name", [signal.SIGTERM, signal.SIGINT])
def test_an_end_that_is_asked_for_while_settings_are_read_is_clean(
    monkeypatch: pytest.MonkeyPatch, name: signal.Signals
) -> None:
    def load_settings() -> None:
        os.kill(os.getpid(), name)

    async def run_bot(*_: object) -> int:
        raise AssertionError("it was to end")

    monkeypatch.setattr("bot.settings_reading.load_settings", load_settings)
    monkeypatch.setattr("bot.life.run_bot", run_bot)
    before = signal.getsignal(name)
    with pytest.raises(SystemExit) as ended:
        main(["run"])
    assert ended.value.code == 0
    assert signal.getsignal(name) is before


# --- the log ---------------------------------------------------------------------------------


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    levels = {name: logging.getLogger(name).level for name in ("httpx", "telegram", "asyncio")}
    stream = io.StringIO()
    monkeypatch.setattr(logs, "sys", SimpleNamespace(stderr=stream))
    yield stream
    for handler in root.handlers:
        handler.close()
    root.handlers[:], root.level = handlers, level
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)
    plain_logs()


def test_a_machine_reads_json_lines_from_stderr(log: io.StringIO) -> None:
    logs.set_up("INFO")
    structlog.get_logger("bot.test").info("done", intent=7)
    logging.getLogger("elsewhere").warning("careful")
    logging.getLogger("elsewhere").debug("too much")
    first, second = (json.loads(line) for line in log.getvalue().splitlines())
    assert (first["event"], first["intent"], first["level"]) == ("done", 7, "info")
    assert (second["event"], second["logger"]) == ("careful", "elsewhere")
    assert first["timestamp"].endswith("Z")


def test_a_person_reads_lines_of_their_own(
    log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log, "isatty", lambda: True, raising=False)
    logs.set_up("INFO")
    structlog.get_logger("bot.test").info("done", intent=7)
    assert "done" in log.getvalue()
    assert not log.getvalue().startswith("{")


@pytest.mark.parametrize("name", ["httpx", "httpcore", "telegram", "sqlalchemy"])
def test_libraries_that_log_addresses_are_kept_quiet_even_when_debugging(
    log: io.StringIO, name: str
) -> None:
    logs.set_up("DEBUG")
    logging.getLogger(name).info("POST https://api.telegram.org/bot123:secret/sendMessage")
    assert log.getvalue() == ""
    logging.getLogger("bot").debug("heard")
    assert "heard" in log.getvalue()


def test_a_higher_level_holds_for_the_libraries_too(log: io.StringIO) -> None:
    logs.set_up("ERROR")
    logging.getLogger("httpx").warning("hm")
    assert log.getvalue() == ""


TOKEN = "7000000001:practice-shop-practice-shop-practice"


@pytest.mark.parametrize(
    "secret",
    [
        TOKEN,
        TOKEN.replace(":", "%3A"),
        TOKEN.partition(":")[2],
        'key-with-"quotes"',
        "key-with-%22quotes%22",
        "csrf-1234567",
        "987654321:AAEother_bot_other_bot_other_bot_ot",
        "anna@mail.example:Hunter2222",
        'anna@mail.example|Hun"ter',
        "ABCD1-EFGH2-IJKL3",
    ],
)
@pytest.mark.parametrize("level", ["DEBUG", "ERROR"])
def test_no_line_holds_a_secret_or_goods_whatever_wrote_it(
    log: io.StringIO, tmp_path: Path, secret: str, level: str
) -> None:
    own = (TOKEN, TOKEN.partition(":")[2], 'key-with-"quotes"', "csrf-1234567", "short")
    file = tmp_path / "bot.log"
    logs.set_up(level, file=file, secrets=own)
    bot = structlog.get_logger("bot.test")
    bot.error(f"in its words {secret} and on", value=secret, inner={"a": [secret]})
    logging.getLogger("telegram").error("POST /bot/%s/sendMessage", secret)
    try:
        int(f"refused: {secret}")
    except ValueError:
        bot.exception("failed")
    bot.error("harmless", at="2026-11-26T12:04:11Z", order="TK1772446511113", short="short")
    for written in (log.getvalue(), file.read_text("utf-8")):
        lines = [json.loads(line) for line in written.splitlines()]
        assert len(lines) == 4
        assert not [each for each in lines if secret in json.dumps(each)]
        assert secret not in written
        assert lines[0]["value"] == lines[0]["inner"]["a"][0]
        assert "ValueError" in lines[2]["exception"]
        assert lines[3]["order"] == "TK1772446511113"
        assert (lines[3]["at"], lines[3]["short"]) == ("2026-11-26T12:04:11Z", "short")


def test_a_log_file_is_private_and_never_becomes_large(
    log: io.StringIO, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logs, "MOST_BYTES", 2_000)
    monkeypatch.setattr(logs, "FILES_KEPT", 2)
    file = tmp_path / "bot.log"
    logs.set_up("INFO", file=file)
    for number in range(60):
        structlog.get_logger("bot.test").info("done", number=number, text="x" * 100)
    files = sorted(tmp_path.iterdir())
    assert [each.name for each in files] == ["bot.log", "bot.log.1", "bot.log.2"]
    assert {stat.S_IMODE(each.stat().st_mode) for each in files} == {0o600}
    assert all(each.stat().st_size < 2_500 for each in files)
    assert '"number": 59' in file.read_text("utf-8")
    with pytest.raises(OSError, match="No such file"):
        logs.set_up("INFO", file=tmp_path / "nowhere" / "bot.log")


def test_a_log_file_that_root_begins_is_left_to_the_owner_of_its_folder(
    log: io.StringIO, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[tuple[int, ...]] = []
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(os, "fchown", lambda _, *whose: given.append(whose))
    for name, link in (("bot.log", None), ("bot.log", None), ("there.log", "bot.log")):
        if link is not None:
            (tmp_path / name).symlink_to(link)
        logs.set_up("INFO", file=tmp_path / name)
        structlog.get_logger("bot.test").info(name)
        for handler in logging.getLogger().handlers:
            handler.close()
    # Once, when it is made; a link leads to what is somebody's already.
    assert given == [(tmp_path.stat().st_uid, tmp_path.stat().st_gid)]
    lines = (tmp_path / "bot.log").read_text("utf-8").splitlines()
    assert [json.loads(line)["event"] for line in lines] == ["bot.log", "bot.log", "there.log"]


# --- the demo's pieces -------------------------------------------------------------------------


def child(script: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)


def test_no_setting_of_the_caller_gets_into_the_demo(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SUPPLIER_API_KEY", "SUPPLIER_COOKIE", "DATABASE_URL", "CURRENCY", "TIME_ZONE"):
        monkeypatch.setenv(name, "mine")
    for name in ("supplier_cookie", "Secrets_File"):  # settings are known by any case
        monkeypatch.setenv(name, "mine")
    monkeypatch.setenv("PATH_OF_MINE", "kept")
    made = demo._environment("http://127.0.0.1:8080")
    assert "mine" not in made.values()
    assert made["PATH_OF_MINE"] == "kept"
    assert made["SUPPLIER_API_URL"] == "http://127.0.0.1:8080/market"
    assert made["TELEGRAM_API_URL"] == "http://127.0.0.1:8080/telegram"


@pytest.mark.parametrize(
    ("given", "level"),
    [(None, "WARNING"), ("LOUD", "WARNING"), ("", "WARNING"), ("debug", "DEBUG"), ("INFO", "INFO")],
)
def test_the_demo_s_log_is_as_loud_as_the_caller_s_if_that_is_a_level(
    monkeypatch: pytest.MonkeyPatch, given: str | None, level: str
) -> None:
    monkeypatch.delenv("LOG_LEVEL", raising=False)
    if given is not None:
        monkeypatch.setenv("log_level", given)
    made = demo._environment("http://127.0.0.1:8080")
    assert {value for name, value in made.items() if name.upper() == "LOG_LEVEL"} == {level}


@pytest.mark.parametrize(
    ("script", "port"),
    [("print('hello'); print('READY {\"port\": 8123}')", 8123), ("print('hello')", None)],
)
def test_the_practice_shop_says_where_it_is_or_did_not_start(script: str, port: int | None) -> None:
    shop = child(script)
    assert demo._ready(shop) == port
    demo._end([shop])
    assert shop.poll() is not None


def test_every_child_is_ended_even_one_that_will_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "_END_SECONDS", 0.3)
    stubborn = child(
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "print('up', flush=True); time.sleep(60)"
    )
    assert stubborn.stdout is not None
    assert stubborn.stdout.readline() == "up\n"
    polite = child("import time; time.sleep(60)")
    demo._end([stubborn, polite])
    assert (stubborn.returncode, polite.returncode) == (-signal.SIGKILL, -signal.SIGTERM)


def test_the_bot_is_up_once_it_asked_for_updates(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = iter([[], [], [{"method": "getUpdates"}]])

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/polling"):
            return httpx.Response(404)
        return httpx.Response(200, json={"items": next(asked)})

    true = httpx.Client
    monkeypatch.setattr(
        demo.httpx,  # type: ignore[attr-defined]
        "Client",
        lambda **named: true(
            base_url=named["base_url"], transport=httpx.MockTransport(answer), trust_env=False
        ),
    )
    bot = child("import time; time.sleep(60)")
    assert demo._up("http://shop.test", bot)
    demo._end([bot])
    assert not demo._up("http://shop.test", bot)


def test_a_shop_that_does_not_answer_yet_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    answers: Iterator[Exception | httpx.Response] = iter(
        [
            httpx.ConnectError("x"),
            httpx.ReadTimeout("x"),
            httpx.Response(500, text="<html>"),
            httpx.Response(404),
            httpx.Response(200, json={"items": [{}]}),
            httpx.Response(404),
        ]
    )

    def answer(_: httpx.Request) -> httpx.Response:
        given = next(answers)
        if isinstance(given, Exception):
            raise given
        return given

    true = httpx.Client
    monkeypatch.setattr(
        demo.httpx,  # type: ignore[attr-defined]
        "Client",
        lambda **_: true(
            base_url="http://shop.test", transport=httpx.MockTransport(answer), trust_env=False
        ),
    )
    bot = child("import time; time.sleep(60)")
    assert demo._up("http://shop.test", bot)
    demo._end([bot])


def test_a_shop_that_does_not_start_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(demo.sys, "executable", "/bin/false")  # type: ignore[attr-defined]
    before = signal.getsignal(signal.SIGTERM)
    assert demo.run_demo(port=8080, seed=7, life=False) == 1
    assert "did not start" in capsys.readouterr().err
    assert signal.getsignal(signal.SIGTERM) is before


def test_a_signal_ends_the_demo_as_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(*_: object, **__: object) -> int:
        os.kill(os.getpid(), signal.SIGTERM)
        raise AssertionError("the signal came too late")

    monkeypatch.setattr(demo, "_run", run)
    assert demo.run_demo(port=8080, seed=7, life=False) == 0


def test_ctrl_c_ends_what_only_looks_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(**_: object) -> int:
        os.kill(os.getpid(), signal.SIGINT)
        raise AssertionError("it was to end")

    monkeypatch.setattr("bot.commands.doctor.run_doctor", interrupted)
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(SystemExit) as ended:
        main(["doctor"])
    assert ended.value.code == 1
    assert signal.getsignal(signal.SIGINT) is before
