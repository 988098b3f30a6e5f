"""Goods: how a paste is split, how a unit is shown and not shown, what looks like one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.model.goods import looks_like_goods, mask
from bot.model.intent import without_goods
from bot.model.splits import How, following, lines_each, split_paste, splits


def plain(units: tuple[SecretStr, ...]) -> list[str]:
    return [unit.get_secret_value() for unit in units]


@pytest.mark.parametrize(
    ("paste", "owed", "units", "how"),
    [
        # One unit owed: the whole paste is that unit, however many lines.
        ("a:1", 1, ["a:1"], "whole"),
        ("\n\nlogin: a\npass: 1\n\nhint\n", 1, ["login: a\npass: 1\n\nhint"], "whole"),
        ("a:1", 0, ["a:1"], "whole"),
        ("  \n\t\n", 1, [], "whole"),
        # More owed: blank lines separate units if that gives the count …
        ("a\n1\n\nb\n2", 2, ["a\n1", "b\n2"], "blocks"),
        ("a\n1\n \n\n\nb\n2\n\n", 2, ["a\n1", "b\n2"], "blocks"),
        ("a\r\n1\r\n\r\nb\r\n2", 2, ["a\n1", "b\n2"], "blocks"),
        # … otherwise each line is a unit.
        ("a:1\nb:2", 2, ["a:1", "b:2"], "lines"),
        ("a:1\n\nb:2\n\nc:3", 2, ["a:1", "b:2", "c:3"], "lines"),
        ("a\n1\n\nb\n2", 3, ["a", "1", "b", "2"], "lines"),
        ("a:1\n\nb:2", 2, ["a:1", "b:2"], "lines"),
        ("a:1\rb:2", 2, ["a:1", "b:2"], "lines"),
        ("a:\x001", 1, ["a:1"], "whole"),
        ("", 2, [], "lines"),
    ],
)
def test_a_paste_is_split_as_people_mean_it(
    paste: str, owed: int, units: list[str], how: How
) -> None:
    split = split_paste(paste, owed)
    assert (plain(split.units), split.how) == (units, how)


def test_what_was_dropped_is_counted() -> None:
    split = split_paste("a:1\n\nb:2\na:1\n\n\nc:3", 4)
    assert plain(split.units) == ["a:1", "b:2", "c:3"]
    assert (split.empty_lines, split.doubles) == (3, 1)


@given(st.text(max_size=200), st.integers(0, 5))
def test_no_unit_is_empty_or_twice_and_nothing_is_made_up(paste: str, owed: int) -> None:
    units = plain(split_paste(paste, owed).units)
    assert all(unit.strip() for unit in units)
    assert len(set(units)) == len(units)
    source = paste.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    for unit in units:
        for line in unit.split("\n"):
            assert line.rstrip() in source


@pytest.mark.parametrize(
    ("paste", "owed", "ways"),
    [
        # A way that gives the same units as an earlier one is no other way.
        ("a:1", 1, {"whole": 1}),
        ("a:1\nb:2", 2, {"lines": 2, "whole": 1}),
        ("a\n1\nb\n2", 2, {"lines": 4, "groups": 2, "whole": 1}),
        ("a\n1\n\nb\n2", 2, {"blocks": 2, "lines": 4, "whole": 1}),
        ("login\npass\n\nhint", 1, {"whole": 1, "blocks": 2, "lines": 3}),
        ("a\n1\n\nb\n2", 3, {"lines": 4, "blocks": 2, "whole": 1}),
        ("", 2, {"lines": 0}),
    ],
)
def test_the_ways_to_split_begin_with_the_likeliest(
    paste: str, owed: int, ways: dict[str, int]
) -> None:
    assert {way.how: len(way.units) for way in splits(paste, owed)} == ways
    assert list(ways) == [way.how for way in splits(paste, owed)]


def test_as_many_files_as_are_owed_are_a_unit_each() -> None:
    files = ("a\n1\n", "b\n2\n")
    assert plain(splits("".join(files), 2, files)[0].units) == ["a\n1", "b\n2"]
    assert [way.how for way in splits("".join(files), 4, files)] == ["lines", "files", "whole"]


def test_split_differently_goes_round() -> None:
    ways = splits("a\n1\n\nb\n2", 2)
    how, seen = ways[0].how, []
    for _ in range(4):
        how = following(ways, how).how
        seen.append(how)
    assert seen == ["lines", "whole", "blocks", "lines"]
    assert following(ways, "files") == ways[0]  # a way that there is no more


def test_the_lines_of_each_unit_are_named_where_they_are_the_same() -> None:
    assert lines_each([SecretStr("a\n1"), SecretStr("b\n2")]) == 2
    assert lines_each([SecretStr("a\n1"), SecretStr("b")]) == 0
    assert lines_each([]) == 0


@pytest.mark.parametrize(
    ("unit", "shown"),
    [
        ("", "•••"),
        ("short12", "•••"),
        ("anna:Hunter2", "an•••r2"),
        ("12345678", "12•••78"),
        ("anna:Hunter2\npin 4711\nhint", "an•••r2 (+2)"),
        ("a\nlong second line", "••• (+1)"),
    ],
)
def test_a_unit_shows_its_ends_alone(unit: str, shown: str) -> None:
    assert mask(SecretStr(unit)) == shown


@given(st.text(max_size=60))
def test_a_mask_never_shows_half_of_a_unit(unit: str) -> None:
    first = unit.split("\n", maxsplit=1)[0]
    shown = mask(SecretStr(unit)).split(" (+")[0].replace("•", "")
    assert len(shown) <= len(first) / 2


@pytest.mark.parametrize(
    "text",
    [
        "anna:Hunter2",
        "anna|Hunter2",
        "anna@mail.example:pass word",
        "anna : Hunter2",
        "ABCDE-12345-FGHIJ",
        "key: abcd-ef12-3456-7890",
        "one\ntwo",
        "  a:b  ",
    ],
)
def test_goods_are_recognised(text: str) -> None:
    assert looks_like_goods(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "Sorry, we send you another one tomorrow: please wait a day",
        "https://example.com/help",
        "where is TK1772446511113?",
        "\n\nthanks\n",
    ],
)
def test_words_are_not_goods(text: str) -> None:
    assert not looks_like_goods(text)


@given(st.text(max_size=300))
def test_any_text_can_be_asked_about(text: str) -> None:
    assert looks_like_goods(text) in {True, False}


UNITS = (SecretStr("anna:Hunter2222"), SecretStr("login berta\npass Qwertz99"))


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Row anna:Hunter2222 is a double", "Row ••• is a double"),
        ("Hunter2222 is weak", "••• is weak"),
        ("anna is taken", "••• is taken"),
        ("pass Qwertz99", "••• •••"),
        ("Nothing of it", "Nothing of it"),
    ],
)
def test_the_marketplace_s_words_come_without_goods(said: str, shown: str) -> None:
    assert without_goods(said, UNITS) == shown


@given(st.text(max_size=100), st.text("abcdXYZ019:|- ", min_size=4, max_size=20))
def test_no_unit_is_ever_repeated(around: str, unit: str) -> None:
    if len(unit.strip()) < 4:
        return
    said = without_goods(f"{around}{unit}{around}", (SecretStr(unit),))
    assert unit not in said
