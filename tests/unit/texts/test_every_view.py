"""Every view: nothing that it says to people is written beside the translations."""

from __future__ import annotations

import re

import pytest

from bot.model.saved_text import VARIABLES
from bot.views import languages
from tests.support.languages import Marked, unmarked
from tests.unit.views.builders import seen
from tests.unit.views.strangers import views_of

# What the views are given, a month, a clock, and names of variables.
DATA = {"anna", "Hunter", "Nov", "UTC", *VARIABLES}


def test_no_view_says_a_word_that_no_translator_sees(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(languages, "translations", lambda _language: Marked())
    beside = {
        (name, word)
        for name, drawn in views_of("77")
        for word in re.findall(r"[A-Za-z][A-Za-z_']+", unmarked(seen(drawn())))
    }
    # Data that a new view is given here is added above; a word of ours goes through {% trans %}.
    assert {(name, word) for name, word in beside if word not in DATA} == set()
