"""Updates as Telegram sends them."""

from __future__ import annotations

from typing import Any

from tests.support.world import ANN


def message(update_id: int, text: str = "hello", who: int = ANN, chat: int = 0) -> dict[str, Any]:
    return {
        "update_id": update_id,
        "message": {
            "message_id": update_id,
            "date": 1700000000,
            "chat": {"id": chat or who, "type": "group" if chat < 0 else "private"},
            "from": {"id": who, "is_bot": False, "first_name": "Ann"},
            "text": text,
        },
    }


def press(update_id: int, data: Any, who: int = ANN) -> dict[str, Any]:
    return {
        "update_id": update_id,
        "callback_query": {
            "id": f"press-{update_id}",
            "chat_instance": "1",
            "data": data,
            "from": {"id": who, "is_bot": False, "first_name": "Ann", "language_code": "en"},
            "message": {"message_id": 1, "date": 0, "chat": {"id": who, "type": "private"}},
        },
    }
