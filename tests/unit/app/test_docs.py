"""The docs speak of commands, settings, files and make targets that are there."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from bot.cli import app
from bot.settings import Settings
from bot.supplier.operations import Operation
from handlers.dispatch import COMMANDS

ROOT = Path(__file__).parents[3]
DOCS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
SETTINGS = {name.upper() for name in Settings.model_fields}

_CODE = re.compile(r"```[^\n]*\n(.*?)```|`([^`\n]+)`|^ {4}(\S[^\n]*)$", re.DOTALL | re.MULTILINE)


def code(file: Path) -> Iterator[str]:
    """Yield what stands as code, a line at a time."""
    for found in _CODE.finditer(file.read_text("utf-8")):
        yield from next(group for group in found.groups() if group).splitlines()


def every(pattern: str) -> dict[str, set[str]]:
    """Return what the pattern finds in code, and in which documents."""
    found: dict[str, set[str]] = {}
    for file in DOCS:
        for line in code(file):
            for each in re.findall(pattern, line):
                found.setdefault(each, set()).add(file.name)
    return found


def known_commands() -> dict[str, Any]:
    """Return every command a person types, with its words, and its parameters."""
    commands: dict[str, Any] = {}
    group: Any = get_command(app)
    for name, command in group.commands.items():
        inner = getattr(command, "commands", {})
        commands[name] = command
        commands |= {f"{name} {each}": inner[each] for each in inner}
    return commands


def test_every_command_of_the_docs_is_there_and_takes_its_options() -> None:
    commands = known_commands()
    seen: set[str] = set()
    for typed, where in every(r"supplier-bot((?: +[^|`#;&)]+)?)").items():
        words = typed.split()
        if not words or not re.fullmatch(r"[a-z][a-z-]*", words[0]):
            continue
        name = " ".join(words[:2]) if " ".join(words[:2]) in commands else words[0]
        assert name in commands, (typed, where)
        seen.add(name)
        options = {option for each in commands[name].params for option in each.opts}
        options |= {option for each in commands[name].params for option in each.secondary_opts}
        for word in words:
            assert not word.startswith("--") or word.split("=")[0] in options, (typed, where)
    leaves = {name for name, command in commands.items() if not getattr(command, "commands", None)}
    assert leaves - seen == set(), "a command that no document names"


def test_every_setting_of_the_docs_is_there() -> None:
    families = "|".join({name.partition("_")[0] for name in SETTINGS if "_" in name})
    assert set(every(rf"\b((?:{families})_[A-Z_]+)\b")) - SETTINGS == set()
    # What is set in an example; ARGS is make's.
    assert set(every(r"(?:^|\s)([A-Z][A-Z_]{3,})=")) - SETTINGS <= {"ARGS"}


def test_every_make_target_of_the_docs_is_there() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = every(r"\bmake ([a-z]+)\b")
    assert set(named) <= targets, named


def test_every_link_within_the_docs_leads_somewhere() -> None:
    for file in DOCS:
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", file.read_text("utf-8")):
            if "://" not in target:
                assert (file.parent / target).exists(), (file.name, target)


def test_every_command_of_the_chat_that_the_docs_name_is_there() -> None:
    guide = ROOT / "docs" / "guide.md"
    named = set(re.findall(r"`/([a-z]+)\b", guide.read_text("utf-8")))
    assert named - set(COMMANDS) <= {"healthz", "metrics"}


@pytest.mark.parametrize("file", ["Containerfile", "docs/architecture.md"])
def test_every_file_that_is_named_is_there(file: str) -> None:
    text = (ROOT / file).read_text("utf-8")
    if file == "Containerfile":
        copied = re.findall(r"^COPY (?!--from)(.+) \S+$", text, re.MULTILINE)
        named = {name for line in copied for name in line.split()}
        ignored = (ROOT / ".dockerignore").read_text().splitlines()
        assert {f"!{name.removeprefix('./')}" for name in named} == set(ignored) - {
            "*",
            "**/__pycache__",
        }
    else:
        named = set(re.findall(r"`((?:bot|handlers|tests|sandbox)/[\w./]*)`", text))
        # What is named stands where it is said to stand.
        for name, place in re.findall(r"`(\w+)`[^`\n]* (?:in|of) `([\w/]+\.(?:py|toml))`", text):
            assert name in (ROOT / place).read_text(), (name, place)
    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_the_container_runs_a_python_that_the_package_allows() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    low, high = re.findall(r"(\d+)(?=[,\s]|$)", project["requires-python"].replace(".", " "))[-2:]
    for minor in re.findall(r"python:3\.(\d+)-slim", (ROOT / "Containerfile").read_text()):
        assert int(low) <= int(minor) < int(high)


def test_every_operation_has_its_test_from_the_chat_to_the_ledger() -> None:
    said = (ROOT / "docs" / "reliability.md").read_text("utf-8")
    rows = re.findall(r"^\| `(\w+)` \| `(test_\w+\.py)` \| `(test_\w+)` \|$", said, re.MULTILINE)
    assert [operation for operation, _, _ in rows] == [*Operation]
    for _, file, name in rows:
        assert f"def {name}(" in (ROOT / "tests/e2e/flows" / file).read_text("utf-8"), name
