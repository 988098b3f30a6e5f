"""What Telegram's refusal means for a message, as a table."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.chat.fate import Fate, backoff, fate_of, of_fault


@pytest.mark.parametrize(
    ("error", "what"),
    [
        (BadRequest("Message is not modified: specified new message content …"), "fine"),
        (BadRequest("Bad Request: message is not modified"), "fine"),
        (BadRequest("Message to edit not found"), "gone"),
        (BadRequest("Message can't be edited"), "gone"),
        (BadRequest("Message to delete not found"), "gone"),
        (BadRequest("Message can't be deleted for everyone"), "gone"),
        (BadRequest("Message to react not found"), "gone"),
        (BadRequest("MESSAGE_ID_INVALID"), "gone"),
        (BadRequest("Chat not found"), "paused"),
        (BadRequest("user is deactivated"), "paused"),
        (BadRequest("Not enough rights to send text messages to the chat"), "paused"),
        (BadRequest("have no rights to send a message"), "paused"),
        (Forbidden("bot was blocked by the user"), "paused"),
        (Forbidden("bot was kicked from the supergroup chat"), "paused"),
        (BadRequest("Can't parse entities: unsupported start tag"), "plain"),
        (BadRequest("ENTITY_BOUNDS_INVALID"), "plain"),
        (BadRequest("Message is too long"), "aside"),
        (BadRequest("BUTTON_DATA_INVALID"), "aside"),
        (BadRequest("REACTION_INVALID"), "aside"),
        (NetworkError("Request Entity Too Large"), "aside"),
        (NetworkError("Bad Gateway"), "later"),
        (TimedOut(), "later"),
        (InvalidToken("no"), "later"),
        (Conflict("terminated"), "later"),
        (TelegramError("anything else"), "later"),
    ],
)
def test_each_refusal_has_its_fate(error: TelegramError, what: str) -> None:
    assert fate_of(error, 0).what == what


@pytest.mark.parametrize(("wait", "seconds"), [(10**12, 86_400), (0, 1), (-3, 1)])
def test_a_429_is_heeded_for_a_second_at_least_and_a_day_at_most(wait: int, seconds: int) -> None:
    assert fate_of(RetryAfter(wait), 0).wait == timedelta(seconds=seconds)


@pytest.mark.parametrize("wait", [3, 3.5, timedelta(seconds=3)])
def test_a_429_waits_as_long_as_it_says(wait: float | timedelta) -> None:
    fate = fate_of(RetryAfter(wait), 5)  # type: ignore[arg-type]
    assert fate.what == "wait"
    assert fate.wait in {timedelta(seconds=3), timedelta(seconds=3.5)}


def test_a_migrated_group_says_where_it_went() -> None:
    assert fate_of(ChatMigrated(-1005), 0) == Fate("migrated", reason="migrated", chat_id=-1005)


def test_a_wrong_token_is_asked_again_every_half_minute() -> None:
    assert fate_of(InvalidToken("no"), 99).wait == timedelta(seconds=30)


@given(st.integers(0, 10**6), st.floats(0, 1))
def test_a_pause_doubles_to_a_minute_and_a_half_and_no_further(
    attempts: int, chance: float
) -> None:
    pause = backoff(attempts, chance)
    assert timedelta(seconds=0.25) <= pause <= timedelta(seconds=90)
    assert pause <= backoff(attempts + 1, chance)


def test_a_fault_of_ours_is_tried_twice_more_and_its_words_are_not_kept() -> None:
    error = ValueError("anna:Hunter2")
    fates = [of_fault(error, attempts) for attempts in range(4)]
    assert [fate.what for fate in fates] == ["fault", "fault", "aside", "aside"]
    assert all("Hunter2" not in fate.reason for fate in fates)
