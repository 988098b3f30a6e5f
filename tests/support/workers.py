"""Several processes that share one collection: ``pytest -p tests.support.workers --workers 3``.

They are forked when everything is imported and collected, which takes as long as a tenth of all
tests; each worker of pytest-xdist does it for itself.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import threading
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, Final

import pytest

# One that runs, and the next one: what is kept between both is known only then.
_AHEAD: Final = 2
# So many turns at least has each worker, for the last ones to end together.
_TURNS: Final = 16


class _Hooks:
    @pytest.hookspec(firstresult=True)
    def pytest_worker_group(self, item: pytest.Item) -> str | None:
        """Return a name: all tests for which it is the same are run by one worker."""

    @pytest.hookspec(firstresult=True)
    def pytest_worker_leaves(self, config: pytest.Config) -> str | None:
        """In a worker at its end: return what it has to say."""

    @pytest.hookspec
    def pytest_worker_left(self, said: str) -> None:
        """In the first process: hear what a worker had to say at its end."""


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    pluginmanager.add_hookspecs(_Hooks)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--workers", type=int, default=0, help="share the tests among so many")


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool | None:
    option = session.config.option
    broken = session.testsfailed and not option.continue_on_collection_errors
    if not option.workers or option.collectonly or broken:
        return None
    _Team(session, min(option.workers, len(session.items))).work()
    return True


def shares(groups: list[str | None], workers: int) -> Iterator[list[int]]:
    """Give the positions of tests as they are handed out; those of one group in one go.

    ``groups`` names the group of each test; the largest begin. Of the others neighbours stay
    together, since they have fixtures in common; the shares become smaller, so that all workers
    end at about the same time.
    """
    names = Counter(group for group in groups if group is not None)
    for name, _ in names.most_common():
        yield [at for at, group in enumerate(groups) if group == name]
    alone = [at for at, group in enumerate(groups) if group is None]
    while alone:
        size = max(1, len(alone) // (workers * _TURNS))
        yield alone[:size]
        del alone[:size]


class _Worker:
    """What the first process knows of a worker."""

    def __init__(self, process: BaseProcess, line: Connection) -> None:
        self.process = process
        self.line = line
        self.todo: deque[int] = deque()
        self.dismissed = False
        self.has_left = False


class _Team:
    """The workers, as the first process sees them: it hands out the tests and hears of them."""

    def __init__(self, session: pytest.Session, size: int) -> None:
        self._session = session
        self._hook = session.config.hook
        groups = [self._hook.pytest_worker_group(item=item) for item in session.items]
        self._shares = shares(groups, size)
        self._unsaid = ""
        reporter = session.config.pluginmanager.get_plugin("terminalreporter")
        if reporter is not None and reporter.verbosity <= 0:
            reporter.showfspath = False  # each other test is of another file
        # The folder of them all, before each makes its own in it.
        session.config._tmp_path_factory.getbasetemp()  # type: ignore[attr-defined]
        assert threading.active_count() == 1, "a fork would lose the other threads"
        gc.collect()
        gc.freeze()
        fork = multiprocessing.get_context("fork")
        self._workers: dict[Connection, _Worker] = {}
        for number in range(size):
            ours, theirs = fork.Pipe()
            others = [*self._workers, ours]
            process = fork.Process(target=_live, args=(session, theirs, number, others))
            process.start()
            theirs.close()
            self._workers[ours] = _Worker(process, ours)

    def work(self) -> None:
        """Have everything done, until it is, or somebody wants to stop."""
        try:
            for worker in list(self._workers.values()):
                self._hand_out(worker)
            while self._workers:
                for line in wait(list(self._workers)):
                    self._hear(self._workers[line])  # type: ignore[index]
                self._stop_if_wanted()
            if self._unsaid:
                self._session.shouldfail = self._unsaid
                self._stop_if_wanted()
        finally:
            for worker in self._workers.values():
                worker.process.terminate()
            for worker in self._workers.values():
                worker.process.join(10)
                worker.process.kill()  # a test may have had it do something else when terminated

    def _stop_if_wanted(self) -> None:
        if self._session.shouldfail:
            raise self._session.Failed(self._session.shouldfail)
        if self._session.shouldstop:
            raise self._session.Interrupted(self._session.shouldstop)

    def _hand_out(self, worker: _Worker) -> None:
        while len(worker.todo) < _AHEAD and not worker.dismissed:
            share = next(self._shares, None)
            worker.dismissed = share is None
            worker.todo.extend(share or ())
            with suppress(BrokenPipeError, ConnectionResetError):  # it is gone, and heard of next
                worker.line.send(share)

    def _hear(self, worker: _Worker) -> None:
        try:
            what, *said = worker.line.recv()
        except (EOFError, OSError):  # or gone in the midst of what it said
            self._is_gone(worker)
            return
        getattr(self, f"_{what}")(worker, *said)

    def _start(self, worker: _Worker, nodeid: str, location: Any) -> None:
        if self._session.config.option.verbose > 0:
            self._hook.pytest_runtest_logstart(nodeid=nodeid, location=location)

    def _report(self, worker: _Worker, data: dict[str, Any]) -> None:
        config = self._session.config
        report = self._hook.pytest_report_from_serializable(config=config, data=data)
        self._hook.pytest_runtest_logreport(report=report)

    def _done(self, worker: _Worker, nodeid: str, location: Any) -> None:
        worker.todo.popleft()
        self._hook.pytest_runtest_logfinish(nodeid=nodeid, location=location)
        self._hand_out(worker)

    def _leaves(self, worker: _Worker, said: str | None) -> None:
        worker.has_left = True
        if said is not None:
            self._hook.pytest_worker_left(said=said)

    def _is_gone(self, worker: _Worker) -> None:
        """Let what it has not done fail: none of it may be taken for passed."""
        del self._workers[worker.line]
        worker.process.join()
        how = worker.process.exitcode
        if not worker.todo and not worker.has_left:
            self._unsaid = f"a worker ended ({how}) and had not said what it ran"
        why = f"the worker ended ({how}) before this test had"
        for at in worker.todo:
            item = self._session.items[at]
            report = pytest.TestReport(item.nodeid, item.location, {}, "failed", why, "call")
            self._hook.pytest_runtest_logreport(report=report)


class _Teller:
    """In a worker: tells the first process what happens."""

    def __init__(self, config: pytest.Config, line: Connection) -> None:
        self._config = config
        self._line = line

    def tell(self, *what: Any) -> None:
        self._line.send(what)

    def pytest_runtest_logstart(self, nodeid: str, location: Any) -> None:
        self.tell("start", nodeid, location)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        hook = self._config.hook
        self.tell("report", hook.pytest_report_to_serializable(config=self._config, report=report))

    def pytest_runtest_logfinish(self, nodeid: str, location: Any) -> None:
        self.tell("done", nodeid, location)


def _live(session: pytest.Session, line: Connection, number: int, others: list[Connection]) -> None:
    """A worker's life, from the fork on."""
    for other in others:
        other.close()  # or nobody would notice that the first process is gone
    config = session.config
    teller = _Teller(config, line)
    _be_oneself(config, number)
    config.pluginmanager.unregister(name="terminalreporter")
    config.pluginmanager.register(teller)
    todo: deque[int] = deque()
    more = True
    with suppress(EOFError):
        while todo or more:
            while more and len(todo) < _AHEAD:
                share = line.recv()
                more = share is not None
                todo.extend(share or ())
            if todo:
                item = session.items[todo.popleft()]
                following = session.items[todo[0]] if todo else None
                item.ihook.pytest_runtest_protocol(item=item, nextitem=following)
    teller.tell("leaves", config.hook.pytest_worker_leaves(config=config))


def _be_oneself(config: pytest.Config, number: int) -> None:
    """Have nothing in common with the others that they would write to, too."""
    os.environ["PYTEST_WORKER"] = str(number)
    capture: Any = config.pluginmanager.get_plugin("capturemanager")
    capture.stop_global_capturing()
    capture.start_global_capturing()
    capture.suspend_global_capture()
    folders: Any = config._tmp_path_factory  # type: ignore[attr-defined]
    folders._basetemp = folders.mktemp(f"worker{number}", numbered=False)
