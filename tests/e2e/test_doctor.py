"""``supplier-bot doctor`` against a practice shop in which everything goes wrong."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from bot.commands.doctor import TIMEOUTS, examine
from bot.commands.findings import Finding, all_is_well
from bot.supplier.caller import Timeouts
from bot.supplier.operations import READS

from .practice import KEY, SETTINGS, TOKEN, Shop

if TYPE_CHECKING:
    from sandbox.telegram.faults import Kind as TelegramFault

# For what answers: however slow the machine is. For what hangs: nobody waits for it.
PATIENT = Timeouts(connect=30, read=60, write=60, tries=1)
HASTY = Timeouts(connect=30, read=0.3, write=0.3, total=0.1, tries=1)


@pytest.fixture(autouse=True)
def _settings(shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    for name in list(os.environ):
        if SETTINGS.fullmatch(name.upper()):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text(
        f"TELEGRAM_BOT_TOKEN={TOKEN}\n"
        f"TELEGRAM_API_URL={shop.url}/telegram\n"
        f"SUPPLIER_API_URL={shop.url}/market\n"
        f"SUPPLIER_API_KEY={KEY}\n"
        "SUPPLIER_CALLS_PER_MINUTE=6000\n"
    )
    (tmp_path / ".env").chmod(0o600)


def of(findings: list[Finding], operation: str) -> Finding:
    return next(each for each in findings if each.operation == operation)


async def test_a_shop_in_order_is_said_to_be_and_nothing_is_changed(shop: Shop) -> None:
    findings = await examine(timeouts=PATIENT, listen=0.1)
    assert all_is_well(findings), findings
    assert {each.operation for each in findings if each.operation} == {str(e) for e in READS}
    for operation in ("get_order", "get_ticket"):
        assert of(findings, operation).level == "note"
        assert "there is no" in of(findings, operation).said
    assert shop.api_calls() != []
    shop.market("tickets", order_id=shop.market("orders")["order_id"])
    again = await examine(timeouts=PATIENT, listen=0.1)
    assert all(of(again, str(operation)).level == "ok" for operation in READS)
    assert of(again, "list_orders").said == "read as a list of 1, without a total"
    assert {change["by"] for change in shop.call("GET", "/market/control/changes")["items"]} == {
        "control"
    }
    methods = {each["method"] for each in shop.telegram_calls()}
    assert methods == {"getMe", "getWebhookInfo", "getUpdates"}


# Several at once: each operation meets its own.
ROUNDS: list[dict[str, tuple[dict[str, Any], str, str]]] = [
    {
        "get_balance": ({"kind": "status", "status": 500}, "SUPPLIER_API_URL", "error of its own"),
        "list_orders": ({"kind": "html"}, "SUPPLIER_API_URL", "error of its own"),
        "list_tickets": ({"kind": "login"}, "SUPPLIER_API_KEY", "login page"),
        "list_products": ({"kind": "garbage"}, "SUPPLIER_ENDPOINTS", "cannot be read"),
        "list_payments": ({"kind": "throttle"}, "SUPPLIER_CALLS_PER_MINUTE", "fewer calls"),
    },
    {
        "get_balance": ({"kind": "refused", "message": "No."}, "SUPPLIER_ENDPOINTS", 'says "No."'),
        "list_orders": ({"kind": "cut"}, "SUPPLIER_API_URL", "breaks the connection off"),
        "list_tickets": ({"kind": "close"}, "SUPPLIER_API_URL", "breaks the connection off"),
        "list_products": ({"kind": "garbage_before"}, "SUPPLIER_ENDPOINTS", "cannot be read"),
        "list_payments": ({"kind": "error_after"}, "SUPPLIER_API_URL", "error of its own"),
    },
    {
        "get_balance": ({"kind": "status", "status": 401}, "SUPPLIER_API_KEY", "refuses the key"),
        "list_orders": ({"kind": "status", "status": 404}, "SUPPLIER_ENDPOINTS", "nothing is at"),
        "list_tickets": ({"kind": "status", "status": 403}, "SUPPLIER_API_KEY", "may not do"),
        "list_products": ({"kind": "cut_before"}, "SUPPLIER_API_URL", "breaks the connection off"),
        "list_payments": ({"kind": "close_after"}, "SUPPLIER_API_URL", "breaks the connection"),
    },
]


@pytest.mark.parametrize("faults", ROUNDS)
async def test_each_fault_of_the_marketplace_has_its_line(
    shop: Shop, faults: dict[str, tuple[dict[str, Any], str, str]]
) -> None:
    for operation, (fault, _, _) in faults.items():
        shop.market("faults", operation=operation, **fault)
    findings = await examine(timeouts=PATIENT, listen=0.1)
    for operation, (_, setting, said) in faults.items():
        found = of(findings, operation)
        assert (found.level, found.setting) == ("wrong", setting), found
        assert said in found.said
        assert found.todo


async def test_what_is_slow_is_read_and_what_hangs_is_said(shop: Shop) -> None:
    shop.trouble("list_orders", "latency", seconds=0.01)
    shop.telegram_trouble("getMe", "latency", seconds=0.01)
    assert all_is_well(await examine(timeouts=PATIENT, listen=0.1))
    shop.trouble("list_orders", "hang_before")
    shop.trouble("list_tickets", "hang_after")
    findings = await examine(timeouts=HASTY, listen=0.1)
    for operation in ("list_orders", "list_tickets"):
        assert "does not answer in time" in of(findings, operation).said
        assert of(findings, operation).setting == "SUPPLIER_API_URL"


@pytest.mark.parametrize(
    ("method", "fault", "setting", "said"),
    [
        ("getMe", {"kind": "down"}, "TELEGRAM_API_URL", "breaks the connection off"),
        ("getMe", {"kind": "lost"}, "TELEGRAM_API_URL", "breaks the connection off"),
        ("getMe", {"kind": "html"}, "TELEGRAM_API_URL", "an error of its own"),
        ("getMe", {"kind": "throttle"}, "TELEGRAM_API_URL", "Too Many Requests"),
        ("getMe", {"kind": "refuse", "message": "odd"}, "TELEGRAM_API_URL", "odd"),
        ("getMe", {"kind": "status", "status": 401}, "TELEGRAM_BOT_TOKEN", "does not know"),
        ("getUpdates", {"kind": "status", "status": 409}, "TELEGRAM_BOT_TOKEN", "another program"),
        ("getUpdates", {"kind": "status"}, "TELEGRAM_API_URL", "Telegram said"),
    ],
)
async def test_each_fault_of_telegram_has_its_line(
    shop: Shop, tmp_path: Path, method: str, fault: dict[str, Any], setting: str, said: str
) -> None:
    # What it says of the marketplace is told elsewhere.
    env = (tmp_path / ".env").read_text()
    (tmp_path / ".env").write_text(env.replace(f"SUPPLIER_API_KEY={KEY}\n", ""))
    shop.telegram("faults", method=method, **fault)
    findings = await examine(timeouts=PATIENT, listen=0.1)
    wrong = [each for each in findings if each.level == "wrong" and each.area == "telegram"]
    assert [each.setting for each in wrong] == [setting]
    assert said in wrong[0].said
    assert wrong[0].todo


@pytest.mark.parametrize("kind", ["hang", "hang_after"])
async def test_a_telegram_that_hangs_is_said(
    shop: Shop, tmp_path: Path, kind: TelegramFault
) -> None:
    env = (tmp_path / ".env").read_text()
    (tmp_path / ".env").write_text(env.replace(f"SUPPLIER_API_KEY={KEY}\n", ""))
    shop.telegram_trouble("getMe", kind)
    findings = await examine(timeouts=HASTY, listen=0.1)
    telegram = [each for each in findings if each.area == "telegram"]
    assert [(each.level, each.setting) for each in telegram] == [("wrong", "TELEGRAM_API_URL")]
    assert "does not answer in time" in telegram[0].said


async def test_a_browser_s_session_that_has_ended_is_named(shop: Shop, tmp_path: Path) -> None:
    shop.market("options", auth="session")
    env = (tmp_path / ".env").read_text()
    cookie = "SUPPLIER_AUTH=session\nSUPPLIER_COOKIE='sessionid=old; csrftoken=t'\n"
    (tmp_path / ".env").write_text(env.replace(f"SUPPLIER_API_KEY={KEY}\n", cookie))
    findings = await examine(timeouts=PATIENT, listen=0.1)
    wrong = {(each.setting, each.todo) for each in findings if each.level == "wrong"}
    assert {setting for setting, _ in wrong} == {"SUPPLIER_COOKIE"}


async def test_a_webhook_of_another_program_is_named(shop: Shop) -> None:
    hook = {"url": "https://other.example/hook/secret"}
    shop.call("POST", f"/telegram/bot{TOKEN}/setWebhook", **hook)
    findings = await examine(timeouts=PATIENT, listen=0.1)
    wrong = [each for each in findings if each.level == "wrong"]
    assert [each.setting for each in wrong] == ["TELEGRAM_BOT_TOKEN"]
    assert "other.example" in wrong[0].said
    assert "secret" not in wrong[0].said


async def test_nobody_there_is_said_once_and_waited_for_once(tmp_path: Path) -> None:
    env = (tmp_path / ".env").read_text()
    (tmp_path / ".env").write_text(
        "\n".join(
            f"{line.partition('=')[0]}=http://127.0.0.1:1/" if "_URL=" in line else line
            for line in env.splitlines()
        )
    )
    findings = await examine(timeouts=TIMEOUTS, listen=0.1)
    wrong = [(each.setting, each.operation) for each in findings if each.level == "wrong"]
    assert wrong == [("TELEGRAM_API_URL", None), ("SUPPLIER_API_URL", "get_balance")]
