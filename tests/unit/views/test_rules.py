"""What holds of every view and every template: buttons, symbols, numbers."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from bot.model.press import Verb
from bot.views import drawing
from bot.views.drawing import Pen
from tests.support.keyboards import against_the_rule

from .strangers import views_of

# What a symbol says: a word of each sentence behind it, or of the names where it is written.
MEANS = {
    "🆕": r"new",
    "💳": r"paid",
    "⏳": r"wait|pending|…|kept|nobody knows|asked|done\(|being looked for|sending",
    "▶️": r"running|activate|open the shop",
    "✅": r"done|delivered|complete|resolved|closed|confirmed|nothing waits|item\.state",
    "↩️": r"refund|done\(",
    "🎫": r"ticket|answer|opened again|in progress|texts",
    "📦": r"goods|deliver|owed|product|accounts?\b|title|nothing was",
    "🔁": r"replace|does not work|the new (?:one|unit)",
    "✉️": r"write to|text for the buyer",
    "🔒": r"lock|PIN",
    "⭐": r"good buyer|star",
}
LOOK_HERE = "⚠️"
BEFORE, BEHIND = 56, 160  # characters of a line in which its meaning stands
SYMBOL = re.compile("[\u2300-\u23ff\u25a0-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff↩]\ufe0f?")


def test_what_confirms_says_yes_or_send_the_way_out_no_or_cancel_and_neither_has_a_check_mark() -> (
    None
):
    confirming = 0
    for name, draw in views_of("Netflix"):
        keyboard = [[(each.label, each.data) for each in row] for row in draw().keyboard]
        assert against_the_rule(keyboard) == [], name
        confirming += any(data.startswith("ok") for row in keyboard for _, data in row)
    assert confirming > 5


def test_every_open_prompt_has_a_cancel() -> None:
    prompts = 0
    for name, draw in views_of("Netflix"):
        if name.endswith("prompt"):
            verbs = {each.data.partition(":")[0] for row in draw().keyboard for each in row}
            assert not verbs or Verb.STOP in verbs or Verb.DISCARD in verbs, name
            prompts += bool(verbs)
    assert prompts > 5


def everything_written() -> str:
    """Return all templates, without what they say about themselves."""
    whole = "\n".join(path.read_text("utf-8") for path in drawing.TEMPLATES.glob("*.*"))
    return re.sub(r"\{#.*?#\}", "", whole, flags=re.DOTALL)


def test_nothing_becomes_false_by_itself_and_no_error_says_nothing() -> None:
    written = everything_written()
    assert re.findall(r"(?i)\b(?:(?<!too long )ago|just now|in a moment|from now)\b", written) == []
    assert re.findall(r"(?i)went wrong|error occurred|oops|traceback|are you sure", written) == []


def test_a_symbol_always_means_the_same_thing() -> None:
    for line in everything_written().splitlines():
        symbols = [found for found in SYMBOL.finditer(line) if found[0] != LOOK_HERE]
        for found in symbols:
            assert found[0] in MEANS, f"{found[0]} says nothing: {line}"
            around = line[max(found.start() - BEFORE, 0) : found.end() + BEHIND]
            assert re.search(MEANS[found[0]], around, re.IGNORECASE), f"{found[0]}: {around}"


def test_numbers_are_monospace_wherever_they_stand(monkeypatch: pytest.MonkeyPatch) -> None:
    # Each is marked as it is written; what is marked stands within <code> or <pre>.
    number = "TK1772446511113"
    for way in ("code", "short", "identity"):
        plain = getattr(Pen, way)

        def marks(pen: Pen, text: str, plain: Callable[[Pen, str], str] = plain) -> str:
            return f"\ue000{plain(pen, text)}" if text == number else plain(pen, text)

        monkeypatch.setattr(Pen, way, marks)
    marked = 0
    for name, draw in views_of(number):
        message = draw()
        units = message.text.encode("utf-16-le")
        spans = [
            (2 * each.offset, 2 * (each.offset + each.length))
            for each in message.entities
            if each.type in {"code", "pre"}
        ]
        for at in range(0, len(units), 2):
            if units[at : at + 2] == "\ue000".encode("utf-16-le"):
                marked += 1
                around = units[max(at - 60, 0) : at + 60].decode("utf-16-le", "replace")
                assert any(begin <= at < end for begin, end in spans), f"{name}: {around}"
    assert marked > 50
