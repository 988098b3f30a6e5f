"""Where pictures are taken: the shop, the bot, and windows that show the same in both lights."""

from __future__ import annotations

import base64
import io
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, Literal

from PIL import Image
from playwright.sync_api import Browser, FloatRect, Page, sync_playwright

from tests.e2e.page.conftest import FLAGS, chromium
from tests.e2e.practice import Bot, Shop, Someone, labels, running

Light = Literal["light", "dark"]
LIGHTS: Final[tuple[Light, ...]] = ("light", "dark")
# A phone; the tall one holds a whole conversation, of which a part is cut out.
PHONE, TALL, DESKTOP = (390, 844), (390, 2000), (1440, 900)
COLOURS: Final = 240
# Wallpaper left around what is cut out, in CSS pixels.
_PATIENT: Final = Path(__file__).with_name("patient.py")
MARGIN: Final = 10
# Before one colour a picture takes a third of the bytes.
_PLAIN: Final = """
.stage { background: #cfe0d4 !important; }
@media (prefers-color-scheme: dark) { .stage { background: #111e27 !important; } }
.to-foot { display: none !important; }
"""
# Neighbours of what is cut out are not in the picture.
_ALONE: Final = """([first, last]) => {
    for (const row of document.querySelectorAll(".messages > *")) {
        const id = Number(row.dataset.messageId);
        const shown = last === null || (id >= first && id <= last);
        row.style.visibility = shown ? "" : "hidden";
    }
}"""
# From the top of the first to the foot of the last; null while one of them is not in sight.
_BOX: Final = """([first, last]) => {
    const margin = MARGIN;
    const find = (id) => document.querySelector(`[data-message-id="${id}"]`);
    const [top, foot, room] = [find(first), find(last), document.querySelector(".scroller")];
    if (!top || !foot) return null;
    foot.scrollIntoView({ block: "nearest", behavior: "instant" });
    const seen = room.getBoundingClientRect();
    const above = top.getBoundingClientRect().top;
    if (above < seen.top) return null;
    const y = Math.max(seen.top, above - margin);
    const end = Math.min(seen.bottom, foot.getBoundingClientRect().bottom + margin);
    return { x: seen.x, y, width: seen.width, height: end - y };
}""".replace("MARGIN", str(MARGIN))
_LOOKS: Final = 20
_PATIENCE_MS: Final = 60_000

# What stands in the page's message is what the bot said last, buttons included.
_SHOWS: Final = """([id, words, labels]) => {
    const row = document.querySelector(`[data-testid="message"][data-message-id="${id}"]`);
    if (!row) return false;
    const bare = (text) => text.replace(/\\s+/g, "");
    const keys = [...row.querySelectorAll(".key-label")].map((key) => bare(key.textContent));
    return bare(row.textContent).includes(bare(words)) && `${keys}` === `${labels.map(bare)}`;
}"""


