"""`supplier-bot demo`: the whole practice shop with one command, played in a browser."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from .page.conftest import STILL, a_browser
from .practice import KEY, TOKEN

PATIENCE_MS = 30_000
PASSWORD = "first-password"


@pytest.fixture
def browser() -> Iterator[Browser]:
    with a_browser() as opened:
        yield opened


# What must stand in nothing that it prints, its bot's log at the lowest level included.
SECRETS = (TOKEN.partition(":")[2], KEY, PASSWORD)


@contextmanager
def demo(folder: Path, *options: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Run the demo; yield the address that it prints."""
    given = {"OWNER_IDS": "5", "SUPPLIER_API_URL": "http://127.0.0.1:9/never", "LOG_LEVEL": "DEBUG"}
    with tempfile.TemporaryFile("w+") as log:
        process = subprocess.Popen(
            [str(Path(sys.executable).with_name("supplier-bot")), "demo", *options],
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            cwd=folder,
            env={**os.environ, **given},
        )
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            found = re.fullmatch(r"Open (http://127\.0\.0\.1:\d+/)\n", line)
            assert found, line
            yield found[1], process
        finally:
            if process.poll() is None:
                process.terminate()
            said, _ = process.communicate(timeout=30)
            log.seek(0)
            said += log.read()
    assert not [secret for secret in SECRETS if secret in said]


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def test_a_taken_port_gives_the_next_free_one_and_ctrl_c_ends_all_of_it(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = int(taken.getsockname()[1])
        with demo(tmp_path, "--port", str(port)) as (address, process):
            assert port < int(address.rstrip("/").rpartition(":")[2]) <= port + 50
            _ends(process, signal.SIGINT)


@pytest.mark.browser
def test_a_visitor_orders_delivers_refunds_answers_asks_for_the_balance_and_ends_all_of_it(
    browser: Browser, tmp_path: Path
) -> None:
    with demo(tmp_path, "--port", str(free_port())) as (address, process):
        page = browser.new_page(viewport={"width": 1280, "height": 860}, **STILL)
        page.set_default_timeout(PATIENCE_MS)
        page.goto(address)
        try:
            _deliver(page)
            _refund(page)
            _answer(page)
            _ask_for_the_balance(page)
        finally:
            page.close()
        _ends(process, signal.SIGTERM)
    assert list(tmp_path.iterdir()) == []


def _ends(process: subprocess.Popen[str], number: int) -> None:
    """Ask for the end of a demo, of which nothing may be left."""
    family = psutil.Process(process.pid).children(recursive=True)
    assert len(family) == 2
    process.send_signal(number)
    assert process.wait(30) == 0
    _, alive = psutil.wait_procs(family, timeout=10)
    assert alive == []


def _say(page: Page, text: str) -> None:
    page.get_by_test_id("composer").fill(text)
    page.get_by_test_id("send").click()


def _reply_to(page: Page, number: str, text: str) -> None:
    _newest(page, number).dblclick(position={"x": 8, "y": 8})
    expect(page.get_by_test_id("reply-bar")).to_be_visible()
    _say(page, text)


def _newest(page: Page, text: str) -> Locator:
    return page.locator('[data-testid="message"][data-from="bot"]', has_text=text).last


def _order(page: Page) -> str:
    """Order and pay as the buyer; return the order's number once its card is in the chat."""
    rows = page.get_by_test_id("order-row")
    before = rows.first.get_attribute("data-order-id") or ""
    page.get_by_test_id("order-pay").first.click()
    expect(rows.first).not_to_have_attribute("data-order-id", before)
    number = re.search(r"TK\d{13}", rows.first.inner_text())
    assert number
    expect(_newest(page, number[0])).to_be_visible(timeout=PATIENCE_MS)
    return number[0]


def _deliver(page: Page) -> None:
    number = _order(page)
    _reply_to(page, number, f"visitor@shop.example:{PASSWORD}")
    page.get_by_test_id("keyboard-button").filter(has_text="Send 1").last.click()
    expect(_newest(page, "1 of 1 delivered by Ann")).to_be_visible(timeout=PATIENCE_MS)


def _refund(page: Page) -> None:
    number = _order(page)
    page.get_by_test_id("keyboard-button").filter(has_text="Refund $").last.click()
    page.get_by_test_id("keyboard-button").filter(has_text="Yes, refund").last.click()
    refunded = page.locator('[data-testid="message"]', has_text=number).filter(has_text="Refunded")
    expect(refunded.last).to_be_visible(timeout=PATIENCE_MS)


def _answer(page: Page) -> None:
    _say(page, "/tickets")
    page.get_by_test_id("keyboard-button").filter(has_text=re.compile("^🎫|TKT|·")).last.click()
    card = page.locator('[data-testid="message"]', has_text="Buyer wrote").last
    expect(card).to_be_visible(timeout=PATIENCE_MS)
    card.dblclick(position={"x": 8, "y": 8})
    _say(page, "A new one is on its way to you, sorry for the trouble")
    page.get_by_test_id("keyboard-button").filter(has_text="Send now").last.click()
    expect(
        page.get_by_test_id("ticket-row").filter(has_text="on its way to you").first
    ).to_be_visible(timeout=PATIENCE_MS)


def _ask_for_the_balance(page: Page) -> None:
    _say(page, "/balance")
    expect(_newest(page, "alance")).to_be_visible(timeout=PATIENCE_MS)
