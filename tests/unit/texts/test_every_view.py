"""Every view: nothing that it says to people is written beside the translations."""

from __future__ import annotations

import re

import pytest

from bot.model.saved_text import VARIABLES
from bot.views import drawing, languages
from tests.support.languages import Marked, unmarked
from tests.unit.views.builders import seen
from tests.unit.views.strangers import views_of

# How a template may join two texts, or a text and a value, where no translator can: with a mark,
# in brackets, or one sentence behind another. “§” is a text; what decides leaves nothing behind.
TEXT = re.compile(r"{% trans\b.*?{% endtrans %}", re.DOTALL)
NOTHING = re.compile(r"{#.*?#}|{%-?\s*(?:end\w+|else)\s*-?%}", re.DOTALL)
WRITTEN = r"(?:§|{{|{% (?:if|elif)\b|<code>)"
JOINED = re.compile(rf"(?:(?:^|§|}}}}|>)(?:[:;,] ?|,? \()|§ ){WRITTEN}", re.MULTILINE)

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


def test_no_template_joins_its_texts_with_marks_that_no_translator_sees() -> None:
    joined = {
        (path.name, line)
        for path in drawing.TEMPLATES.glob("*.*")
        for line in NOTHING.sub("", TEXT.sub("§", path.read_text(encoding="utf-8"))).split("\n")
        if JOINED.search(line)
    }
    assert joined == set(), "parts.html has what joins them: both, then, besides, of, aside"
