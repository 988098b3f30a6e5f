"""Which notices become one message: those about one subject, and a burst as a digest."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from bot.model.change import NewsKind
from bot.model.digest import BURST

# What goes before ordinary news: money that went back, and people who wait for an answer.
_URGENT = frozenset(
    {
        NewsKind.ORDER_REFUNDED,
        NewsKind.ORDER_LATE,
        NewsKind.TICKET_NEW,
        NewsKind.TICKET_TEXT,
        NewsKind.TICKET_MODERATOR,
        NewsKind.TICKET_STATUS,
    }
)
_ORDER_OF_LOUDNESS: dict[str, int] = {"edit": 0, "silent": 1, "hushed": 2, "loud": 3}


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice that waits to be told."""

    id: int
    chat_id: int
    person_id: int
    loudness: str
    kind: str
    subject_kind: str
    subject_id: str


@dataclass(frozen=True, slots=True)
class Group:
    """Notices of one chat that become one message, the oldest first.

    ``shape``: ``subject`` for one order or ticket, ``digest`` for many.
    """

    shape: Literal["subject", "digest"]
    chat_id: int
    notices: tuple[Notice, ...]

    @property
    def loudness(self) -> str:
        """The loudest of them."""
        return max((each.loudness for each in self.notices), key=_ORDER_OF_LOUDNESS.__getitem__)

    @property
    def urgent(self) -> bool:
        """Whether any of them goes before ordinary news."""
        return any(each.kind in _URGENT for each in self.notices)

    @property
    def subject(self) -> tuple[str, str]:
        """Kind and ID of what the first of them is about."""
        return self.notices[0].subject_kind, self.notices[0].subject_id


def group(notices: Iterable[Notice], *, burst: int | None = BURST) -> tuple[Group, ...]:
    """Return what becomes one message each, in the order of the oldest notice of each.

    A chat in which more than ``burst`` subjects wait gets one digest of them all; None never
    makes one. A moderator in a ticket stands alone even then: it must not be overlooked.
    """
    by_chat: dict[int, dict[tuple[str, str], list[Notice]]] = {}
    for notice in notices:
        subjects = by_chat.setdefault(notice.chat_id, {})
        subjects.setdefault((notice.subject_kind, notice.subject_id), []).append(notice)
    groups: list[Group] = []
    for chat_id, subjects in by_chat.items():
        alone = {
            subject
            for subject, about in subjects.items()
            if any(each.kind == NewsKind.TICKET_MODERATOR for each in about)
        }
        together = [
            each for subject, about in subjects.items() if subject not in alone for each in about
        ]
        many = burst is not None and len(subjects) - len(alone) > burst
        for subject, about in subjects.items():
            if not many or subject in alone:
                groups.append(Group("subject", chat_id, tuple(about)))
        if many:
            groups.append(Group("digest", chat_id, tuple(sorted(together, key=_by_id))))
    return tuple(sorted(groups, key=lambda each: each.notices[0].id))


def by_subject(digest: Group) -> tuple[Group, ...]:
    """Return the news of a digest, one group a subject."""
    return group(digest.notices, burst=None)


def _by_id(notice: Notice) -> int:
    return notice.id
