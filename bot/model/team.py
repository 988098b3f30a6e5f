"""Who works in a shop, and who is invited to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from .person import Role

INVITATION_FOR: Final = timedelta(hours=24)

# Why somebody's role stays as it is; empty: it may be changed.
Kept = Literal["", "last_owner", "listed_owner"]


@dataclass(frozen=True, slots=True)
class Member:
    """One of the shop. ``listed``: an owner by OWNER_IDS, for as long as they stand there."""

    person_id: int
    name: str
    role: Role
    since: datetime
    listed: bool = False


@dataclass(frozen=True, slots=True)
class Invitation:
    """Somebody may join once, with this role, until then."""

    id: int
    role: Role
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class TeamFacts:
    """What /team shows: everyone, or one of them (``chosen``); ``code``: of a new invitation."""

    members: tuple[Member, ...]
    invitations: tuple[Invitation, ...] = ()
    me: int = 0
    chosen: Member | None = None
    code: str = ""
    invited_as: Role | None = None
    until: datetime | None = None
    bot_name: str = ""


def kept(members: Iterable[Member], who: Member) -> Kept:
    """Say why a person can be neither removed nor given another role, where they cannot."""
    if who.listed:
        return "listed_owner"
    owners = [one for one in members if one.role is Role.OWNER]
    return "last_owner" if owners == [who] else ""
