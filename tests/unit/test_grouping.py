from __future__ import annotations

import pytest

from tests.e2e.grouping import group_of


@pytest.mark.parametrize(
    ("nodeid", "group"),
    [
        ("tests/e2e/page/test_chat.py::test_it[a@b]", "page"),
        ("tests/e2e/flows/test_guide.py::test_it", "flows, one half"),
        ("tests/e2e/flows/test_tickets.py::test_it", "flows, the other"),
        ("tests/reliability/test_kills.py::test_it[one]", "kills"),
    ],
)
def test_what_shares_something_dear_is_in_one_group(nodeid: str, group: str) -> None:
    assert group_of(nodeid) == group


def test_all_else_is_on_its_own() -> None:
    assert group_of("tests/e2e/test_lock.py::test_it") is None
