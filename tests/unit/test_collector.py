"""The collector of the end-to-end tests fails on anything missing and on anything extra."""

from __future__ import annotations

from typing import Any, cast

import pytest

from tests.e2e import collector as module
from tests.e2e.collector import Collector
from tests.e2e.practice import ANN, Shop, Someone

ONE, TWO = "TK1772446511113", "TK1772446511114"


class Calls:
    """The record of what Telegram was asked for."""

    def __init__(self) -> None:
        self.items: list[Any] = []

    def telegram_calls(self, method: str = "", since: int = 0) -> list[Any]:
        return [c for c in self.items if method in ("", c["method"]) and c["n"] > since]

    def say(self, text: str, method: str = "sendMessage") -> None:
        params = {"chat_id": ANN, "text": text}
        self.items.append(
            {"n": len(self.items) + 1, "ok": True, "method": method, "params": params}
        )


@pytest.fixture
def calls() -> Calls:
    return Calls()


@pytest.fixture
def collector(calls: Calls, monkeypatch: pytest.MonkeyPatch) -> Collector:
    shop = cast("Shop", calls)
    calls.say(f"New order {ONE}")  # before its time
    monkeypatch.setattr(module, "SECONDS", 0.0)
    return Collector(shop, Someone(shop, "ann"))


def test_what_is_told_as_expected_is_fine(calls: Calls, collector: Collector) -> None:
    collector.expect(ONE, TWO)
    calls.say(f"2 new orders: {ONE}")
    calls.say(f"2 new orders: {ONE} {TWO}", "editMessageText")
    collector.settle()


def test_what_is_missing_fails(calls: Calls, collector: Collector) -> None:
    collector.expect(ONE, TWO)
    calls.say(f"New order {ONE}")
    with pytest.raises(AssertionError, match=f"misses .*{TWO}"):
        collector.settle()


def test_what_is_extra_fails(calls: Calls, collector: Collector) -> None:
    collector.expect(ONE)
    calls.say(f"New order {ONE}")
    calls.say(f"New order {TWO}")
    with pytest.raises(AssertionError, match=f"told of .*{TWO}"):
        collector.settle()


@pytest.mark.parametrize("allowed", [0, 1])
def test_a_second_copy_fails_unless_it_is_allowed(
    calls: Calls, collector: Collector, allowed: int
) -> None:
    collector.expect(ONE)
    collector.may_repeat(allowed)
    calls.say(f"New order {ONE}")
    calls.say(f"New order {ONE}")
    if allowed:
        collector.settle()
    else:
        with pytest.raises(AssertionError, match="1 copies"):
            collector.settle()
