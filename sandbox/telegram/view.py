"""A chat as a person sees it, for the control API and the page."""

from typing import Any

from .about import standing
from .model import BOT_ID, Chat, Message, Person
from .render import render_html
from .world import World

Json = dict[str, Any]


def chat_view(world: World, person: Person, chat: Chat, *, after: int = 0) -> Json:
    """Return a chat with its messages after an ID, oldest first, as one person sees it."""
    admin = standing(chat, person.id) in {"creator", "administrator"}
    return {
        "chat_id": chat.id,
        "type": chat.type,
        "title": chat.title,
        "items": [
            message_view(world, chat, message)
            for message in chat.messages.values()
            if message.message_id > after
        ],
        "pinned": chat.pinned[-1] if chat.pinned else None,
        "commands": world.profile.commands_for(chat, person.id, person.language, admin=admin),
        "menu_button": chat.menu_button or world.profile.menu_button,
        "typing": world.clock.monotonic() < chat.typing_until,
        "started": person.started,
        "blocked": person.blocked,
    }


def message_view(world: World, chat: Chat, message: Message) -> Json:
    """Return one message as it is shown."""
    if message.html is None:
        message.html = render_html(message.text, message.entities)
    is_text = message.kind in {"text", "service"}
    view: Json = {
        "message_id": message.message_id,
        "from": "bot" if message.sender == BOT_ID else world.people[message.sender].name,
        "kind": message.kind,
        "text": message.text if is_text else "",
        "caption": "" if is_text else message.text,
        "html": message.html,
        "entities": message.entities,
        "keyboard": [[button_view(button) for button in row] for row in message.keyboard],
        "reply_to": message.reply_to,
        "reactions": [emoji for given in message.reactions.values() for emoji in given],
        "edited": message.edited is not None,
        "date": message.date.isoformat(),
        "pinned": message.message_id in chat.pinned,
        "silent": message.silent,
        "protected": message.protected,
        "force_reply": bool((message.markup or {}).get("force_reply")),
        "media_group": message.media_group,
        "forwarded": message.origin is not None,
        "file": None,
    }
    if message.file is not None:
        view["file"] = {
            "name": message.file.name,
            "size": message.file.size,
            "file_id": message.file.file_id,
            "mime": message.file.mime,
        }
    return view


def button_view(button: Json) -> Json:
    """Return a button with every field, None where it has none."""
    return {
        "text": button["text"],
        "data": button.get("callback_data"),
        "url": button.get("url"),
        "copy": (button.get("copy_text") or {}).get("text"),
        "style": button.get("style"),
    }


def holds(message: Message, text: str) -> bool:
    """Tell whether a text stands in a message: its text, caption or a button's label."""
    if text in message.text:
        return True
    return any(text in button["text"] for row in message.keyboard for button in row)
