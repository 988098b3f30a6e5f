"""Every view, in every language: Telegram takes it, and its buttons hold their words."""

from __future__ import annotations

import re

import pytest

from bot.model.languages import NAMES
from bot.views.words import units
from tests.unit.views.builders import assert_telegram_takes, seen
from tests.unit.views.strangers import views_of

# What a phone of 360 points shows of a label before it is cut, by how many share a row.
ROOM = {1: 64, 2: 24, 3: 16, 4: 12}
# Between Chinese words: a mark of half a width, or a gap behind one of a whole width.
NOT_CHINESE = re.compile("[\u4e00-\u9fff”）][:;,]|[。：；，？！）] +[\\w“]")


@pytest.mark.parametrize("language", NAMES)
def test_the_layout_holds_in_every_language(language: str) -> None:
    for name, draw in views_of("77", language):
        message = draw()
        assert_telegram_takes(message)
        for row in message.keyboard:
            too_long = [each.label for each in row if units(each.label) > ROOM.get(len(row), 8)]
            assert too_long == [], (name, language)
        if language == "zh":
            assert NOT_CHINESE.findall(seen(message)) == [], (name, message.text)
