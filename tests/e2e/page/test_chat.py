"""The chat: writing, replying, pressing, editing, files, menus, reading above."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.page.conftest import ANN, PATIENCE_MS, Hand, Opener
from tests.e2e.page.pictures import png
from tests.integration.sandbox_process.conftest import Shop, Starter

pytestmark = pytest.mark.browser
expect.set_options(timeout=PATIENCE_MS)

DELIVER = {"text": "📦 Deliver", "callback_data": "deliver:1", "style": "primary"}
REFUND = {"text": "↩️ Refund $88.01", "callback_data": "refund:1", "style": "danger"}


@pytest.fixture
def page(phone: Page) -> Page:
    """The chat alone: nothing here is about the marketplace."""
    return phone


def message(page: Page, message_id: int) -> Locator:
    return page.locator(f'[data-testid="message"][data-message-id="{message_id}"]')


def say(page: Page, text: str) -> None:
    page.get_by_test_id("composer").fill(text)
    page.get_by_test_id("send").click()


def test_the_first_visit_begins_with_start(page: Page, hand: Hand) -> None:
    expect(page.get_by_test_id("composer")).to_be_hidden()
    page.get_by_test_id("start").click()
    expect(page.get_by_test_id("message")).to_have_text(re.compile("/start"))
    expect(page.get_by_test_id("start")).to_be_hidden()
    expect(page.get_by_test_id("composer")).to_be_visible()
    assert [item["text"] for item in hand.chat()] == ["/start"]


def test_enter_sends_and_shift_enter_makes_a_line(page: Page, hand: Hand) -> None:
    hand.says("Hello")
    composer = page.get_by_test_id("composer")
    composer.click()
    page.keyboard.type("one")
    low = composer.evaluate("element => element.offsetHeight")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("two")
    expect(composer).not_to_have_js_property("offsetHeight", low)
    assert composer.evaluate("element => element.offsetHeight") > low
    page.keyboard.press("Enter")
    mine = page.locator('[data-testid="message"][data-from="ann"]')
    expect(mine).to_contain_text("one\ntwo")
    expect(composer).to_have_value("")
    assert hand.chat()[-1]["text"] == "one\ntwo"


@pytest.mark.parametrize("how", ["button", "double click", "menu"])
def test_a_reply_is_quoted_and_leads_back(page: Page, hand: Hand, how: str) -> None:
    card = hand.says("Order <code>TK1772446511113</code>")
    bubble = message(page, card).locator(".bubble")
    bubble.hover()
    if how == "button":
        message(page, card).get_by_test_id("reply").click()
    elif how == "double click":
        bubble.locator(".meta").dblclick()
    else:
        bubble.click(button="right")
        page.get_by_role("menuitem", name="Reply").click()
    expect(page.get_by_test_id("reply-bar")).to_contain_text("TK1772446511113")
    expect(page.get_by_test_id("composer")).to_be_focused()
    say(page, "user:pass")
    mine = page.locator('[data-testid="message"][data-from="ann"]')
    expect(mine.locator(".quoted")).to_contain_text("Order TK1772446511113")
    expect(page.get_by_test_id("reply-bar")).to_be_hidden()
    assert hand.chat()[-1]["reply_to"] == card
    mine.locator(".quoted").click()
    expect(message(page, card)).to_have_class(re.compile("is-glowing"))


def test_a_cancelled_reply_is_no_reply(page: Page, hand: Hand) -> None:
    card = hand.says("Order")
    message(page, card).hover()
    message(page, card).get_by_test_id("reply").click()
    page.get_by_test_id("reply-bar").get_by_role("button", name="Cancel").click()
    say(page, "never mind")
    expect(page.locator('[data-from="ann"]')).to_contain_text("never mind")
    assert hand.chat()[-1]["reply_to"] is None


@pytest.mark.parametrize(
    ("answer", "shown"),
    [
        ({}, None),
        ({"text": "On its way"}, "toast"),
        ({"text": "Not allowed", "show_alert": True}, "alert"),
    ],
)
def test_a_pressed_button_spins_until_it_is_answered(
    page: Page, hand: Hand, answer: dict[str, Any], shown: str | None
) -> None:
    card = hand.says("Order", [DELIVER, REFUND])
    button = message(page, card).get_by_role("button", name="📦 Deliver")
    expect(button).to_have_class(re.compile("key-primary"))
    button.click()
    expect(button).to_have_attribute("aria-busy", "true")
    expect(button.locator(".spinner")).to_be_visible()
    [update] = hand.bot("getUpdates", timeout=5)
    assert update["callback_query"]["data"] == "deliver:1"
    # Drawn anew while it waits: it is the same press, so it goes on spinning.
    markup = {"inline_keyboard": [[DELIVER]]}
    hand.bot("editMessageText", chat_id=ANN, message_id=card, text="Checking…", reply_markup=markup)
    expect(message(page, card)).to_contain_text("Checking…")
    expect(button).to_have_attribute("aria-busy", "true")
    hand.bot("answerCallbackQuery", callback_query_id=update["callback_query"]["id"], **answer)
    expect(button).not_to_have_attribute("aria-busy", "true")
    if shown is not None:
        expect(page.get_by_test_id(shown)).to_contain_text(answer["text"])
    if shown == "alert":
        page.get_by_role("button", name="OK").click()
        expect(page.get_by_test_id("alert")).to_have_count(0)


def test_buttons_that_open_and_copy_ask_the_bot_nothing(page: Page, hand: Hand) -> None:
    card = hand.says(
        "Goods",
        [
            {"text": "Copy", "copy_text": {"text": "user:pass"}},
            {"text": "Open", "url": "https://example.org/"},
        ],
    )
    message(page, card).get_by_role("button", name="Copy").click()
    expect(page.get_by_test_id("toast")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == "user:pass"
    link = message(page, card).get_by_role("link", name="Open")
    expect(link).to_have_attribute("rel", "noopener noreferrer")
    assert hand.bot("getUpdates", timeout=0) == []


def test_an_edit_and_a_deletion_happen_in_place(page: Page, hand: Hand) -> None:
    card, after = hand.says("0 of 2 delivered", [DELIVER]), hand.says("Later")
    expect(message(page, after)).to_be_visible()
    hand.bot("editMessageText", chat_id=ANN, message_id=card, text="2 of 2 delivered")
    expect(message(page, card)).to_contain_text("2 of 2 delivered")
    expect(message(page, card).locator(".edited")).to_be_visible()
    expect(message(page, card).get_by_test_id("keyboard-button")).to_have_count(0)
    ids = page.get_by_test_id("message").evaluate_all(
        "rows => rows.map((row) => Number(row.dataset.messageId))"
    )
    assert ids == [card, after]
    hand.bot("deleteMessage", chat_id=ANN, message_id=card)
    expect(message(page, card)).to_have_count(0)


def test_own_words_are_edited(page: Page, hand: Hand) -> None:
    sent = hand.telegram("/send", **{"as": "ann"}, text="Wrod")["message_id"]
    expect(message(page, sent)).to_contain_text("Wrod")
    page.get_by_test_id("composer").press("ArrowUp")
    expect(page.get_by_test_id("composer")).to_have_value("Wrod")
    page.get_by_test_id("composer").fill("Word")
    page.keyboard.press("Enter")
    expect(message(page, sent)).to_contain_text("Word")
    expect(message(page, sent).locator(".edited")).to_be_visible()
    assert [item["text"] for item in hand.chat()] == ["Word"]


def test_what_a_bot_can_write_is_shown_as_telegram_shows_it(page: Page, hand: Hand) -> None:
    mine = hand.telegram("/send", **{"as": "ann"}, text="goods")["message_id"]
    hand.bot(
        "setMessageReaction",
        chat_id=ANN,
        message_id=mine,
        reaction=[{"type": "emoji", "emoji": "👀"}],
    )
    expect(message(page, mine).locator(".reaction")).to_have_text("👀")
    shown = hand.says(
        "<tg-spoiler>secret</tg-spoiler> <code>TK1</code>"
        "<blockquote expandable>a\nb\nc\nd\ne\nf</blockquote>after"
    )
    spoiler = message(page, shown).locator(".spoiler")
    hidden = "rgba(0, 0, 0, 0)"
    expect(spoiler).to_have_css("color", hidden)
    spoiler.click()
    expect(spoiler).not_to_have_css("color", hidden)
    quote = message(page, shown).locator("blockquote")
    low = quote.evaluate("element => element.offsetHeight")
    quote.click(position={"x": 20, "y": 10})
    expect(quote).not_to_have_js_property("offsetHeight", low)
    assert quote.evaluate("element => element.offsetHeight") > low
    message(page, shown).locator("code").click()
    expect(page.get_by_test_id("toast").last).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == "TK1"


def test_a_file_goes_up_and_comes_down(page: Page, hand: Hand, tmp_path: Path) -> None:
    goods = tmp_path / "accounts.txt"
    goods.write_bytes(b"user:pass\r\n\xff\x00")
    card = hand.says("Order")
    message(page, card).hover()
    message(page, card).get_by_test_id("reply").click()
    page.get_by_test_id("file-input").set_input_files(str(goods))
    page.get_by_test_id("caption").fill("for this one")
    page.get_by_test_id("send-files").click()
    mine = page.locator('[data-testid="message"][data-from="ann"]')
    expect(mine).to_contain_text("accounts.txt")
    expect(mine).to_contain_text("13 B")
    item = hand.chat()[-1]
    assert (item["kind"], item["caption"], item["reply_to"]) == ("document", "for this one", card)
    with page.expect_download() as download:
        mine.locator(".document").click()
    assert Path(download.value.path()).read_bytes() == goods.read_bytes()
    # A picture that a message links to stands above its text; one that is not there leaves nothing.
    kept = hand.client.post(
        "/market/products/api/supplier/upload-image/",
        headers={"X-API-Key": "practice-key"},
        files={"image": ("a.png", png(80, 60))},
    ).json()
    for path, shown in ((kept["image_path"], 1), ("/media/none.webp", 0)):
        address = f"{str(hand.client.base_url).rstrip('/')}/market{path}"
        card = hand.says("Product", link_preview_options={"url": address, "show_above_text": True})
        expect(message(page, card)).to_contain_text("Product")
        expect(message(page, card).get_by_test_id("preview")).to_have_count(shown)


def test_several_files_are_one_album(page: Page, hand: Hand, tmp_path: Path) -> None:
    hand.says("Hello")
    names = ["a.txt", "b.txt"]
    for name in names:
        (tmp_path / name).write_text(name)
    page.get_by_test_id("file-input").set_input_files([str(tmp_path / name) for name in names])
    page.get_by_test_id("send-files").click()
    album = page.locator('[data-from="ann"]')
    expect(album.locator(".document")).to_have_count(2)
    expect(album).to_have_count(1)
    albums = {item["media_group"] for item in hand.chat()[1:]}
    assert len(albums) == 1
    assert None not in albums


def test_the_menu_shows_the_persons_own_commands(page: Page, hand: Hand) -> None:
    hand.bot("setMyCommands", commands=[{"command": "help", "description": "For everyone"}])
    hand.bot(
        "setMyCommands",
        commands=[{"command": "queue", "description": "What waits"}],
        scope={"type": "chat", "chat_id": ANN},
    )
    hand.says("Hello")
    page.get_by_test_id("commands-menu").click()
    options = page.get_by_test_id("commands-list").get_by_role("option")
    expect(options).to_have_text(re.compile("/queue"))
    options.click()
    expect(page.locator('[data-from="ann"]')).to_contain_text("/queue")
    assert hand.chat()[-1]["text"] == "/queue"


def test_everyone_has_a_chat_of_their_own(
    page: Page, hand: Hand, open_page: Opener, shop: Shop
) -> None:
    hand.says("For Ann")
    hand.says("For Ben", to=1002)
    expect(page.get_by_test_id("message")).to_contain_text("For Ann")
    page.get_by_test_id("person").select_option("ben")
    expect(page.get_by_test_id("message")).to_contain_text("For Ben")
    say(page, "I am Ben")
    expect(page.locator('[data-from="ben"]')).to_contain_text("I am Ben")
    assert hand.chat("ben")[-1]["from"] == "ben"
    for name in ("ben", "BEN", "1002"):
        again = open_page(f"{shop.url}/?only=chat&as={name}")
        expect(again.locator('[data-from="ben"]')).to_have_class(re.compile("row-out"))


def test_a_blocked_bot_can_be_unblocked(page: Page, hand: Hand) -> None:
    hand.says("Hello")
    page.get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Block the bot").click()
    expect(page.get_by_test_id("composer")).to_be_hidden()
    page.get_by_test_id("unblock").click()
    expect(page.get_by_test_id("composer")).to_be_visible()


def test_reading_above_is_not_disturbed(page: Page, hand: Hand) -> None:
    ids = [hand.says(f"Number {number}") for number in range(40)]
    expect(message(page, ids[-1])).to_be_in_viewport()
    message(page, ids[14]).scroll_into_view_if_needed()
    page.locator(".scroller").hover()
    page.mouse.wheel(0, -1)
    expect(page.get_by_test_id("to-foot")).to_be_visible()
    before = message(page, ids[14]).evaluate("row => row.getBoundingClientRect().top")
    hand.bot("editMessageText", chat_id=ANN, message_id=ids[0], text="Longer\nby\nthree\nlines")
    newest = hand.says("New")
    expect(page.get_by_test_id("to-foot")).to_contain_text("1")
    after = message(page, ids[14]).evaluate("row => row.getBoundingClientRect().top")
    assert abs(after - before) < 2
    page.get_by_test_id("to-foot").click()
    expect(message(page, newest)).to_be_in_viewport()
    expect(page.get_by_test_id("to-foot")).to_be_hidden()


def test_the_pinned_line_leads_to_its_message(page: Page, hand: Hand) -> None:
    pinned = hand.says("3 to deliver")
    ids = [hand.says(f"Number {number}") for number in range(30)]
    hand.bot("pinChatMessage", chat_id=ANN, message_id=pinned)
    expect(page.get_by_test_id("pinned")).to_contain_text("3 to deliver")
    expect(message(page, ids[-1])).to_be_in_viewport()
    page.get_by_test_id("pinned").click()
    expect(message(page, pinned)).to_be_in_viewport()


def test_a_pin_is_a_line_in_the_chat(page: Page, hand: Hand) -> None:
    pinned = hand.says("3 to deliver")
    hand.bot("pinChatMessage", chat_id=ANN, message_id=pinned)
    expect(page.get_by_test_id("service")).to_have_text("Practice Shop pinned “3 to deliver”")


def test_a_long_chat_begins_with_its_newest_messages(
    hand: Hand, open_page: Opener, shop: Shop
) -> None:
    first = hand.says("The first")
    said = [hand.says(f"Number {number}") for number in range(100)]
    for _ in range(4):
        hand.bot("copyMessages", chat_id=ANN, from_chat_id=ANN, message_ids=said)
    hand.bot("pinChatMessage", chat_id=ANN, message_id=first)
    newest = hand.says("The newest", reply_parameters={"message_id": first})
    page = open_page(f"{shop.url}/?only=chat", width=428)
    expect(message(page, newest)).to_be_in_viewport()
    expect(message(page, first)).to_have_count(0)
    expect(page.get_by_test_id("pinned")).to_contain_text("The first")
    expect(message(page, newest).locator(".quoted")).to_contain_text("The first")
    page.get_by_test_id("pinned").click()
    expect(message(page, first)).to_be_in_viewport()
    expect(page.get_by_test_id("earlier")).to_be_hidden()
    expect(page.get_by_test_id("to-foot").locator(".badge")).to_be_hidden()


def test_a_question_opens_a_reply_by_itself(page: Page, hand: Hand) -> None:
    seen = hand.says("Hello")
    expect(message(page, seen)).to_be_visible()
    question = hand.says("Which order?", reply_markup={"force_reply": True})
    expect(page.get_by_test_id("reply-bar")).to_contain_text("Which order?")
    page.keyboard.type("TK1")
    page.keyboard.press("Enter")
    expect(page.locator('[data-from="ann"]')).to_contain_text("TK1")
    assert hand.chat()[-1]["reply_to"] == question


def test_typing_while_reading_goes_into_the_field(page: Page, hand: Hand) -> None:
    hand.says("Hello")
    expect(page.get_by_test_id("composer")).to_be_visible()
    page.keyboard.type("hi")
    expect(page.get_by_test_id("composer")).to_have_value("hi")


def test_files_are_dropped_on_the_chat(page: Page, hand: Hand) -> None:
    hand.says("Hello")
    expect(page.get_by_test_id("composer")).to_be_visible()
    data = page.evaluate_handle(
        """() => {
            const data = new DataTransfer();
            data.items.add(new File(["user:pass"], "dropped.txt", { type: "text/plain" }));
            return data;
        }"""
    )
    page.dispatch_event("#phone", "dragenter", {"dataTransfer": data})
    expect(page.locator(".drop-veil")).to_be_visible()
    page.dispatch_event("#phone", "drop", {"dataTransfer": data})
    expect(page.locator(".drop-veil")).to_be_hidden()
    page.get_by_test_id("send-files").click()
    expect(page.locator('[data-from="ann"]')).to_contain_text("dropped.txt")
    assert hand.chat()[-1]["file"]["size"] == len("user:pass")


def test_news_are_spoken_to_screen_readers(page: Page, hand: Hand) -> None:
    first = hand.says("Hello")
    expect(message(page, first)).to_be_visible()
    hand.says("Order TK1772446511113")
    expect(page.locator("#announcer")).to_have_text("Practice Shop: Order TK1772446511113")


def test_the_page_comes_back_with_its_server(start_shop: Starter, open_page: Opener) -> None:
    first = start_shop("--port", "0")
    page = open_page(f"{first.url}/?only=chat")
    expect(page.get_by_test_id("start")).to_be_visible()
    first.end()
    again = start_shop("--port", str(first.port))
    assert again.port == first.port
    page.get_by_test_id("start").click()
    expect(page.get_by_test_id("message")).to_contain_text("/start")
