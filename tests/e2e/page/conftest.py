"""The page in Chromium, with both servers behind it and a bot that is played by hand."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import httpx
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.integration.sandbox_process.conftest import Shop, Starter

Json = dict[str, Any]

TOKEN = "7000000001:practice-practice-practice-practice"
ANN = 1001
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# A movement costs pictures that nobody looks at.
STILL: Final[Json] = {"reduced_motion": "reduce"}
# How long anything on the page may take; a loaded machine is slow, a broken page is for ever.
PATIENCE_MS = 30_000


def chromium() -> str | None:
    # The first is the same browser without all that a desktop's needs: half the work.
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    return next((path for name in names if (path := shutil.which(name))), None)


@dataclass
class Hand:
    """Acts as the bot and through the control APIs, to set a scene and to see what is true."""

    client: httpx.Client

    def bot(self, method: str, **fields: Any) -> Any:
        answer = self.client.post(f"/telegram/bot{TOKEN}/{method}", json=fields).json()
        assert answer["ok"], answer
        return answer["result"]

    def says(self, text: str, *rows: list[Json], to: int = ANN, **fields: Any) -> int:
        """Send a message of the bot; return its ID."""
        markup = {"reply_markup": {"inline_keyboard": list(rows)}} if rows else {}
        sent = self.bot("sendMessage", chat_id=to, text=text, parse_mode="HTML", **markup, **fields)
        return int(sent["message_id"])

    def telegram(self, path: str, **body: Any) -> Any:
        answer = self.client.post(f"/telegram/control{path}", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def market(self, path: str, **body: Any) -> Any:
        answer = self.client.post(f"/market/control{path}", json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def chat(self, who: str = "ann") -> list[Json]:
        answer = self.client.get("/telegram/control/chat", params={"as": who}).json()
        items: list[Json] = answer["items"]
        return items

    def state(self) -> Json:
        state: Json = self.client.get("/market/control/state").json()
        return state

    def faults(self) -> list[Json]:
        items: list[Json] = self.client.get("/market/control/faults").json()["items"]
        return items


@contextmanager
def a_browser() -> Iterator[Browser]:
    """Start Chromium; skip where there is none.

    Playwright keeps its loop running in this thread until it is closed: no asynchronous test can
    run beside it, and no second browser.
    """
    path = chromium()
    if path is None:
        # CI installs it: there, its absence is a failure, not a reason to skip.
        assert not os.environ.get("REQUIRE_BROWSER"), "REQUIRE_BROWSER is set, without a Chromium"
        pytest.skip("there is no Chromium on this machine")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with a_browser() as opened:
        yield opened


@pytest.fixture(scope="package")
def shop(browser: Browser) -> Iterator[Shop]:
    starter = Starter()
    yield starter("--port", "0")
    starter.end()


@pytest.fixture
def start_shop(browser: Browser) -> Iterator[Starter]:
    starter = Starter()
    yield starter
    starter.end()


@pytest.fixture
def hand(shop: Shop) -> Iterator[Hand]:
    """Both servers set back: nothing said, nothing ordered, nothing wrong."""
    with httpx.Client(base_url=shop.url, timeout=20) as client:
        hand = Hand(client)
        hand.telegram("/reset", options={"limits": False})
        hand.market("/reset", empty=True)
        yield hand


Opener = Callable[..., Page]


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Opener]:
    """Open an address in a browser window of its own; fails on any error of the page's scripts."""
    pages: list[Page] = []
    problems: list[str] = []

    def opened(url: str, width: int = 1280, height: int = 860, **options: Any) -> Page:
        context = browser.new_context(
            **{"viewport": {"width": width, "height": height}, **STILL, **options}
        )
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.goto(url)
        pages.append(page)
        return page

    yield opened
    for page in pages:
        page.context.close()
    assert problems == []


class Kept:
    """Windows that many tests use one after the other: opening one costs more than most tests."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._pages: dict[int, Page] = {}
        self._problems: list[str] = []

    @contextmanager
    def open(self, url: str, width: int) -> Iterator[Page]:
        """Open an address as if nobody had been here; fails on any error of the page's scripts."""
        page = self._pages.get(width) or self._new(width)
        page.mouse.move(0, 0)
        page.goto(url)
        try:
            yield page
        finally:
            page.unroute_all(behavior="ignoreErrors")
            for other in page.context.pages[1:]:
                other.close()
            if page.url.startswith("http"):
                page.evaluate("localStorage.clear()")
            page.goto("about:blank")
        problems, self._problems[:] = [*self._problems], []
        assert problems == []

    def _new(self, width: int) -> Page:
        context = self._browser.new_context(viewport={"width": width, "height": 860}, **STILL)
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        page = self._pages[width] = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("pageerror", lambda error: self._problems.append(str(error)))
        return page


@pytest.fixture(scope="package")
def kept(browser: Browser) -> Kept:
    return Kept(browser)


@pytest.fixture
def page(kept: Kept, shop: Shop, hand: Hand) -> Iterator[Page]:
    """The page as Ann sees it, before anything was said."""
    with kept.open(shop.url, 1280) as page:
        yield page


@pytest.fixture
def phone(kept: Kept, shop: Shop, hand: Hand) -> Iterator[Page]:
    """Ann's chat alone, before anything was said."""
    with kept.open(f"{shop.url}/?only=chat", 428) as page:
        yield page
