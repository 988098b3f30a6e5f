"""Which tests of the outside one worker runs: those that share what is dear to start.

Told by the ID of a test alone: marks of groups do not reach the scheduler with this pytest.
"""

from __future__ import annotations

import re
from typing import Final

from xdist.scheduler import LoadScopeScheduling

# Chromium; one bot with a long life for each half of the flows; the bots that are killed.
GROUPS: Final = {
    "page": re.compile(r"tests/e2e/page/"),
    "flows, one half": re.compile(r"tests/e2e/flows/test_(catalogue|delivering|guide|lost|more)"),
    "flows, the other": re.compile(r"tests/e2e/flows/"),
    "kills": re.compile(r"tests/reliability/test_kills"),
}


def group_of(nodeid: str) -> str:
    """Return what is run by one worker together with this test."""
    return next((name for name, ours in GROUPS.items() if ours.match(nodeid)), nodeid)


class Together(LoadScopeScheduling):
    """As xdist's own, with these groups; the largest begin."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)
