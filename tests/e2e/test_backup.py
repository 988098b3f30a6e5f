"""A backup made while people work, and a bot that goes on from it: 0 lost, 0 twice."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from bot.commands.backups import restore_backup
from bot.store.backup import back_up

from .collector import Collector, numbers_of
from .practice import ANN, Bot, Shop, Someone, data_of, running, until

GOODS = ("first@x.example:Before-1", "second@x.example:After-2", "third@x.example:Restored-3")


def test_a_bot_that_goes_on_from_a_backup_tells_everything_and_does_nothing_twice(
    shop: Shop, tmp_path: Path, ann: Someone
) -> None:
    database, file = tmp_path / "supplier-bot.db", tmp_path / "backup"
    key = tmp_path / "supplier-bot.db.key"

    def deliver(order: object, goods: str) -> None:
        card = ann.sees(numbers_of([order])[0], "0 of 1 delivered")
        pasted = ann.send(goods, reply_to=card["message_id"])
        ann.press(ann.sees("Send 1", after=pasted), "Send 1")

    bot = Bot(shop, tmp_path, hasty=True, OWNER_IDS=str(ANN))
    with running(bot):
        ann.sees("Watching")
        before, refunded, *others = shop.market("orders/bulk", count=6)["items"]
        deliver(before, GOODS[0])
        ann.sees(before["order_no"], "1 of 1 delivered")
        card = ann.sees(refunded["order_no"], "Deliver")
        ann.press(card, "Refund")
        question = ann.sees_in(card, "Yes, refund")

        # While orders come, and one is being delivered.
        meanwhile = shop.market("orders/bulk", count=4)["items"]
        back_up(database, file, datetime.now(UTC))
        content = file.read_bytes()
        assert not [goods for goods in GOODS if goods.encode() in content]

        # The same bot goes on.
        ann.press(question, "Yes, refund")
        deliver(others[0], GOODS[1])
        ann.sees(others[0]["order_no"], "1 of 1 delivered")
        until(lambda: shop.changes("refund"))
        later = shop.market("orders/bulk", count=3)["items"]
        for order in (*meanwhile, *later):
            ann.sees(order["order_no"], "Deliver")
        assert bot.end() == 0

        collector = Collector(shop, ann)
        missed = shop.market("orders")
        ledger = [shop.changes(kind) for kind in ("deliver", "refund")]
        assert restore_backup(file, database, key, yes=True) == 0
        bot.start()
        ann.sees("goes on from a backup", "1 question")
        # What the backup did not know is told; what it knew, and others did since, too.
        for order in (*later, missed):
            until(lambda o=order: collector.told(ann)[o["order_no"]], why=bot.said)  # type: ignore[misc]
        ann.answered(ann.forge(question["message_id"], data_of(question, "Yes, refund")))
        deliver(missed, GOODS[2])
        ann.sees(missed["order_no"], "1 of 1 delivered")
        assert [shop.changes(kind) for kind in ("deliver", "refund")] == [
            [*ledger[0], *shop.changes("deliver", missed["order_id"])],
            ledger[1],
        ]
