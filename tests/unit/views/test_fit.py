from typing import Any

from bot.views.fit import fit


def bold(offset: int, length: int) -> dict[str, Any]:
    return {"type": "bold", "offset": offset, "length": length}


def test_a_text_that_fits_stays_with_its_entities() -> None:
    text, entities = fit("hello", [bold(0, 5)])
    assert text == "hello"
    assert [(each.type, each.offset, each.length) for each in entities] == [("bold", 0, 5)]


def test_white_space_around_goes_and_entities_move_with_the_text() -> None:
    text, entities = fit("\n 😀x \n", [bold(2, 3), bold(0, 1)])
    assert text == "😀x"
    assert [(each.offset, each.length) for each in entities] == [(0, 3)]


def test_a_long_text_is_cut_in_utf16_units_and_entities_are_trimmed_or_dropped() -> None:
    text, entities = fit("😀" * 3000, [bold(4000, 100), bold(5000, 10), bold(0, 2)])
    assert len(text.encode("utf-16-le")) // 2 == 4095  # 4,096 would halve the last sign
    assert text.endswith("😀…")
    assert [(each.offset, each.length) for each in entities] == [(0, 2), (4000, 95)]


def test_exactly_the_limit_is_not_cut() -> None:
    assert fit("a" * 4096, [])[0] == "a" * 4096
    assert fit("a" * 4097, [])[0] == "a" * 4095 + "…"


def test_the_first_hundred_entities_are_kept() -> None:
    _, entities = fit("a" * 200, [bold(place, 1) for place in reversed(range(150))])
    assert [each.offset for each in entities] == list(range(100))