@dataclass
class Studio:
    """One shop with its bot, and what looks at it."""

    shop: Shop
    ann: Someone
    ben: Someone
    browser: Browser
    folder: Path
    name: str = ""
    taken: list[Path] = field(default_factory=list)
    windows: dict[tuple[str, Light], Page] = field(default_factory=dict)
    keep: ExitStack = field(default_factory=ExitStack)  # closed before the browser is
    first: int = 0  # the message with which Ann paired
    fresh: Studio | None = None  # one with a bot of its own, once it was needed
    bot_said: Callable[[], str] = str  # what its bot has printed

    # --- what happens ---------------------------------------------------------------------------

    def prepare(self) -> None:
        """Let a few orders go before, from which the bot learns how each product is delivered."""
        for title in ("Netflix", "YouTube"):
            card = self.card(self.order(title), "0 of 1 delivered")
            pasted = self.ann.send(f"{title}@mail.example:First-1", reply_to=card["message_id"])
            self.ann.press(self.ann.sees("Send 1", after=pasted), "Send 1")
            self.ann.sees_in(card, "1 of 1 delivered")
        self.card(self.order("Disney"), "1 of 1 delivered")

    def order(self, title: str = "", **fields: Any) -> Any:
        """Let a buyer order a product whose title holds ``title``, or any delivered by hand."""
        if title:
            products = self.shop.state()["products"]
            [found] = [each for each in products if title in each["title"]]
            fields["product_id"] = found["product_id"]
        return self.shop.market("orders", **fields)

    def card(self, order: Any, *texts: str) -> Any:
        """Wait for the card of an order, and return it."""
        return self.ann.sees(order["order_no"], *texts)

    def file(self, name: str, content: str, *, reply_to: int) -> int:
        """Let Ann attach a file; return the message's ID."""
        coded = base64.b64encode(content.encode()).decode()
        body = {"as": "ann", "name": name, "content_base64": coded, "kind": "document"}
        return int(self.shop.telegram("file", **body, reply_to=reply_to)["message_id"])

    # --- pictures -------------------------------------------------------------------------------

    def take(self, first: Any, last: Any | None = None) -> None:
        """Cut one message out of the chat, or all from one to another."""
        last = last or first
        for light in LIGHTS:
            page = self.window("tall", light)
            for message in (first, last):
                self._wait_for(page, message)
            for _ in range(_LOOKS):
                box = self._around(page, first, last)
                page.evaluate(_ALONE, [first["message_id"], last["message_id"]])
                picture = page.screenshot(clip=box, animations="disabled")
                page.evaluate(_ALONE, [0, None])
                if self._around(page, first, last) == box:
                    break  # nothing moved meanwhile, a reaction that came late for instance
            self._keep(picture, light)

    def phone(self, act: Callable[[Page], None] = lambda _page: None, *, side: str = "") -> None:
        """Take a whole phone, after ``act`` has done something on it; ``side`` is #market."""
        self._whole("phone", act, side)

    def desktop(self, act: Callable[[Page], None] = lambda _page: None) -> None:
        """Take the whole page as a desktop shows it."""
        self._whole("desktop", act, "")

    def _whole(self, kind: str, act: Callable[[Page], None], side: str) -> None:
        for light in LIGHTS:
            page = self._open(kind, light, side)
            act(page)
            self._settle(page)
            self._keep(page.screenshot(animations="disabled"), light)
            page.context.close()

    def window(self, kind: str, light: Light) -> Page:
        """Return the window of this kind that stays open for all pictures."""
        if (kind, light) not in self.windows:
            self.windows[kind, light] = self._open(kind, light, "")
        return self.windows[kind, light]

    def _open(self, kind: str, light: Light, side: str) -> Page:
        width, height = {"phone": PHONE, "tall": TALL, "desktop": DESKTOP}[kind]
        context = self.browser.new_context(
            viewport={"width": width, "height": height},
            device_scale_factor=1 if kind == "desktop" else 1.5,
            color_scheme=light,
            reduced_motion="reduce",
            has_touch=kind != "desktop",
            timezone_id="UTC",
            bypass_csp=True,  # for the style below
        )
        page = context.new_page()
        page.set_default_timeout(_PATIENCE_MS)
        if kind == "tall":
            page.goto(f"{self.shop.url}/?hints=off&only=chat")
        else:
            page.goto(f"{self.shop.url}/?hints=off{side}")
            page.get_by_test_id("product").first.wait_for(state="attached")
        page.get_by_test_id("message").last.wait_for(state="attached")
        if kind != "desktop":
            page.add_style_tag(content=_PLAIN)
        return page

    def _wait_for(self, page: Page, message: Any) -> None:
        now = next(m for m in self.ann.chat() if m["message_id"] == message["message_id"])
        words = now["text"] or now["caption"] or ""
        page.wait_for_function(_SHOWS, arg=[now["message_id"], words, labels(now)])

    def _around(self, page: Page, first: Any, last: Any) -> FloatRect:
        """Return the box of what is cut out, once nothing moves it any more."""
        before = None
        for _ in range(_LOOKS):
            self._settle(page)
            box: FloatRect | None = page.evaluate(_BOX, [first["message_id"], last["message_id"]])
            if box and box == before:
                return box
            before = box
        raise AssertionError("the chat does not come to rest")

    @staticmethod
    def _settle(page: Page) -> None:
        """Wait until letters, pictures and what scrolls are at rest."""
        page.evaluate(
            """async () => {
                await document.fonts.ready;
                const shown = [...document.images].map((each) => each.decode());
                await Promise.allSettled(shown);
                for (let n = 0; n < 3; n += 1) await new Promise(requestAnimationFrame);
            }"""
        )

    def _keep(self, picture: bytes, light: Light) -> None:
        path = self.folder / f"{self.name}-{light}.png"
        path.write_bytes(squeezed(picture))
        self.taken.append(path)


def by_id(message_id: int) -> dict[str, int]:
    """Name a message by its ID alone."""
    return {"message_id": message_id}


def squeezed(picture: bytes) -> bytes:
    """Return a PNG of few colours, which nobody tells from the first by eye."""
    with Image.open(io.BytesIO(picture)) as opened:
        few = opened.convert("RGB").quantize(
            COLOURS, method=Image.Quantize.MEDIANCUT, kmeans=2, dither=Image.Dither.NONE
        )
    out = io.BytesIO()
    few.save(out, "PNG", optimize=True)
    return out.getvalue()


@contextmanager
def studio(folder: Path) -> Iterator[Studio]:
    """Open a shop with a bot at work, and a browser; close all of it at the end."""
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        shop = Shop()
        stack.callback(shop.close)
        shop.reset()
        state = Path(stack.enter_context(TemporaryDirectory(prefix="supplier-bot-pictures-")))
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        stack.callback(browser.close)
        bot = Bot(shop, state, hasty=True)
        bot.command = [sys.executable, str(_PATIENT), "run"]
        stack.enter_context(running(bot, in_english=False))
        ann, ben = shop.person("ann"), shop.person("ben")
        for person in (ann, ben):
            person.sees("atching")
        with ExitStack() as keep:
            yield Studio(shop, ann, ben, browser, folder, keep=keep)
