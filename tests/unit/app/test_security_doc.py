"""docs/security.md names tests: each of them is there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
_TEST = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


def test_every_test_that_the_threat_model_names_is_there() -> None:
    text = (ROOT / "docs" / "security.md").read_text("utf-8")
    named = set(_TEST.findall(text))
    assert len(named) > 40
    missing = []
    for file, name in sorted(named):
        path = ROOT / file
        if not path.is_file() or f"def {name}(" not in path.read_text("utf-8"):
            missing.append(f"{file}::{name}")
    assert missing == []


def test_every_threat_has_a_defence_and_a_test() -> None:
    text = (ROOT / "docs" / "security.md").read_text("utf-8")
    table = text.partition("## Threats, defences, tests")[2].partition("\n## ")[0]
    rows = [line for line in table.splitlines() if line.startswith("|")][2:]
    assert len(rows) > 20
    for row in rows:
        threat, defence, tests = (cell.strip() for cell in row.strip("|").split("|"))
        assert threat
        assert defence
        assert _TEST.search(tests), threat
