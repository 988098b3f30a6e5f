"""The process that writes a file: ``python -m bot.desk.export_file``, a job as JSON on stdin.

It answers with one line of JSON. Apart from the bot, so that neither a hundred thousand rows nor
the library that writes them stand in its memory, and nobody waits while they are written.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.model.exports import COLUMNS, MOST_ROWS, Format, What
from bot.store.extract import rows

from .sheets import TooManyRows, write_csv, write_xlsx


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be written, from where, and into which file. Times are ISO 8601 with a zone."""

    database: str
    shop_id: int
    what: What
    start: str | None
    end: str | None
    format: Format
    zone: str
    file: str

    def packed(self) -> bytes:
        """Return it as the process reads it."""
        return json.dumps(asdict(self)).encode()


@dataclass(frozen=True, slots=True)
class Written:
    """How many rows a file has, and its size in bytes; ``cut``: they do not fit into a sheet."""

    rows: int
    size: int
    cut: bool = False


def write(job: Job) -> Written:
    """Write the file. Raises sqlite3.Error and OSError."""
    path, zone, columns = Path(job.file), ZoneInfo(job.zone), COLUMNS[job.what]
    found = rows(Path(job.database), job.shop_id, job.what, _moment(job.start), _moment(job.end))
    try:
        if job.format == "csv":
            many = write_csv(path, columns, found, zone)
        else:
            many = write_xlsx(path, columns, found, zone, name=job.what, most=MOST_ROWS)
    except TooManyRows:
        return Written(MOST_ROWS, 0, cut=True)
    return Written(many, path.stat().st_size)


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def main() -> None:
    """Do the job on stdin."""
    os.nice(10)  # the bot goes first
    written = write(Job(**json.load(sys.stdin)))
    sys.stdout.write(json.dumps(asdict(written)))


if __name__ == "__main__":
    main()
