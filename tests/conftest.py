"""What holds for every test."""

from __future__ import annotations

import gc
import os
import shutil
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, settings

from tests.e2e.grouping import group_of
from tests.support.logs import plain_logs

# A loaded machine is slow, and that is not what any of these tests is about. The same examples in
# every run: what a change broke is told from what nobody has met yet. The latter is looked for by
# HYPOTHESIS_PROFILE=thorough, with others each time.
settings.register_profile(
    "quick",
    max_examples=20,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "thorough", settings.get_profile("quick"), max_examples=400, derandomize=False
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))

# Each commit waits for the disk, thousands of times in a run, and no test cuts the power: their
# files stand in memory where there is room for them.
_MEMORY: Final = Path("/dev/shm")  # noqa: S108 - pytest makes a folder of its own in it
_ROOM: Final = 2 << 30  # bytes
if os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ROOM:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(_MEMORY))

plain_logs()

# Hundreds of modules are read, and with them nothing that could be thrown away.
gc.disable()


@pytest.hookimpl(optionalhook=True)
def pytest_worker_group(item: pytest.Item) -> str | None:
    return group_of(item.nodeid)


def pytest_collection_finish() -> None:
    """Spare the collector the looks through all that was imported: an eighth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
    gc.enable()
