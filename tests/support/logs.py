"""The log as tests have it: on stdout, where pytest keeps it."""

from __future__ import annotations

import structlog


def plain_logs() -> None:
    """Let an accident be logged with a plain traceback: a decorated one takes half a second."""
    structlog.reset_defaults()
    *processors, _ = structlog.get_config()["processors"]
    plain = structlog.dev.ConsoleRenderer(
        colors=False, exception_formatter=structlog.dev.plain_traceback
    )
    structlog.configure(processors=[*processors, plain])
