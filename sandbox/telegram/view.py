"""A chat as a person sees it, for the control API and the page."""

from typing import Any

from .about import standing
from .model import BOT_ID, BOT_NAME, Chat, Message, Person
from .render import render_html
from .world import World

Json = dict[str, Any]


def chat_view(world: World, person: Person, chat: Chat, *, after: int = 0) -> Json:
    """Return a chat with its messages after an ID, oldest first, as one person sees it."""
    admin = standing(chat, person.id) in {"creator", "administrator"}
    items = [message for message in chat.messages.values() if message.message_id > after]
    pinned = chat.messages.get(chat.pinned[-1]) if chat.pinned else None
    profile = world.profile
    return {
        "chat_id": chat.id,
        "type": chat.type,
        "title": chat.title,
        "items": [message_view(world, chat, message) for message in items],
        "pinned": chat.pinned[-1] if chat.pinned else None,
        "pinned_item": None if pinned is None else message_view(world, chat, pinned),
        "replied": [
            message_view(world, chat, chat.messages[number])
            for number in sorted({message.reply_to or 0 for message in items})
            if number in chat.messages and number <= after
        ],
        "reply_keyboard": _reply_keyboard(chat),
        "bot": {
            "name": profile.text("name", person.language) or BOT_NAME,
            "description": profile.text("description", person.language),
        },
        "commands": profile.commands_for(chat, person.id, person.language, admin=admin),
        "menu_button": chat.menu_button or profile.menu_button,
        "typing": world.clock.monotonic() < chat.typing_until,
        "started": person.started,
        "blocked": person.blocked,
    }


def _reply_keyboard(chat: Chat) -> Json | None:
    """Return the keyboard that stands in place of the letters: the latest, unless taken away."""
    for message in reversed(chat.messages.values()):
        markup = message.markup or {}
        if markup.get("remove_keyboard"):
            return None
        if markup.get("keyboard"):
            rows = [
                [item if isinstance(item, str) else str(item.get("text", "")) for item in row]
                for row in markup["keyboard"]
            ]
            return {
                "message_id": message.message_id,
                "rows": rows,
                "one_time": bool(markup.get("one_time_keyboard")),
                "placeholder": markup.get("input_field_placeholder") or "",
            }
    return None


def message_view(world: World, chat: Chat, message: Message) -> Json:
    """Return one message as it is shown."""
    if message.html is None:
        message.html = render_html(message.text, message.entities)
    is_text = message.kind in {"text", "service"}
    view: Json = {
        "message_id": message.message_id,
        "from": _name(world, message.sender),
        "kind": message.kind,
        "text": _words(world, chat, message) if is_text else "",
        "caption": "" if is_text else message.text,
        "html": message.html,
        "entities": message.entities,
        "keyboard": [[button_view(button) for button in row] for row in message.keyboard],
        "reply_to": message.reply_to,
        "reactions": [emoji for given in message.reactions.values() for emoji in given],
        "reacted": {_name(world, who): given for who, given in message.reactions.items()},
        "edited": message.edited is not None,
        "date": message.date.isoformat(),
        "pinned": message.message_id in chat.pinned,
        "silent": message.silent,
        "protected": message.protected,
        "force_reply": bool((message.markup or {}).get("force_reply")),
        "placeholder": (message.markup or {}).get("input_field_placeholder") or "",
        "media_group": message.media_group,
        "forwarded": message.origin is not None,
        "forwarded_from": _origin(message),
        "above": message.above,
        "preview": (message.preview or {}).get("url"),
        "file": None,
    }
    if message.file is not None:
        view["file"] = {
            "name": message.file.name,
            "size": message.file.size,
            "file_id": message.file.file_id,
            "mime": message.file.mime,
            "width": message.file.width,
            "height": message.file.height,
        }
    return view


def _name(world: World, sender: int) -> str:
    return "bot" if sender == BOT_ID else world.people[sender].name


def _origin(message: Message) -> str | None:
    sender = (message.origin or {}).get("sender_user") or {}
    return sender.get("first_name")


def _words(world: World, chat: Chat, message: Message) -> str:
    """Return a text, or what a service message says."""
    if message.kind != "service" or message.text:
        return message.text
    service = message.service or {}
    if "pinned_message" in service:
        pinned = chat.messages.get(message.reply_to or 0)
        what = f"“{shortened(pinned.text)}”" if pinned and pinned.text else "a message"
        person = world.people.get(message.sender)
        return f"{person.first_name if person else BOT_NAME} pinned {what}"
    if "migrate_to_chat_id" in service or "migrate_from_chat_id" in service:
        return "The group was upgraded to a supergroup"
    return ""


def shortened(text: str, most: int = 40) -> str:
    """Return a text in one line of at most `most` characters."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


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
    if message.kind == "service":
        return False
    if text in message.text:
        return True
    return any(text in button["text"] for row in message.keyboard for button in row)
