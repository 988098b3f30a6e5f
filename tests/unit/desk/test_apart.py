"""Work in a process of its own: it knows no secret, and ends in time."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.desk import apart


async def test_what_works_apart_is_given_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    given: dict[str, str] = {}
    start = asyncio.create_subprocess_exec

    async def watched(*command: str, env: dict[str, str], **more: Any) -> Any:
        given.update(env)
        return await start(*command, env=env, **more)

    monkeypatch.setattr(asyncio, "create_subprocess_exec", watched)
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "secret")
    monkeypatch.setenv("SUPPLIER_API_KEY", "secret")
    assert await apart.run("json.tool", b'{"a": 1}', seconds=30) == b'{\n    "a": 1\n}\n'
    assert "PYTHONPATH" in given
    assert "secret" not in given.values()


async def test_what_fails_or_takes_too_long_is_said() -> None:
    with pytest.raises(apart.Failed, match="ended"):
        await apart.run("json.tool", b"no json", seconds=30)
    with pytest.raises(apart.Failed, match="time-out"):
        await apart.run("json.tool", b"{}", seconds=0)
