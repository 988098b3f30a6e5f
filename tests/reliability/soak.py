"""The long version of the kill harness: ``make soak``, or ``python -m tests.reliability.soak``.

A thousand kills unless told otherwise. What is done is written down after each campaign, so that
it can be stopped (Ctrl-C) and goes on where it was; ``--fresh`` begins anew. A campaign that failed
leaves its folder, with its story in it, and is played again by its seed: ``--only SEED``.
"""

from __future__ import annotations

import argparse
import json
import shutil
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, fields
from pathlib import Path
from random import Random
from typing import Any, Final

from tests.e2e.nursery import ROOT
from tests.e2e.practice import Shop

from . import points
from .campaign import Campaign, plan
from .mortal import a_nursery
from .verdict import Figures, judge

FOLDER: Final = ROOT / ".cache" / "soak"
KILLS_A_CAMPAIGN: Final = 25
_TOLD: Final = ("LOST", "TWICE", "SOLD", "UNTRUE")
_ADDED: Final = [f.name for f in fields(Figures) if f.name not in {"kills", "wrong"}]


@dataclass(slots=True)
class Tally:
    """What all campaigns showed together."""

    seed: int
    next_seed: int
    seconds: float = 0.0
    kills: Counter[str] = field(default_factory=Counter)
    sums: Counter[str] = field(default_factory=Counter)
    failed: dict[str, list[str]] = field(default_factory=dict)
    campaigns: int = 0
    unknown: int = 0  # campaigns that ended by an accident

    def add(self, figures: Figures) -> None:
        """Count a campaign in."""
        self.campaigns += 1
        self.kills.update(figures.kills)
        for name in _ADDED:
            self.sums[name] += getattr(figures, name)

    def save(self, path: Path) -> None:
        """Write it down, whole or not at all."""
        draft = path.with_suffix(".new")
        values = {f.name: getattr(self, f.name) for f in fields(self)}
        draft.write_text(json.dumps(values, indent=1), "utf-8")
        draft.replace(path)

    @classmethod
    def load(cls, path: Path) -> Tally:
        """Read what an earlier run wrote down."""
        body: dict[str, Any] = json.loads(path.read_text("utf-8"))
        body["kills"], body["sums"] = Counter(body["kills"]), Counter(body["sums"])
        return cls(**body)

    def table(self) -> Iterable[str]:
        """Say it as docs/reliability.md does."""
        random = sum(n for point, n in self.kills.items() if point == "random")
        total, of = sum(self.kills.values()), self.sums
        wrong = [each for found in self.failed.values() for each in found]
        copies = of["copies_lost_answer"] + of["copies_killed"]
        rows = {
            "kills": f"{total:,}: {total - random} at named points, {random} at random moments",
            "orders, tickets that arrived": f"{of['orders']}, {of['tickets']}",
            "presses and messages of the operators": f"{of['updates']:,}",
            "messages that Telegram took": f"{of['messages']:,}",
            "refunds, deliveries, replies in the ledger": f"{of['refunds']}, {of['deliveries']},"
            f" {of['replies']}",
            "changes of products, calls that filled a pool": f"{of['changed_products']},"
            f" {of['imports']}",
            "calls of the marketplace that met a fault": str(of["faults"]),
            "lost": str(sum(each.startswith("LOST") for each in wrong)),
            "done twice": str(sum(each.startswith(("TWICE", "SOLD")) for each in wrong)),
            "untrue": str(sum(each.startswith("UNTRUE") for each in wrong)),
            "anything else wrong": str(sum(not each.startswith(_TOLD) for each in wrong)),
            "second copies": f"{copies} of {of['occasions']} occasions:"
            f" {of['copies_lost_answer']} answers lost, {of['copies_killed']} deaths before the"
            " record",
            "texts of buyers that our reply overtook unseen": str(of["overwritten_unseen"]),
        }
        yield f"A run of `make soak` ({self.seconds:.0f} s, seeds from {self.seed}):"
        yield from ("", "| what | figures |", "|---|---|")
        yield from (f"| {name} | {figure} |" for name, figure in rows.items())

    def lines(self) -> Iterable[str]:
        """Say it in figures."""
        total = sum(self.kills.values())
        yield f"{total} kills in {self.campaigns} campaigns, seeds from {self.seed}"
        yield "  " + ", ".join(f"{point} {n}" for point, n in sorted(self.kills.items()))
        for name in _ADDED:
            yield f"  {name.replace('_', ' ')}: {self.sums[name]}"
        yield f"  wrong: {sum(map(len, self.failed.values()))} in {len(self.failed)} campaigns"
        for seed, wrong in self.failed.items():
            yield f"FAILED, seed {seed}: {FOLDER / f'campaign-{seed}'}"
            yield from (f"    {each}" for each in wrong)


