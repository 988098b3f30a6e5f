"""The log: one line per thing that happened, on stderr and perhaps in a file, without secrets."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterable
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Final

import structlog

from .cleaning import Cleaner
from .store.private import create

MOST_BYTES: Final = 10 << 20  # of a file; then it is put aside, and a new one begun
FILES_KEPT: Final = 5  # beside the one that is written to

# Libraries that log addresses (and with them the bot's token), or what nobody needs to know.
_QUIET: Final = (
    "aiosqlite",
    "alembic",
    "asyncio",
    "httpcore",
    "httpx",
    "sqlalchemy",
    "telegram",
    "uvicorn",
)


def set_up(level: str, *, file: Path | None = None, secrets: Iterable[str] = ()) -> None:
    """Send everything to stderr (in colour for a person, as JSON for a machine), and to a file.

    ``secrets``: our own, which never stand in a line. Libraries are kept at WARNING. Raises
    OSError for a file that cannot be written.
    """
    cleaner = Cleaner(secrets)
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    person = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    machine = structlog.processors.JSONRenderer()
    streams: list[tuple[logging.Handler, structlog.typing.Processor]] = [
        (logging.StreamHandler(sys.stderr), person if sys.stderr.isatty() else machine)
    ]
    if file is not None:
        streams.append((_PrivateFile(file), machine))
    for handler, renderer in streams:
        handler.setFormatter(_Clean(cleaner, shared, renderer))
    # What cannot be written is not worth a traceback, which would show what was to be written.
    logging.raiseExceptions = False
    root = logging.getLogger()
    root.handlers[:] = [handler for handler, _ in streams]
    root.setLevel(level)
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))


class _Clean(structlog.stdlib.ProcessorFormatter):
    """Renders a line, and takes out of it what must not be written."""

    def __init__(
        self,
        cleaner: Cleaner,
        shared: list[structlog.typing.Processor],
        renderer: structlog.typing.Processor,
    ) -> None:
        super().__init__(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                renderer,
            ],
        )
        self._cleaner = cleaner

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        return self._cleaner.clean(super().format(record))


class _PrivateFile(RotatingFileHandler):
    """A file (mode 600) that never becomes large: it is put aside, and the oldest one goes."""

    def __init__(self, file: Path) -> None:
        super().__init__(
            file, maxBytes=MOST_BYTES, backupCount=FILES_KEPT, encoding="utf-8", errors="replace"
        )

    def _open(self) -> TextIOWrapper:
        file, flags = Path(self.baseFilename), os.O_WRONLY | os.O_APPEND
        try:
            descriptor = create(file, flags | os.O_EXCL)
        except FileExistsError:  # or a link, perhaps to a terminal
            descriptor = os.open(file, flags | os.O_CREAT, 0o600)
        return open(descriptor, "a", encoding=self.encoding, errors=self.errors)  # noqa: PTH123
