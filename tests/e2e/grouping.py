"""Which tests of the outside one worker runs: those that share what is dear to start."""

from __future__ import annotations

import re
from typing import Final

# Chromium; one bot with a long life for each half of the flows; the bots that are killed.
GROUPS: Final = {
    "page": re.compile(r"tests/e2e/page/"),
    "flows, one half": re.compile(r"tests/e2e/flows/test_(catalogue|delivering|guide|lost|more)"),
    "flows, the other": re.compile(r"tests/e2e/flows/"),
    "kills": re.compile(r"tests/reliability/test_kills"),
}


def group_of(nodeid: str) -> str | None:
    """Return what is run by one worker together with this test; None where it does not matter."""
    return next((name for name, ours in GROUPS.items() if ours.match(nodeid)), None)
