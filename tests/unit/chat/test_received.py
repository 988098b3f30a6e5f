"""What storing an update reads from it: raw JSON that may be anything."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.intake import received

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters())
    | st.sampled_from(["\ud83d", "update_id", "from", "chat", "id"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["update_id", "message", "callback_query", "from", "chat", "id", "x"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@pytest.mark.parametrize(
    ("update", "chat_id", "person_id"),
    [
        ({"message": {"from": {"id": 7}, "chat": {"id": -5}}}, -5, 7),
        ({"edited_message": {"from": {"id": 7}, "chat": {"id": 7}}}, 7, 7),
        ({"callback_query": {"from": {"id": 7}, "message": {"chat": {"id": 9}}}}, 9, 7),
        ({"my_chat_member": {"from": {"id": 7}, "chat": {"id": 7}}}, 7, 7),
        ({"message": {"chat": {"id": 3}}}, 3, None),
        ({"message": {"from": {"id": "7"}, "chat": {"id": True}}}, None, None),
        ({"message": {"from": {"id": 2**70}, "chat": [1]}}, None, None),
        ({"poll": "x"}, None, None),
        ({}, None, None),
    ],
)
def test_the_lane_is_the_chat_and_the_person(
    update: dict[str, Any], chat_id: int | None, person_id: int | None
) -> None:
    found = received({"update_id": 1, **update})
    assert found is not None
    assert (found.update_id, found.chat_id, found.person_id) == (1, chat_id, person_id)


@pytest.mark.parametrize("update_id", [None, "1", True, 1.0, 2**63, -(2**70), [1], {}])
def test_an_update_without_a_number_of_its_own_is_none(update_id: Any) -> None:
    assert received({"update_id": update_id, "message": {}}) is None
    assert received([update_id]) is None


def test_half_a_surrogate_pair_survives_the_storing() -> None:
    found = received({"update_id": 1, "message": {"text": "\ud83d"}})
    assert found is not None
    assert json.loads(found.raw)["message"]["text"] == "\ud83d"


def test_its_repr_shows_nothing_of_what_was_written() -> None:
    assert "Hunter2" not in repr(received({"update_id": 1, "message": {"text": "a:Hunter2"}}))


@given(JSON)
def test_whatever_comes_is_stored_as_it_came_or_not_at_all(item: Any) -> None:
    found = received(item)
    if found is not None:
        assert json.dumps(json.loads(found.raw)) == json.dumps(item)
        for number in (found.update_id, found.chat_id, found.person_id):
            assert number is None or (type(number) is int and abs(number) < 2**63)
