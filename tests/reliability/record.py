"""What was done in one campaign, in the order of doing: the evidence, and a readable story."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Wrote:
    """A person's message: goods, an answer to a buyer, accounts for a pool, a price, a command.

    ``kind`` is what they meant; the bot may have asked for something else by then, and shows what
    it makes of it.
    """

    person: str
    message_id: int
    kind: Literal["goods", "reply", "stock", "price", "command"]
    text: str
    at: float

    @property
    def lines(self) -> tuple[str, ...]:
        return tuple(self.text.split("\n"))

    @property
    def units(self) -> tuple[str, ...]:
        """What is goods in it."""
        return self.lines if self.kind in {"goods", "stock"} else ()


@dataclass(frozen=True, slots=True)
class Pressed:
    """A press: what the button carried, and the message that it stood in as it was seen."""

    person: str
    message_id: int
    data: str
    label: str
    text: str
    reply_to: int | None
    at: float

    @property
    def intent(self) -> int | None:
        """Which intent it confirms or declines."""
        verb, _, rest = self.data.partition(":")
        return int(rest.partition(":")[0]) if verb in {"ok", "no"} else None

    @property
    def confirms(self) -> bool:
        return self.data.startswith("ok:")


@dataclass(frozen=True, slots=True)
class Happened:
    """Something that buyers or the marketplace's own page did."""

    kind: str
    subject: str  # an order's or a ticket's ID
    at: float
    text: str = ""


@dataclass(frozen=True, slots=True)
class Death:
    """The end of one life. ``named`` when it was at a named point; else at a random moment."""

    point: str
    named: bool
    at: float


@dataclass(slots=True)
class Record:
    """Everything that the harness did and saw."""

    seed: int
    folder: Path
    wrote: list[Wrote] = field(default_factory=list)
    pressed: list[Pressed] = field(default_factory=list)
    happened: list[Happened] = field(default_factory=list)
    births: list[float] = field(default_factory=list)  # of each life, when it was ordered
    deaths: list[Death] = field(default_factory=list)
    updates: int = 0  # what people wrote and pressed
    began: float = field(default_factory=time.time)

    def tell(self, line: str) -> None:
        """Add a line to the story; it is on the disk at once."""
        with (self.folder / "story.txt").open("a", encoding="utf-8") as story:
            story.write(f"{time.time() - self.began:8.3f}  {line}\n")

    def write(self, person: str, message_id: int, kind: Any, text: str) -> Wrote:
        """Note a person's message."""
        made = Wrote(person, message_id, kind, text, time.time())
        self.wrote.append(made)
        self.updates += 1
        self.tell(f"{person} wrote {message_id} ({kind}): {text!r}")
        return made

    def press(self, person: str, message: Any, button: Any) -> Pressed:
        """Note a press."""
        made = Pressed(
            person,
            message["message_id"],
            button["data"],
            button["text"],
            message["text"],
            message["reply_to"],
            time.time(),
        )
        self.pressed.append(made)
        self.updates += 1
        self.tell(f"{person} pressed {made.label!r} ({made.data}) in {made.message_id}")
        return made

    def happen(self, kind: str, subject: str, at: float, text: str = "") -> None:
        """Note what buyers did, begun at ``at``."""
        self.happened.append(Happened(kind, subject, at, text))
        self.tell(f"{kind} {subject} {text}")

    def born(self, purpose: str) -> None:
        """Note the beginning of a life."""
        self.births.append(time.time())
        self.tell(f"life: {purpose}")

    def die(self, point: str, *, named: bool, at: float) -> None:
        """Note the end of a life."""
        self.deaths.append(Death(point, named, at))
        self.tell(f"KILLED {point} at {at - self.began:.3f}")

    def units(self) -> set[str]:
        """Return every unit and account that was ever pasted."""
        return {unit for wrote in self.wrote for unit in wrote.units}

    def goods(self) -> set[str]:
        """Return every unit that was ever pasted for an order."""
        return {unit for wrote in self.wrote if wrote.kind == "goods" for unit in wrote.lines}
