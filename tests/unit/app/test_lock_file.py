"""The lock: every requirement is in it, pinned and hashed, and it names no index host."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[3]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
_ENTRY = re.compile(r"(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;]+)(?: ; [^\\]+)?")
_HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")


def locked(name: str) -> dict[str, list[Version]]:
    """Return what a lock pins, by name; raises where an entry has no hash, or is none."""
    found: dict[str, list[Version]] = {}
    text = (ROOT / name).read_text("utf-8")
    for entry in re.sub(r"\s*\\\n\s*", " ", text).splitlines():
        pinned, *hashes = entry.split(" --hash")
        match = _ENTRY.fullmatch(pinned.strip())
        assert match is not None, f"no pinned entry: {entry[:80]}"
        assert hashes, f"without a hash: {pinned}"
        assert all(_HASH.fullmatch(f"--hash{each}".strip()) for each in hashes), pinned
        found.setdefault(canonicalize_name(match["name"]), []).append(Version(match["version"]))
    return found


def wanted(group: str = "") -> list[Requirement]:
    if not group:
        return [Requirement(each) for each in PROJECT["project"]["dependencies"]]
    listed = PROJECT["dependency-groups"][group]
    return [Requirement(each) for each in listed if isinstance(each, str)]


@pytest.mark.parametrize(
    ("name", "groups"), [("requirements.txt", ("", "build")), ("requirements-dev.txt", ("", "dev"))]
)
def test_every_requirement_is_pinned_as_the_project_wants_it(
    name: str, groups: tuple[str, ...]
) -> None:
    pins = locked(name)
    for requirement in [each for group in groups for each in wanted(group)]:
        versions = pins.get(canonicalize_name(requirement.name), [])
        assert versions, f"{requirement.name} is not in {name}"
        assert all(each in requirement.specifier for each in versions), requirement.name


def test_both_locks_agree_and_name_no_index() -> None:
    runtime, development = locked("requirements.txt"), locked("requirements-dev.txt")
    assert runtime.items() <= development.items()
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / name).read_text("utf-8")
        assert "://" not in text
        assert not re.search(
            r"^\s*(-i|-f|--index-url|--extra-index-url|--find-links)\b", text, re.MULTILINE
        )
