"""Takes secrets out of a line of the log, whatever wrote it: the last look before it is written.

Nothing should ever come this far: goods and keys have types that hide them. This is for the
library, the traceback and the mistake of tomorrow.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import quote

HIDDEN: Final = "•••"
# A shorter secret would be found in words that have nothing to do with it.
_SHORTEST: Final = 6
_LIKE_SECRETS: Final = (
    # A bot's token, of whichever bot.
    r"(?<!\d)\d{6,20}(?::|%3A)[A-Za-z0-9_-]{30,}",
    # An account: an address, and behind a colon or a bar what opens it.
    r"[^\s\"'<>:|;,=]+@[^\s\"'<>:|;,=]+\.[A-Za-z]{2,}[:|;](?:\\.|[^\s\"'\\])+",
    # A key of several groups, as shops sell them: letters and digits in each key.
    r"(?<![A-Za-z0-9-])(?=[A-Z0-9-]*[A-Z])(?=[A-Z0-9-]*\d)[A-Z0-9]{4,6}(?:-[A-Z0-9]{4,6}){2,5}(?![A-Za-z0-9-])",
)


class Cleaner:
    """Knows our own secrets, and what goods and tokens look like. Its repr shows none of them."""

    __slots__ = ("_pattern",)

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        known: set[str] = set()
        for secret in secrets:
            if len(secret) >= _SHORTEST:
                # As they stand in an address, and in JSON.
                known |= {secret, quote(secret, safe=""), json.dumps(secret)[1:-1]}
        longest_first = sorted(known, key=len, reverse=True)
        self._pattern = re.compile("|".join([*map(re.escape, longest_first), *_LIKE_SECRETS]))

    def __repr__(self) -> str:
        return "Cleaner(...)"

    def clean(self, line: str) -> str:
        """Return a line without them."""
        return self._pattern.sub(HIDDEN, line)
