from __future__ import annotations

from bot.chat.pacer import Pacer


class Clock:
    def __init__(self) -> None:
        self.at = 100.0

    def __call__(self) -> float:
        return self.at


def test_a_429_holds_back_the_chat_that_it_came_for() -> None:
    pacer = Pacer(Clock())
    pacer.throttled(1, 5)
    assert pacer.wait(1) == 5
    assert pacer.wait(2) == 0


def test_a_second_chat_refused_meanwhile_means_everybody() -> None:
    clock = Clock()
    pacer = Pacer(clock)
    pacer.throttled(1, 5)
    clock.at += 1
    pacer.throttled(2, 7)
    assert pacer.wait(3) == 7
    clock.at += 7
    assert pacer.wait(3) == 0


def test_a_429_of_long_ago_says_nothing_of_the_others() -> None:
    clock = Clock()
    pacer = Pacer(clock)
    pacer.throttled(1, 5)
    clock.at += 6
    pacer.throttled(2, 7)
    assert pacer.wait(3) == 0


def test_a_chat_held_for_another_reason_says_nothing_of_the_others() -> None:
    pacer = Pacer(Clock())
    pacer.hold(1, 60)
    pacer.throttled(2, 7)
    assert pacer.wait(3) == 0
