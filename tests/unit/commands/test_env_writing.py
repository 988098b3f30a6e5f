"""``.env`` is changed in one place, and everything else in it stays."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.env_writing import with_settings
from bot.env_file import read_env_file


def read(text: str, folder: Path) -> dict[str, str]:
    file = folder / "read.env"
    file.write_bytes(text.encode())
    values, problems = read_env_file(file)
    assert problems == []
    return values


OLD = """\
# mine
export CURRENCY="EUR"  # as agreed
TIME_ZONE = Europe/Madrid # the sea

supplier_api_key='a #b'
CURRENCY=CHF
LOG_LEVEL=INFO"""


def test_one_value_changes_and_comments_order_and_the_rest_stay(tmp_path: Path) -> None:
    fresh = with_settings(OLD, {"TIME_ZONE": "Asia/Dubai", "SUPPLIER_API_KEY": "it's \\ $x #1"})
    changed = OLD.replace("Europe/Madrid", "Asia/Dubai").replace("'a #b'", "'it\\'s \\\\ $x #1'")
    assert fresh == changed
    assert read(fresh, tmp_path)["supplier_api_key"] == "it's \\ $x #1"


def test_a_name_that_stands_twice_is_changed_twice() -> None:
    fresh = with_settings(OLD, {"CURRENCY": "USD"})
    assert "export CURRENCY=USD  # as agreed" in fresh
    assert "\nCURRENCY=USD\n" in fresh


def test_a_new_file_says_what_each_value_is() -> None:
    fresh = with_settings("", {"OWNER_IDS": "1001"})
    assert fresh.startswith("# The settings of supplier-bot.")
    assert fresh.endswith(
        "\n# The owners' Telegram user IDs, separated by commas.\nOWNER_IDS=1001\n"
    )


def test_what_is_new_follows_what_was_there() -> None:
    assert with_settings("A=1", {"B": "2"}) == "A=1\n\nB=2\n"


TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=["C", "Z"]) | st.just(" "), max_size=30
)


@given(
    st.lists(
        st.tuples(st.sampled_from(["A", "b", "C_D"]), TEXTS.map(str.strip), st.booleans()),
        max_size=5,
    ),
    st.dictionaries(st.sampled_from(["A", "B", "C_D", "E"]), TEXTS.filter(bool), min_size=1),
)
def test_what_was_set_is_what_is_read(
    tmp_path_factory: pytest.TempPathFactory,
    lines: list[tuple[str, str, bool]],
    values: dict[str, str],
) -> None:
    folder = tmp_path_factory.getbasetemp()
    text = with_settings("", {})
    before: dict[str, str] = {}
    for name, value, comment in lines:
        line = with_settings("\n", {name: value}).strip()
        text += line + ("  # a comment\n" if comment and value else "\n")
        if value:
            before[name.lower()] = value
    for name in {name.lower() for name, *_ in lines}:
        last = [value for each, value, _ in lines if each.lower() == name][-1]
        if last:
            before[name] = last
    fresh = with_settings(text, values)
    found = read(fresh, folder)
    assert {name: found.get(name.lower()) for name in values} == values
    for name, value in before.items():
        if name.upper() not in values:
            assert found[name] == value
    assert fresh.count("# a comment") == text.count("# a comment")
