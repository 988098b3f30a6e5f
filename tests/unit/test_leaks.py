from __future__ import annotations

from pathlib import Path

from tests.e2e.leaks import goods_of, leaked


def test_goods_and_secrets_are_found_in_any_file_of_a_bot(tmp_path: Path) -> None:
    state = {"orders": [{"delivered_rows": ["anna:Hunter2222", "password", "x:y"]}]}
    goods = goods_of(state, ["here: ben@mail.example:Hunter3333 ok", "nothing"])
    assert goods == {"anna:Hunter2222", "ben@mail.example:Hunter3333"}
    (tmp_path / "deeper").mkdir()
    (tmp_path / "bot.log").write_text("harmless", "utf-8")
    assert leaked(tmp_path, {*goods, "secret-key"}) == []
    (tmp_path / "deeper" / "bot.db-wal").write_bytes(b"\x00anna:Hunter2222\x00")
    (tmp_path / "bot.log").write_text("the secret-key", "utf-8")
    assert leaked(tmp_path, [*sorted(goods), "secret-key"]) == [
        "'secret-key' in bot.log",
        "'anna:Hunter2222' in bot.db-wal",
    ]
