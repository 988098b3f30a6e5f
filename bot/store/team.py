"""The members of a shop with what they are there, and the invitations that are open."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select, update

from bot.model.person import Role
from bot.model.team import Invitation, Member

from .database import Tx
from .tables import invitations, members, people


async def all_of(tx: Tx, shop_id: int) -> tuple[Member, ...]:
    """Return everyone in a shop, who came first the first."""
    statement = (
        select(members, people.c.name)
        .join(people, people.c.person_id == members.c.person_id)
        .where(members.c.shop_id == shop_id)
        .order_by(members.c.since, members.c.person_id)
    )
    return tuple(
        Member(row.person_id, row.name or str(row.person_id), Role(row.role), row.since, row.listed)
        for row in (await tx.execute(statement)).all()
    )


async def set_role(tx: Tx, shop_id: int, person_id: int, role: Role) -> None:
    """Give a member another role."""
    mine = (members.c.shop_id == shop_id, members.c.person_id == person_id)
    await tx.execute(update(members).where(*mine).values(role=role.value))


async def invite(
    tx: Tx,
    shop_id: int,
    code_hash: bytes,
    role: Role,
    made_by: int,
    now: datetime,
    expires_at: datetime,
) -> None:
    """Keep the hash of an invitation's code."""
    await tx.execute(
        invitations.insert().values(
            shop_id=shop_id,
            code_hash=code_hash,
            role=role.value,
            made_by=made_by,
            made_at=now,
            expires_at=expires_at,
        )
    )


async def open_invitations(tx: Tx, shop_id: int, now: datetime) -> tuple[Invitation, ...]:
    """Return the invitations that nobody used yet, and forget those whose time is over."""
    await tx.execute(delete(invitations).where(invitations.c.expires_at <= now))
    statement = select(invitations).where(invitations.c.shop_id == shop_id)
    rows = (await tx.execute(statement.order_by(invitations.c.id))).all()
    return tuple(Invitation(row.id, Role(row.role), row.expires_at) for row in rows)


async def is_open(tx: Tx, shop_id: int, invitation_id: int) -> bool:
    """Say whether an invitation is there that nobody used or took back."""
    there = select(invitations.c.id).where(
        invitations.c.shop_id == shop_id, invitations.c.id == min(invitation_id, 2**63 - 1)
    )
    return (await tx.execute(there)).first() is not None


async def take(tx: Tx, shop_id: int, code_hash: bytes, now: datetime) -> Role | None:
    """Use an invitation up; return its role; None where there is no such one.

    It is looked for by a keyed hash: how long that takes says nothing about the code.
    """
    taken = await tx.execute(
        delete(invitations)
        .where(
            invitations.c.shop_id == shop_id,
            invitations.c.code_hash == code_hash,
            invitations.c.expires_at > now,
        )
        .returning(invitations.c.role)
    )
    row = taken.first()
    return None if row is None else Role(row.role)


async def take_back(tx: Tx, shop_id: int, invitation_id: int) -> bool:
    """End an invitation that nobody used; say whether there was one."""
    ended = await tx.execute(
        delete(invitations).where(
            invitations.c.shop_id == shop_id, invitations.c.id == invitation_id
        )
    )
    return bool(ended.rowcount)


async def end_all(tx: Tx, shop_id: int) -> None:
    """End every invitation that is open."""
    await tx.execute(delete(invitations).where(invitations.c.shop_id == shop_id))


async def end_of(tx: Tx, shop_id: int, made_by: int) -> None:
    """End every invitation that somebody made: they may invite nobody any more."""
    await tx.execute(
        delete(invitations).where(
            invitations.c.shop_id == shop_id, invitations.c.made_by == made_by
        )
    )
