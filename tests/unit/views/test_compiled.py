"""Compiled templates are kept, and nothing hangs on it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from jinja2 import DictLoader, Environment

from bot.views.compiled import Compiled


def environment(folder: Path, source: str = "Hello {{ name }}", **options: Any) -> Environment:
    return Environment(
        loader=DictLoader({"a.html": source}),
        bytecode_cache=Compiled(folder),
        autoescape=True,
        **options,
    )


def said(one: Environment) -> str:
    return one.get_template("a.html").render(name="<Ann>")


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    folder = tmp_path / "kept"
    assert said(environment(folder)) == "Hello &lt;Ann&gt;"
    return folder


def forbid_compiling(monkeypatch: pytest.MonkeyPatch) -> None:
    def compiled(*_: object) -> None:
        raise AssertionError("compiled anew")

    monkeypatch.setattr(Environment, "compile", compiled)


def test_what_was_compiled_once_is_read_back(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    forbid_compiling(monkeypatch)
    assert said(environment(kept)) == "Hello &lt;Ann&gt;"


def test_another_source_or_another_environment_is_compiled_anew(kept: Path) -> None:
    assert said(environment(kept, "Bye {{ name }}")) == "Bye &lt;Ann&gt;"
    spaced = "{% if name %}\n{{ name }}{% endif %}"
    assert said(environment(kept, spaced)) == "\n&lt;Ann&gt;"
    assert said(environment(kept, spaced, trim_blocks=True)) == "&lt;Ann&gt;"


@pytest.mark.parametrize("damage", [b"", b"nonsense", None])
def test_a_damaged_file_is_made_anew(
    kept: Path, damage: bytes | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    (path,) = kept.iterdir()
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2] if damage is None else damage)
    assert said(environment(kept)) == "Hello &lt;Ann&gt;"
    forbid_compiling(monkeypatch)
    assert said(environment(kept)) == "Hello &lt;Ann&gt;"


def test_where_nothing_can_be_kept_it_is_compiled_each_time(tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("", "utf-8")
    for _ in range(2):
        assert said(environment(in_the_way)) == "Hello &lt;Ann&gt;"
    assert in_the_way.read_text("utf-8") == ""
