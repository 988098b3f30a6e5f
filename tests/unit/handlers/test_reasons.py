"""Whatever a use case says cannot be done, there is a sentence for it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.model.person import Act
from bot.views import sentences
from handlers.dispatch import _GONE, COMMANDS
from handlers.presses import _PRESSES, _SIMPLE
from tests.unit.views.builders import reader

ROOT = Path(__file__).parents[3]


def calls(*folders: str) -> Iterator[ast.Call]:
    for folder in folders:
        for file in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(node, ast.Call):
                    yield node


def _text(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def reasons() -> set[tuple[str, tuple[str, ...]]]:
    """Return every reason that is raised, with the names of its values."""
    found = set()
    for call in calls("bot/desk", "handlers"):
        if isinstance(call.func, ast.Name) and call.func.id == "NotPossible":
            names = tuple(sorted(keyword.arg or "" for keyword in call.keywords))
            reason = _text(call.args[0])
            if reason is not None:
                found.add((reason, names))
    return found


def notes() -> set[str]:
    """Return every note's name that the use cases, the poller and the lanes queue."""
    found: set[str] = set()
    for folder in ("bot/desk", "bot/chat", "bot/watch"):
        for file in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(node, ast.Dict) and len(node.keys) == 2:
                    keys = [None if key is None else _text(key) for key in node.keys]
                    if keys == ["name", "values"]:
                        # What a use case says cannot be done is checked above.
                        name = _text(node.values[0])
                        found |= set() if name is None else {name}
    return found


@pytest.mark.parametrize(("reason", "names"), sorted(reasons()))
def test_every_reason_has_its_sentence(reason: str, names: tuple[str, ...]) -> None:
    if reason in _GONE:
        return
    values = dict.fromkeys(names, "TK1772446511113")
    said = sentences.say(reason, reader(), now=datetime.now(UTC), **values)
    assert said.text


@pytest.mark.parametrize("name", sorted(notes()))
def test_every_note_is_a_sentence(name: str) -> None:
    assert sentences.Sentence(name)


def test_the_checks_above_look_at_something() -> None:
    assert ("order_refunded", ("number",)) in reasons()
    assert len(reasons()) > 10
    assert "failed_update" in notes()


@pytest.mark.parametrize("acts", [frozenset(Act), frozenset({Act.SEE})])
def test_help_lists_only_commands_that_work(acts: frozenset[Act]) -> None:
    from bot.views.commands import commands

    listed = {name for name, _ in commands("en", acts)}
    assert listed
    assert listed <= set(COMMANDS)


def test_every_verb_on_a_button_is_handled() -> None:
    used = set()
    for call in calls("bot/views"):
        for node in ast.walk(call):
            if (
                isinstance(node, ast.Attribute)
                and isinstance(node.value, ast.Name)
                and node.value.id == "Verb"
            ):
                used.add(node.attr)
    handled = {verb.name for verb in (*_PRESSES, *_SIMPLE)}
    assert used
    assert used <= handled
