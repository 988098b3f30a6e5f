"""What ``supplier-bot doctor`` found: one line each for a person, or all of it for a machine."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Final, Literal

Level = Literal["ok", "note", "wrong"]
Area = Literal["settings", "files", "database", "telegram", "marketplace"]

_MARKS: Final[dict[Level, str]] = {"ok": "ok   ", "note": "note ", "wrong": "WRONG"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. ``todo``: what a person can do about it.

    ``wrong`` is what keeps the bot from working, a lock too; a ``note`` is as it may be.
    ``milliseconds``: how long a call took.
    """

    area: Area
    setting: str
    level: Level
    said: str
    todo: str = ""
    operation: str | None = None
    address: str | None = None
    status: int | None = None
    milliseconds: int | None = None


def as_line(finding: Finding) -> str:
    """Return a finding as one line."""
    about = f"{finding.setting} {finding.operation}" if finding.operation else finding.setting
    said = finding.said
    if finding.address is not None:
        said = f"{finding.address}: {said}"
    if finding.milliseconds is not None:
        status = f"{finding.status}, " if finding.status is not None else ""
        said += f" ({status}{finding.milliseconds} ms)"
    todo = f". To do: {finding.todo}" if finding.todo else ""
    return f"{_MARKS[finding.level]}  {about}: {said}{todo}"


def as_json(findings: Sequence[Finding]) -> str:
    """Return all findings as one JSON object."""
    return json.dumps(
        {"ok": all_is_well(findings), "checks": [asdict(each) for each in findings]},
        ensure_ascii=False,
        indent=2,
    )


def all_is_well(findings: Sequence[Finding]) -> bool:
    """Tell whether nothing is wrong."""
    return all(each.level != "wrong" for each in findings)
