"""/team: who is invited, joins, gets another role, and leaves."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import text

from bot.desk import team as desk_team
from bot.desk.errors import NotPossible
from bot.model.person import Role
from bot.model.team import INVITATION_FOR
from bot.store import passcodes, safety
from tests.support.world import ANN, BEN, CLEO, SAM, World, labels, shown


async def team(world: World, who: int) -> Any:
    await world.says(who, "/team")
    return await world.last(who)


async def again(world: World, who: int, message: Any) -> Any:
    (found,) = [m for m in await world.chat(who) if m["message_id"] == message["message_id"]]
    return found


async def invited(world: World, role: str = "Invite an operator") -> str:
    card = await team(world, ANN)
    await world.presses(ANN, card, role)
    said = (await again(world, ANN, card))["text"]
    found = re.search(r"https://t\.me/\w+\?start=(\w+)", said)
    assert found is not None
    assert f"/start {found[1]}" in said
    return found[1]


async def commands(world: World, who: int) -> set[str]:
    return {each["command"] for each in (await world.telegram_view(who))["commands"]}


async def test_who_is_invited_joins_with_the_role_and_a_menu_of_it(world: World) -> None:
    code = await invited(world)
    await world.says(CLEO, f"/start {code}")
    assert (await world.person(CLEO)).role is Role.OPERATOR
    assert "Welcome" in shown(await world.last(CLEO))
    for owner in (ANN, BEN):
        assert "Cleo joined the shop as operator." in shown(await world.last(owner))
    assert {"deliver", "refund", "stock"} <= await commands(world, CLEO)
    assert not {"team", "audit", "balance", "report"} & await commands(world, CLEO)
    # It works once.
    await world.says(SAM, f"/start {code}")
    assert "belongs to a shop" in shown(await world.last(SAM))
    code = await invited(world, "Invite a viewer")
    await world.says(SAM, f"/start {code.lower()}")
    assert (await world.person(SAM)).role is Role.VIEWER
    assert "orders" in await commands(world, SAM)
    assert not {"deliver", "refund", "stock", "team", "queue"} & await commands(world, SAM)
    assert "Deliver" not in shown(await world.last(SAM))

    deeds = await world.rows("select deed, person_id from audit order by id")
    assert deeds == [("invited", ANN), ("joined", CLEO), ("invited", ANN), ("joined", SAM)]
    await world.says(ANN, "/audit")
    assert "joined as operator" in shown(await world.last(ANN))


async def test_an_invitation_ends_by_hand_in_time_and_with_whoever_made_it(world: World) -> None:
    code = await invited(world)
    card = await team(world, ANN)
    (end,) = [each for each in labels(card) if each.startswith("End invitation: Operator")]
    await world.presses(ANN, card, end)
    assert end not in labels(await again(world, ANN, card))
    await world.says(CLEO, f"/start {code}")
    assert await world.rows(f"select * from members where person_id = {CLEO}") == []  # noqa: S608

    code = await invited(world)
    world.clock.advance(INVITATION_FOR.total_seconds())
    await world.says(CLEO, f"/start {code}")
    assert await world.rows(f"select * from members where person_id = {CLEO}") == []  # noqa: S608

    code = await invited(world)
    card = await team(world, BEN)
    await world.presses(BEN, card, "Ann")
    await world.presses(BEN, await again(world, BEN, card), "Viewer")
    await world.presses(BEN, await again(world, BEN, card), "Owner")
    await world.says(CLEO, f"/start {code}")
    assert await world.rows(f"select * from members where person_id = {CLEO}") == []  # noqa: S608

    code = await invited(world)
    await world.presses(BEN, await again(world, BEN, card), "Remove from the shop")
    await world.says(CLEO, f"/start {code}")
    assert await world.rows(f"select * from members where person_id = {CLEO}") == []  # noqa: S608


async def test_a_locked_shop_takes_nobody_and_a_shop_has_ten_invitations_open(
    world: World,
) -> None:
    code = await invited(world)
    async with world.store.write() as tx:
        ann = await world.person(ANN)
        for _ in range(9):
            await desk_team.invite(tx, world.shop, ann, Role.VIEWER, "shop_bot", world.now)
        with pytest.raises(NotPossible, match="too_many_invitations"):
            await desk_team.invite(tx, world.shop, ann, Role.VIEWER, "shop_bot", world.now)
        # By the command line, a moment ago: nothing is ended yet.
        await safety.lock(tx, world.shop_id, None, world.now)
    await world.says(CLEO, f"/start {code}")
    assert await world.one("select count(*) from members") == 2


async def test_a_guesser_has_five_tries_an_hour(world: World) -> None:
    code = await invited(world)
    for _ in range(5):
        await world.says(SAM, "/start AAAABBBBCCCC")
    await world.says(SAM, f"/start {code}")
    assert await world.rows(f"select * from members where person_id = {SAM}") == []  # noqa: S608
    world.clock.advance(3600)
    await world.says(SAM, f"/start {code}")
    assert (await world.person(SAM)).role is Role.OPERATOR


async def test_roles_change_and_the_last_owner_stays(world: World) -> None:
    await world.says(BEN, "/start")
    assert "refund" in await commands(world, BEN)
    card = await team(world, ANN)
    await world.presses(ANN, card, "Ben")
    page = await again(world, ANN, card)
    assert "· Owner ·" in labels(page)
    await world.presses(ANN, page, "Viewer")
    assert "· Viewer ·" in labels(await again(world, ANN, card))
    assert "You are a viewer of this shop now" in shown(await world.last(BEN))
    assert "refund" not in await commands(world, BEN)
    await world.says(BEN, "/team")
    assert "Your role" in shown(await world.last(BEN))

    # Ann is the only owner now: no button, and a forged one changes nothing.
    await world.presses(ANN, await again(world, ANN, card), "Back")
    await world.presses(ANN, await again(world, ANN, card), "Ann")
    assert labels(await again(world, ANN, card)) == ["Back"]
    for data in (f"to:{ANN}:viewer", f"tq:{ANN}"):
        await world.forges(ANN, card["message_id"], data)
        assert "The only owner" in shown(await world.last(ANN))
    # Nor does a viewer's forged button.
    await invited(world)
    number = await world.one("select id from invitations")
    for data in (f"to:{BEN}:owner", f"tq:{ANN}", "iv::owner", "tt", f"iw:{number}"):
        await world.forges(BEN, (await world.last(BEN))["message_id"], data)
    assert await world.one("select id from invitations") == number
    assert (await world.person(ANN)).role is Role.OWNER
    assert (await world.person(BEN)).role is Role.VIEWER

    async with world.store.write() as tx:
        await passcodes.keep(tx, world.shop_id, BEN, "40719358")
    await world.presses(ANN, await again(world, ANN, card), "Back")
    await world.presses(ANN, await again(world, ANN, card), "Ben")
    await world.presses(ANN, await again(world, ANN, card), "Remove from the shop")
    for table in ("members", "subscriptions", "person_pins"):
        assert await world.rows(f"select * from {table} where person_id = {BEN}") == []  # noqa: S608
    assert await commands(world, BEN) == set()
    assert await world.from_bot(BEN) == []  # what he was told is taken away
    await world.says(BEN, "/orders")
    assert "belongs to a shop" in shown(await world.last(BEN))


@pytest.mark.parametrize("data", ["to:{ben}:viewer", "tq:{ben}"])
async def test_an_owner_by_the_settings_is_changed_there(world: World, data: str) -> None:
    async with world.store.write() as tx:
        await tx.execute(text(f"update members set listed = 1 where person_id = {BEN}"))  # noqa: S608
    card = await team(world, ANN)
    await world.presses(ANN, card, "Ben")
    assert "OWNER_IDS" in (await again(world, ANN, card))["text"]
    await world.forges(ANN, card["message_id"], data.format(ben=BEN))
    assert "OWNER_IDS" in shown(await world.last(ANN))
    assert (await world.person(BEN)).role is Role.OWNER


async def test_codes_are_shown_in_private_alone_and_kept_as_a_hash(world: World) -> None:
    group = (await world.act("/groups", title="Shop", members=[ANN]))["chat_id"]
    await world.fetch()
    await world.says(ANN, "/team", chat=group)
    assert "private chat" in shown(await world.last(ANN, group))
    code = await invited(world)
    await world.settle()
    assert code.encode() not in world.store.path.read_bytes()
