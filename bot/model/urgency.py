"""How soon a message goes out to Telegram, where several wait: the least first."""

from __future__ import annotations

from typing import Final

INTERACTIVE: Final = 0  # somebody waits for it
MONEY: Final = 1  # money and tickets
NEWS: Final = 2
EDITS: Final = 3  # of what is shown already
IDLE: Final = 4  # once nothing else could want its place
