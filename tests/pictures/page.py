"""The page itself: on a phone, and on a desktop."""

from __future__ import annotations

from playwright.sync_api import Page

from .scenes import scene
from .studio import Studio


@scene
def phone_chat(studio: Studio) -> None:
    studio.card(studio.order("Netflix"), "0 of 1 delivered")
    studio.phone()


@scene
def phone_marketplace(studio: Studio) -> None:
    studio.phone(side="#market")


@scene
def phone_commands(studio: Studio) -> None:
    studio.phone(lambda page: page.get_by_test_id("commands-menu").click())


@scene
def desktop(studio: Studio) -> None:
    studio.desktop()


@scene
def desktop_two_people(studio: Studio) -> None:
    def both(page: Page) -> None:
        page.get_by_test_id("second-switch").click()
        page.frame_locator("iframe").get_by_test_id("message").last.wait_for()

    studio.desktop(both)
