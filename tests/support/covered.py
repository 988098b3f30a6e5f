"""Branch coverage of what runs in process: ``pytest -p tests.support.covered --covered 90``.

Lines and branches are counted by what is written into the code as it is imported, not by a tracer
that is called for each line of every library: a run with it takes hardly longer than one without.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final, cast

import pytest
from slipcover import (  # type: ignore[import-untyped]
    FileMatcher,
    ImportManager,
    Slipcover,
    merge_coverage,
    print_coverage,
)
from slipcover.slipcover import add_summaries  # type: ignore[import-untyped]

_SOURCES: Final = ["bot", "handlers"]
_LEFT_OUT: Final = ["bot/store/migrations/*"]
_EXCLUDED: Final = ["assert_never"]
_REPORT: Final = "coverage"


class _Measured:
    """What this process ran, or all of its workers together."""

    def __init__(self) -> None:
        self._slipcover = Slipcover(branch=True, omit=_LEFT_OUT, exclude_also=_EXCLUDED)
        self._imports = ImportManager(
            self._slipcover, FileMatcher(sources=_SOURCES, omit=_LEFT_OUT)
        )
        self._of_workers: list[dict[str, Any]] = []

    def begin(self) -> None:
        self._imports.__enter__()

    def end(self) -> None:
        self._imports.__exit__()

    def own(self) -> dict[str, Any]:
        return cast("dict[str, Any]", self._slipcover.get_coverage())

    def take(self, report: dict[str, Any]) -> None:
        self._of_workers.append(report)

    @cache  # noqa: B019 - there is one of these, to the end
    def together(self) -> dict[str, Any]:
        """Return the report of all processes; a module that none imported counts as not run."""
        report = self.own()
        for other in self._of_workers:
            merge_coverage(report, other)
        others = Slipcover(branch=True, source=_SOURCES, omit=_LEFT_OUT, exclude_also=_EXCLUDED)
        for path in report["files"]:
            others.code_lines[str(Path(path).resolve())] = set()  # known: not to be read again
            others.code_branches[str(Path(path).resolve())] = set()
        for path, unseen in others.get_coverage()["files"].items():
            report["files"].setdefault(path, unseen)
        add_summaries(report)
        return report


# Before any conftest is read: what was imported earlier is not measured.
_measured: Final = _Measured()
_measured.begin()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--covered", type=float, default=0.0, help="fail where less is covered (%%)")


def pytest_unconfigure() -> None:
    _measured.end()


@pytest.hookimpl(optionalhook=True)
def pytest_worker_leaves() -> str:
    return json.dumps(_measured.own())


@pytest.hookimpl(optionalhook=True)
def pytest_worker_left(said: str) -> None:
    _measured.take(json.loads(said))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> Iterator[None]:
    yield
    percent = _measured.together()["summary"]["percent_covered"]
    if session.exitstatus == pytest.ExitCode.OK and percent < session.config.getoption("--covered"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    report = _measured.together()
    table = io.StringIO()
    print_coverage(report, outfile=table, missing_width=80, skip_covered=True)
    terminalreporter.write_line(table.getvalue())
    percent, least = report["summary"]["percent_covered"], config.getoption("--covered")
    word = "at least" if percent >= least else "LESS THAN"
    terminalreporter.write_line(
        f"coverage of branches and lines: {percent:.1f} %, {word} {least} %"
    )
