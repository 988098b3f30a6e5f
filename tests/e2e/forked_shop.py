"""``python -m sandbox``, forked: the nursery of the practice shops."""

from __future__ import annotations

import importlib
from typing import Any, Final

from .forking import serve

# What a shop imports only once it runs.
_IMPORTED_LATE: Final = (
    "sandbox.__main__",
    "uvicorn.lifespan.on",
    "uvicorn.loops.asyncio",
    "uvicorn.loops.auto",
    "uvicorn.middleware.proxy_headers",
)


def live(order: dict[str, Any]) -> int:
    """Serve until a signal comes; return the exit status."""
    from sandbox.__main__ import main

    return main(order["arguments"])


if __name__ == "__main__":
    for late in _IMPORTED_LATE:
        importlib.import_module(late)
    serve(live)
