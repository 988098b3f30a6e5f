"""Never faster than Telegram allows, and never slower than it must."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.chat.pacer import Pacer
from sandbox.clock import SettableClock
from sandbox.telegram.limits import Limits
from sandbox.telegram.options import TelegramOptions

GROUP, CHAT, OTHER = -100, 7, 8


def send(pacer: Pacer, clock: SettableClock, chat: int) -> float:
    """Wait as long as the pacer says, send, and return how long that was."""
    waited = 0.0
    while (wait := pacer.wait(chat)) > 0:
        waited += wait
        clock.advance(wait + 1e-9)
    pacer.take(chat)
    return waited


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from([GROUP, GROUP - 1, *range(1, 60)]),
            st.sampled_from([0.0, 0.0, 0.0, 0.01, 0.5, 3.0]),
        ),
        max_size=150,
    )
)
def test_what_the_pacer_lets_through_telegram_takes(sends: list[tuple[int, float]]) -> None:
    clock = SettableClock()
    pacer = Pacer(clock.monotonic)
    telegram = Limits(TelegramOptions(), clock)
    for chat, idle in sends:
        clock.advance(idle)
        send(pacer, clock, chat)
        telegram.spend(chat, group=chat < 0)  # raises 429


_LATE = st.sampled_from([0.0, 0.0, 0.2, 0.6, 1.0, 3.0])


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from([GROUP, 1, 2, 3]), _LATE, _LATE), max_size=80),
    st.sampled_from([0.0, 2.0, 30.0]),
)
@example([(CHAT, 0.9, 0.0), *[(CHAT, 0.0, 0.0)] * 8], 0.0)
@example([(CHAT, 0.0, 0.0), (CHAT, 2.0, 0.5), *[(CHAT, 0.0, 0.0)] * 8], 0.0)
def test_a_call_that_arrives_late_makes_the_next_one_none_too_early(
    sends: list[tuple[int, float, float]], idle: float
) -> None:
    clock = SettableClock()
    pacer = Pacer(clock.monotonic)
    telegram = Limits(TelegramOptions(), clock)
    for number, (chat, on_its_way, on_its_way_back) in enumerate(sends):
        clock.advance(idle if number % 12 == 0 else 0.0)
        send(pacer, clock, chat)
        clock.advance(on_its_way)
        telegram.spend(chat, group=chat < 0)  # raises 429
        clock.advance(on_its_way_back)
        pacer.arrived(chat)


@pytest.mark.parametrize(("chat", "in_a_minute"), [(CHAT, 55), (GROUP, 18)])
def test_a_steady_stream_uses_nearly_all_that_is_allowed(chat: int, in_a_minute: int) -> None:
    clock = SettableClock()
    pacer = Pacer(clock.monotonic)
    count = 0
    while clock.monotonic() < 60:
        send(pacer, clock, chat)
        count += 1
    assert count >= in_a_minute


def test_thirty_chats_at_once_wait_less_than_a_second() -> None:
    clock = SettableClock()
    pacer = Pacer(clock.monotonic)
    assert sum(send(pacer, clock, chat) for chat in range(1, 31)) < 1


def test_one_chat_s_burst_holds_up_no_other() -> None:
    clock = SettableClock()
    pacer = Pacer(clock.monotonic)
    for _ in range(4):
        pacer.take(CHAT)
    assert pacer.wait(CHAT) > 0.5
    assert pacer.wait(OTHER) == 0


def test_what_did_not_go_out_is_not_counted() -> None:
    clock = SettableClock()
    pacer = Pacer(clock.monotonic)
    for _ in range(4):
        pacer.take(CHAT)
    pacer.give_back(CHAT)
    assert pacer.wait(CHAT) == 0
    for _ in range(10):
        pacer.give_back(CHAT)
    for _ in range(4):
        pacer.take(CHAT)
    assert pacer.wait(CHAT) > 0.5


def test_a_hold_lasts_as_long_as_it_says_and_a_shorter_one_does_not_end_it() -> None:
    clock = SettableClock()
    pacer = Pacer(clock.monotonic)
    pacer.hold(CHAT, 10)
    pacer.hold(CHAT, 2)
    assert pacer.wait(CHAT) == pytest.approx(10)
    assert pacer.wait(OTHER) == 0
    clock.advance(10)
    assert pacer.wait(CHAT) == 0


def test_a_429_in_two_chats_at_once_means_everyone() -> None:
    clock = SettableClock()
    pacer = Pacer(clock.monotonic)
    pacer.throttled(CHAT, 5)
    assert pacer.wait(99) == 0
    pacer.throttled(OTHER, 8)
    assert pacer.wait(99) == pytest.approx(8)


def test_a_429_after_another_is_long_over_is_about_its_own_chat() -> None:
    clock = SettableClock()
    pacer = Pacer(clock.monotonic)
    pacer.throttled(CHAT, 5)
    clock.advance(6)
    pacer.throttled(OTHER, 8)
    assert pacer.wait(99) == 0


def test_a_held_chat_alone_is_no_sign_of_a_general_limit() -> None:
    clock = SettableClock()
    pacer = Pacer(clock.monotonic)
    pacer.hold(CHAT, 60)  # network trouble
    pacer.throttled(OTHER, 8)
    assert pacer.wait(99) == 0


def test_thousands_of_chats_are_not_remembered_for_ever() -> None:
    clock = SettableClock()
    pacer = Pacer(clock.monotonic)
    pacer.hold(5, 1)
    pacer.hold(6, 10**6)
    for chat in range(1, 4001):
        pacer.take(chat)
        clock.advance(1)
    assert len(pacer._chats) < 2100
    assert 6 in pacer._held
    assert 5 not in pacer._held
