"""Work in a process of its own: it costs the bot neither memory nor time, and it ends in time."""

from __future__ import annotations

import asyncio
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Final

import structlog

log = structlog.get_logger(__name__)

# What of our own surroundings it needs: no token and no key is among them.
_GIVEN: Final = ("PATH", "LANG", "LC_ALL", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT")
_OURS: Final = Path(__file__).resolve().parents[2]  # where the package ``bot`` lies
_SAID: Final = 300  # characters of what it complained about


class Failed(Exception):  # noqa: N818 - it says what is so
    """The process did not do its work; ``reason`` is a machine's word."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


async def run(
    module: str, job: bytes, *, seconds: float, surroundings: dict[str, str] | None = None
) -> bytes:
    """Run ``python -m module`` with ``job`` on its stdin; return what it writes on stdout.

    Raises Failed where it ends badly or takes longer than ``seconds``; it is killed then, as it is
    when this is cancelled.
    """
    environment = {name: os.environ[name] for name in _GIVEN if name in os.environ}
    environment |= {"PYTHONPATH": str(_OURS), **(surroundings or {})}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-P",  # nothing of the current directory
        "-m",
        module,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=environment,
    )
    try:
        async with asyncio.timeout(seconds):
            told, complained = await process.communicate(job)
    except TimeoutError:
        raise Failed("time-out") from None
    finally:
        await _end(process)
    if process.returncode:
        # The last line names the error, and a file at most: neither goods nor keys are in there.
        last = complained.decode("utf-8", "replace").strip().rpartition("\n")[2][:_SAID]
        log.error("a process failed", module=module, status=process.returncode, said=last)
        raise Failed("ended")
    return told


async def _end(process: asyncio.subprocess.Process) -> None:
    """See a process to its end, whatever happens meanwhile."""
    if process.returncode is None:
        with suppress(ProcessLookupError):
            process.kill()
    await asyncio.shield(process.wait())
