"""What is said of a mistake of ours: its kind and its place, never the values it happened with."""

from __future__ import annotations

import traceback
from pathlib import Path


def told(error: BaseException) -> dict[str, str]:
    """Return what the log may show of an error that nobody foresaw.

    Its message is left out: it may repeat what a stranger wrote, or goods.
    """
    frames = traceback.extract_tb(error.__traceback__)
    ours = [each for each in frames if Path(each.filename).is_relative_to(_OURS)]
    last = (ours or frames)[-1:]
    where = [f"{Path(each.filename).name}:{each.lineno}" for each in last]
    return {"error": type(error).__name__, "where": "".join(where)}


_OURS = Path(__file__).parents[1]