def campaign_of(seed: int, kills: int = KILLS_A_CAMPAIGN) -> Figures:
    """Play one campaign with a shop and a nursery of its own; what is wrong leaves its folder.

    Accidents of the harness (a bot that does not come to rest, say) are wrong too.
    """
    folder = FOLDER / f"campaign-{seed}"
    shutil.rmtree(folder, ignore_errors=True)
    chance = Random(seed)
    named = list(points.POINTS)
    shop = Shop()
    try:
        with a_nursery() as nursery:
            campaign = Campaign(nursery, shop, folder, seed)
            try:
                campaign.run(plan(chance, kills, chance.sample(named, min(len(named), kills - 5))))
                figures = judge(campaign)
                campaign.stop()
            finally:
                campaign.bot.kill()
    finally:
        shop.close()
    if not figures.wrong:
        shutil.rmtree(folder)
    return figures


def run(tally: Tally, kills: int, side_by_side: int, state: Path) -> None:
    """Play campaigns until so many kills are done, or until Ctrl-C; those begun are ended."""
    began, before = time.monotonic(), tally.seconds
    running: dict[Future[Figures], int] = {}
    with ThreadPoolExecutor(side_by_side) as pool:
        while True:
            try:
                # What is not known counts no kill, and is not played again for it.
                planned = sum(tally.kills.values()) + KILLS_A_CAMPAIGN * (
                    len(running) + tally.unknown
                )
                while len(running) < side_by_side and planned < kills:
                    seed, tally.next_seed = tally.next_seed, tally.next_seed + 1
                    running[pool.submit(campaign_of, seed)] = seed
                    planned += KILLS_A_CAMPAIGN
                if not running:
                    return
                done, _ = wait(running, return_when=FIRST_COMPLETED)
            except KeyboardInterrupt:
                print("ending; the next run goes on from here", file=sys.stderr)  # noqa: T201
                kills, done = 0, set()
            for future in done:
                _count(tally, running.pop(future), future)
            tally.seconds = before + time.monotonic() - began
            tally.save(state)
            if done:
                _say(tally)


def _count(tally: Tally, seed: int, future: Future[Figures]) -> None:
    error = future.exception()
    if error is not None:
        tally.failed[str(seed)] = [f"{type(error).__name__}: {error}"]
        tally.unknown += 1  # what it did is not known: none of its kills counts
        return
    figures = future.result()
    tally.add(figures)
    if figures.wrong:
        tally.failed[str(seed)] = list(figures.wrong)


def _say(tally: Tally) -> None:
    total = sum(tally.kills.values())
    print(  # noqa: T201
        f"{total} kills, {tally.seconds:.0f} s, wrong: {len(tally.failed)} campaigns", flush=True
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run; the exit status is 1 when any campaign failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.reliability.soak")
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1000, help="of the first campaign")
    parser.add_argument("--side-by-side", type=int, default=2, help="campaigns at once")
    parser.add_argument("--fresh", action="store_true", help="begin anew")
    parser.add_argument("--only", type=int, help="play the campaign of this seed alone")
    given = parser.parse_args(arguments)
    FOLDER.mkdir(parents=True, exist_ok=True)
    if given.only is not None:
        figures = campaign_of(given.only)
        print("\n".join(figures.wrong) or "nothing is wrong")  # noqa: T201
        return bool(figures.wrong)
    state = FOLDER / "state.json"
    if given.fresh or not state.exists():
        tally = Tally(seed=given.seed, next_seed=given.seed)
    else:
        tally = Tally.load(state)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # either ends what was begun
    run(tally, given.kills, given.side_by_side, state)
    print("\n".join([*tally.lines(), "", *tally.table()]))  # noqa: T201
    return bool(tally.failed)


if __name__ == "__main__":
    raise SystemExit(main())
