"""What Telegram shows besides texts: pictures, albums, reactions, keyboards, forwards, names."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.e2e.page.conftest import ANN, PATIENCE_MS, TOKEN, Hand, Opener
from tests.e2e.page.pictures import png
from tests.integration.sandbox_process.conftest import Shop

pytestmark = pytest.mark.browser
expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture
def page(phone: Page) -> Page:
    """The chat alone: nothing here is about the marketplace."""
    return phone


def message(page: Page, message_id: int) -> Locator:
    return page.locator(f'[data-testid="message"][data-message-id="{message_id}"]')


def photo(hand: Hand, width: int, height: int, **fields: str) -> int:
    files = {"photo": ("a.png", png(width, height))}
    data = {"chat_id": str(ANN), **fields}
    answer = hand.client.post(f"/telegram/bot{TOKEN}/sendPhoto", data=data, files=files).json()
    return int(answer["result"]["message_id"])


def test_a_chat_with_pictures_opens_at_its_foot(hand: Hand, open_page: Opener, shop: Shop) -> None:
    ids = [photo(hand, 400, 900) for _ in range(6)]
    page = open_page("about:blank")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/control/files/**", hold)
    page.goto(f"{shop.url}/?only=chat", wait_until="domcontentloaded")
    picture = message(page, ids[-1]).locator("img")
    expect(picture).to_be_visible()
    place = "image => image.getBoundingClientRect().bottom"
    before = picture.evaluate(place)
    for route in held:
        route.continue_()
    loaded = "image => image.complete && image.naturalWidth > 0"
    for number in ids:
        message(page, number).locator("img").evaluate(
            f"async image => {{ await image.decode(); return ({loaded})(image) }}"
        )
    assert abs(picture.evaluate(place) - before) < 1
    expect(picture).to_be_in_viewport()
    expect(page.get_by_test_id("to-foot")).to_be_hidden()


def test_an_album_is_one_bubble_whose_pieces_are_replied_to(
    page: Page, hand: Hand, tmp_path: Path
) -> None:
    media = [{"type": "photo", "media": f"attach://p{n}"} for n in range(3)]
    media[0]["caption"] = "Proof"
    files = {f"p{n}": (f"{n}.png", png(90, 90)) for n in range(3)}
    data = {"chat_id": str(ANN), "media": json.dumps(media)}
    answer = hand.client.post(f"/telegram/bot{TOKEN}/sendMediaGroup", data=data, files=files)
    ids = [piece["message_id"] for piece in answer.json()["result"]]
    expect(page.get_by_test_id("message")).to_have_count(1)
    expect(message(page, ids[0]).locator("img")).to_have_count(3)
    expect(message(page, ids[0]).locator(".text")).to_contain_text("Proof")
    piece = page.locator(f'.album [data-message-id="{ids[2]}"]')
    piece.dispatch_event("contextmenu")
    expect(page.get_by_role("menuitem", name="Reply")).to_have_count(0)  # a link keeps its own menu
    piece.click()
    full = page.get_by_role("dialog", name="Photo")
    expect(full).to_contain_text("3 of 3")
    page.keyboard.press("ArrowRight")
    expect(full).to_contain_text("1 of 3")
    page.keyboard.press("Escape")
    expect(full).to_have_count(0)
    message(page, ids[0]).hover()
    message(page, ids[0]).get_by_test_id("reply").click()
    for name in ("one.png", "two.png"):
        (tmp_path / name).write_bytes(png(40, 40))
    page.get_by_test_id("file-input").set_input_files([tmp_path / "one.png", tmp_path / "two.png"])
    expect(page.locator(".file-list img")).to_have_count(2)
    page.get_by_test_id("send-files").click()
    expect(page.locator('[data-from="ann"] .album img')).to_have_count(2)
    sent = hand.chat()[-2:]
    assert [item["kind"] for item in sent] == ["photo", "photo"]
    assert sent[0]["reply_to"] == ids[0]


def test_a_person_reacts_and_equal_reactions_are_counted(page: Page, hand: Hand) -> None:
    mine = hand.telegram("/send", **{"as": "ann"}, text="goods")["message_id"]
    given = [{"type": "emoji", "emoji": "👍"}]
    hand.bot("setMessageReaction", chat_id=ANN, message_id=mine, reaction=given)
    reaction = message(page, mine).locator(".reaction")
    expect(reaction).to_have_text("👍")
    message(page, mine).locator(".text").click(button="right")
    page.get_by_role("menuitemcheckbox", name="React with 👍").click()
    expect(reaction).to_have_text("👍2")
    expect(reaction).to_have_attribute("aria-pressed", "true")
    reaction.click()
    expect(reaction).to_have_text("👍")
    assert hand.chat()[0]["reacted"] == {"bot": ["👍"]}


def test_suggested_answers_are_sent_as_words(page: Page, hand: Hand) -> None:
    keys = {"keyboard": [["Yes", "No"]], "one_time_keyboard": True}
    hand.says("Sure?", reply_markup={**keys, "input_field_placeholder": "Yes or no"})
    expect(page.get_by_test_id("composer")).to_have_attribute("placeholder", "Yes or no")
    page.get_by_test_id("reply-keyboard").get_by_role("button", name="Yes").click()
    expect(page.locator('[data-from="ann"]')).to_contain_text("Yes")
    expect(page.get_by_test_id("reply-keyboard")).to_be_hidden()


def test_a_forward_and_the_bots_name_are_told(page: Page, hand: Hand) -> None:
    said = hand.telegram("/send", **{"as": "ben"}, text="from Ben")["message_id"]
    sent = hand.bot("forwardMessage", chat_id=ANN, from_chat_id=1002, message_id=said)
    expect(message(page, sent["message_id"])).to_contain_text("Forwarded from Ben")
    hand.bot("setMyName", name="The counter")
    expect(page.locator(".chat-title h2")).to_have_text("The counter")
    expect(page).to_have_title("The counter · practice shop")


def test_a_short_quote_has_nothing_to_unfold_and_a_long_one_does_by_key(
    page: Page, hand: Hand
) -> None:
    short = hand.says("<blockquote expandable>one line</blockquote>")
    long = hand.says("<blockquote expandable>1\n2\n3\n4\n5</blockquote>")
    expect(message(page, short).locator(".quote-toggle")).to_be_hidden()
    toggle = message(page, long).get_by_role("button", name="Show the whole quote")
    toggle.press("Enter")
    expect(toggle).to_have_attribute("aria-expanded", "true")
    toggle.press("Enter")
    expect(toggle).to_have_attribute("aria-expanded", "false")


def test_a_slow_network_is_switched_on_and_off(page: Page, hand: Hand) -> None:
    hand.says("Hello")
    more = page.get_by_role("button", name="More")
    more.click()
    page.get_by_role("menuitem", name="Slow network").click()
    expect(page.locator(".chat-state")).to_have_text("slow network")
    [fault] = hand.client.get("/telegram/control/faults").json()["items"]
    assert (fault["kind"], fault["method"], fault["times"]) == ("latency", "*", None)
    more.click()
    page.get_by_role("menuitem", name="Fast network").click()
    expect(page.locator(".chat-state")).to_have_text("bot")
    assert hand.client.get("/telegram/control/faults").json()["items"] == []
