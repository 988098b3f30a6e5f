from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.model.preferences import Preferences, QuietHours, SettingsFacts, Topic
from bot.views.settings import setting_prompt, settings_card, zone_name
from tests.support.languages import marked

from .builders import NOW, SEEING, assert_telegram_takes, reader, seen

MINE = Preferences(
    wishes={Topic.ORDERS: "loud", Topic.CHANGES: "off"},
    quiet=QuietHours(time(23), time(8), ZoneInfo("Europe/Berlin")),
    reminds=False,
    digest_over=None,
    goods_for=timedelta(seconds=30),
)


USUAL = Preferences()


def card(preferences: Preferences = USUAL, **more: Any) -> str:
    given: dict[str, Any] = {"low_stock": 5, "zone": "Europe/Berlin", **more}
    shown = settings_card(SettingsFacts(preferences, **given), reader(), NOW)
    assert_telegram_takes(shown)
    return seen(shown)


def test_the_card_says_everything_that_holds() -> None:
    assert card() == (
        "Settings · 12:05 (Berlin)\n"
        "Pushes: as usual\n"
        "Quiet hours: off\n"
        "Reminders: after 15 minutes\n"
        "Summary: off\n"
        "Digest: more than 8 at once\n"
        "Clock: Berlin\n"
        "Shown goods stay: 1 minute\n"
        "Low stock: 5 or fewer\n"
        "Currency: USD\n"
        "Language: English\n"
        "[Pushes][Quiet hours]\n[Reminders][Summary]\n[Digest][Clock]\n"
        "[Shown goods stay][Low stock]\n[Currency][Language]\n[Safety][Menu]"
    )
    mine = card(MINE, low_stock=-1)
    for line in (
        "new orders: loud\ndelivered, completed, refunded: off\nQuiet hours: 23:00–08:00",
        "Reminders: off",
        "Digest: never",
        "Shown goods stay: 30 seconds",
        "Low stock: off",
    ):
        assert line in mine


def test_a_change_shows_its_effect_beside_the_time() -> None:
    shown = card(MINE, side="pushes", changed="push.orders")
    assert shown.startswith("Now 12:05 · new orders: loud\n")
    assert "[new orders: loud]\n[late from the pool: as usual]" in shown


@pytest.mark.parametrize(
    ("side", "holds"),
    [
        ("quiet", "· 23:00–08:00 ·"),
        ("reminders", "· off ·"),
        ("digest", "· never ·"),
        ("goods", "· 30 seconds ·"),
        ("stock", "· 5 or fewer ·"),
        ("currency", "· USD ·"),
        ("language", "· English ·"),
    ],
)
def test_each_side_marks_what_holds_and_leads_back(side: Any, holds: str) -> None:
    shown = card(MINE, side=side)
    assert f"[{holds}]" in shown
    assert shown.endswith("[Back]")


def test_who_may_not_manage_the_shop_sees_its_bound_and_no_buttons_for_it() -> None:
    facts = SettingsFacts(Preferences(), 0, "UTC", side="stock")
    shown = seen(settings_card(facts, reader(SEEING), NOW))
    assert "Low stock: only when nothing is left" in shown
    assert shown.endswith("\n[Back]")
    assert shown.count("[") == 1


@pytest.mark.parametrize("kind", ["time_zone", "quiet_hours", "low_stock", "currency"])
@pytest.mark.parametrize("state", ["open", "used", "cancelled", "expired", "replaced"])
def test_a_prompt_gives_an_example_or_says_what_became_of_it(kind: str, state: str) -> None:
    facts = SettingsFacts(MINE, 5, "Etc/GMT-3")
    shown = setting_prompt(3, kind, state, facts, reader(), NOW)
    assert_telegram_takes(shown)
    assert ("like" in shown.text) is (state == "open")
    assert ("Now 12:05 · " in shown.text) is (state == "used")
    assert bool(shown.keyboard) is (state == "open")


@pytest.mark.parametrize(
    ("zone", "name"),
    [
        ("UTC", "UTC"),
        ("Etc/GMT-3", "UTC+3"),
        ("Etc/GMT+11", "UTC-11"),
        ("America/New_York", "New York"),
        ("America/Argentina/Buenos_Aires", "Buenos Aires"),
    ],
)
def test_a_clock_is_named_as_people_name_it(zone: str, name: str) -> None:
    assert zone_name(zone) == name


def test_a_language_is_chosen_by_its_own_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    facts = SettingsFacts(Preferences(), 5, "UTC", side="language")
    with marked(tmp_path, monkeypatch, names=("ru", "pt_BR")):
        shown = settings_card(facts, replace(reader(), language="pt-PT"), NOW)
    assert [b.label for row in shown.keyboard for b in row] == [
        "English",
        "Русский",
        "· Português ·",
        "⟦Back⟧",
    ]
    assert [b.data for row in shown.keyboard for b in row][:3] == [
        "sv:language:en",
        "sv:language:ru",
        "sv:language:pt_br",
    ]
