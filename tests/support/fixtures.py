"""Fixtures that several folders of tests use; each imports what it needs into its conftest."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from .world import ANN, BEN, World, open_world


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """A shop that Ann and Ben own."""
    async with open_world(tmp_path, owners=(ANN, BEN)) as made:
        yield made
