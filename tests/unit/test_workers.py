"""The plugin that shares the tests among processes: nothing is left out, and nothing done twice."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.workers import shares

ROOT = Path(__file__).parents[2]
SOME_TESTS = """
import os, signal
from multiprocessing.connection import Connection
import pytest

@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    yield "kept"
    print("given up")
    open(f"given-up-{os.getpid()}", "w").close()

@pytest.fixture(scope="module")
def another():
    yield
    assert False, "giving it up fails"

@pytest.mark.parametrize("n", range(40))
def test_some(n, kept, tmp_path):
    (tmp_path / "mine").touch(exist_ok=False)
    with open("done", "a") as f:
        f.write(f"{n} {os.getpid()}\\n")

@pytest.mark.parametrize("n", range(100, 105))
def test_together(n):
    with open("done", "a") as f:
        f.write(f"{n} {os.getpid()}\\n")

def test_red():
    print("said before")
    assert 1 == 2

@pytest.mark.skip(reason="not today")
def test_skipped():
    raise AssertionError

@pytest.mark.skipif(not os.environ.get("DIES"), reason="only where it is wanted")
def test_dies():
    if os.environ["DIES"] == "midway":
        def die(line, said):
            os.write(line.fileno(), bytes(said)[:10])
            os.kill(os.getpid(), signal.SIGKILL)
        Connection._send = die
    else:
        os.kill(os.getpid(), signal.SIGKILL)

def test_with_another(another):
    pass
"""


def _run(folder: Path, *args: str, **environment: str) -> tuple[int, str, list[list[str]]]:
    """Run the tests above; return the status, what was printed, and what ran in which process."""
    (folder / "test_some.py").write_text(SOME_TESTS)
    (folder / "conftest.py").write_text(
        "import os\n"
        "def pytest_worker_group(item): return 'a' if 'together' in item.name else None\n"
        "def pytest_worker_leaves(): return 1 / ('LEAVES_BADLY' not in os.environ)\n"
    )
    (folder / "pytest.ini").touch()
    (folder / "done").unlink(missing_ok=True)
    ended = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-rfEs", "-p", "tests.support.workers"),
            *("-p", "no:hypothesispytest", "-p", "no:asyncio", "--basetemp", str(folder / "temp")),
            *args,
        ],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTEST_ADDOPTS": "", **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    done = (folder / "done").read_text() if (folder / "done").exists() else ""
    return ended.returncode, ended.stdout, [line.split() for line in done.splitlines()]


def test_each_test_runs_once_and_what_it_printed_and_why_it_failed_is_told(
    tmp_path: Path,
) -> None:
    status, told, done = _run(tmp_path, "--workers", "2")
    assert status == pytest.ExitCode.TESTS_FAILED, told
    assert sorted(int(n) for n, _ in done) == [*range(40), *range(100, 105)]
    assert len({process for _, process in done}) == 2
    assert len({process for n, process in done if int(n) >= 100}) == 1
    given_up = {path.name.removeprefix("given-up-") for path in tmp_path.glob("given-up-*")}
    assert given_up == {process for n, process in done if int(n) < 100}
    assert "assert 1 == 2" in told
    assert "said before" in told
    assert "not today" in told
    assert "giving it up fails" in told
    assert "1 failed, 46 passed, 2 skipped, 1 error" in told.replace("\n", " ")


@pytest.mark.parametrize("when", ["at once", "midway"])
def test_a_test_whose_worker_dies_has_failed_and_the_run_goes_on(tmp_path: Path, when: str) -> None:
    """``midway``: when half of what it has to say of the test is said."""
    status, told, done = _run(tmp_path, "--workers", "2", DIES=when)
    assert status == pytest.ExitCode.TESTS_FAILED, told
    assert "FAILED test_some.py::test_dies" in told
    assert "(-9)" in told
    assert len(done) == 45


def test_what_a_worker_did_not_say_at_its_end_is_missed(tmp_path: Path) -> None:
    status, told, done = _run(tmp_path, "--workers", "2", "-k", "together", LEAVES_BADLY="1")
    assert status == pytest.ExitCode.TESTS_FAILED, told
    assert "a worker ended (1) and had not said what it ran" in told
    assert len(done) == 5


def test_the_first_failure_ends_the_run_where_that_is_wanted(tmp_path: Path) -> None:
    status, told, _ = _run(tmp_path, "--workers", "2", "-x")
    assert status in (pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.INTERRUPTED), told
    assert "stopping after" in told


@pytest.mark.parametrize("workers", [1, 2, 3, 7])
@pytest.mark.parametrize(
    "groups",
    [
        [],
        [None],
        [None] * 500,
        ["a"] * 5,
        [None, "a", None, None, "b", "a", *[None] * 50, "b"],
    ],
)
def test_every_position_is_in_one_share_and_a_group_in_one(
    groups: list[str | None], workers: int
) -> None:
    given = list(shares(groups, workers))
    assert sorted(at for share in given for at in share) == list(range(len(groups)))
    for group in {group for group in groups if group is not None}:
        holding = [share for share in given if any(groups[at] == group for at in share)]
        assert len(holding) == 1
    alone = [share for share in given if any(groups[at] is None for at in share)]
    assert [at for share in alone for at in share] == [
        at for at, group in enumerate(groups) if group is None
    ]


def test_the_largest_group_begins() -> None:
    assert next(shares([None, "small", "large", None, "large"], 2)) == [2, 4]


def test_shares_become_smaller_to_the_end() -> None:
    sizes = [len(share) for share in shares([None] * 1000, 2)]
    assert sizes[0] > 20
    assert sizes[-10:] == [1] * 10
    assert sizes == sorted(sizes, reverse=True)
