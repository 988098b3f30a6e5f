"""What people do in the practice Telegram: write, reply, edit, send files, press, block."""

import base64
import binascii
import mimetypes
from typing import Any

from .entities import LONGEST_TEXT, finish, from_api
from .errors import MisuseError
from .model import BOT_ID, Callback, Chat, Message, Person
from .orders import (
    Act,
    EditOrder,
    FileOrder,
    MessageOrder,
    PressOrder,
    ReactOrder,
    SendOrder,
    WhoOrder,
)
from .units import split_units
from .world import World


def place(world: World, person: Person, chat_id: int | None) -> Chat:
    """Return the chat someone acts in: the private one, or one they are a member of."""
    chat = world.chats.get(person.id if chat_id is None else chat_id)
    if chat is None:
        raise MisuseError(f"there is no chat {chat_id}", 404)
    if person.id not in chat.members:
        raise MisuseError(f"{person.name} is not in chat {chat.id}", 409)
    if chat.migrated_to is not None:
        raise MisuseError(f"chat {chat.id} has moved to {chat.migrated_to}", 409)
    return chat


def _writable(world: World, order: Act) -> tuple[Person, Chat]:
    person = world.person(order.who)
    chat = place(world, person, order.chat)
    if not chat.is_group:
        if person.blocked:
            raise MisuseError(f"{person.name} has blocked the bot", 409)
        person.started = True
    return person, chat


def send(world: World, order: SendOrder) -> list[Message]:
    """Write a text; one over 4,096 units is cut as Telegram's apps do, the first a reply."""
    person, chat = _writable(world, order)
    _check_reply(chat, order.reply_to)
    whole = finish(order.text, from_api(order.text, order.entities))
    if not whole.text:
        raise MisuseError("a message needs some text")
    pieces = split_units(whole.text, LONGEST_TEXT)
    sent: list[Message] = []
    for number, piece in enumerate(pieces):
        text = whole if len(pieces) == 1 else finish(piece, [])
        if not text.text:
            continue
        message = world.blank(chat, person.id, text=text.text, entities=text.entities)
        message.reply_to = order.reply_to if number == 0 else None
        sent.append(world.post(chat, message))
        world.tell_message(message)
    return sent


def edit(world: World, order: EditOrder) -> Message:
    """Change the text (or caption) of a message of one's own."""
    person, chat = _writable(world, order)
    message = _message(chat, order.message_id)
    if message.sender != person.id:
        raise MisuseError("people edit their own messages only", 409)
    text = finish(order.text, [])
    if not text.text:
        raise MisuseError("a message needs some text")
    message.text, message.entities = text.text, text.entities
    message.edited = world.clock.now()
    world.touched(message)
    world.tell_message(message, edited=True)
    return message


def send_file(world: World, order: FileOrder) -> Message:
    """Send a document, photo, sticker or voice."""
    try:
        content = base64.b64decode(order.content_base64, validate=True)
    except binascii.Error:
        raise MisuseError("content_base64 is not base64") from None
    person, chat = _writable(world, order)
    _check_reply(chat, order.reply_to)
    guessed = {"photo": "image/jpeg", "sticker": "image/webp", "voice": "audio/ogg"}
    mime = guessed.get(order.kind) or mimetypes.guess_type(order.name)[0]
    file = world.store(
        order.name,
        content,
        kind=order.kind,
        mime=mime or "application/octet-stream",
        size=order.size,
    )
    caption = finish(order.caption, [])
    message = world.blank(chat, person.id, text=caption.text, entities=caption.entities)
    message.kind, message.file = order.kind, file
    message.reply_to, message.media_group = order.reply_to, order.media_group
    world.post(chat, message)
    world.tell_message(message)
    return message


def press(world: World, order: PressOrder) -> Callback:
    """Press a button under a message; 409 when it has no such button and nothing is forged."""
    person = world.person(order.who)
    chat = place(world, person, order.chat)
    if order.forge:
        data = order.data if order.data is not None else order.label or ""
        return world.press(person, chat, order.message_id, data)
    message = chat.messages.get(order.message_id)
    if message is None:
        raise MisuseError(f"there is no message {order.message_id} in chat {chat.id}", 409)
    button = _button(message, order)
    if button.get("callback_data") is None:
        raise MisuseError(f"the button {button['text']!r} sends nothing to the bot", 409)
    return world.press(person, chat, message.message_id, button["callback_data"])


def _button(message: Message, order: PressOrder) -> dict[str, Any]:
    buttons = [button for row in message.keyboard for button in row]
    labels = ", ".join(repr(button["text"]) for button in buttons) or "none"
    if order.data is not None:
        found = [button for button in buttons if button.get("callback_data") == order.data][:1]
    elif order.label is not None:
        found = [button for button in buttons if button["text"] == order.label][:1]
        found = found or [button for button in buttons if order.label in button["text"]]
    else:
        raise MisuseError("say which button: data or label")
    if len(found) != 1:
        word = "several such buttons" if found else "no such button"
        raise MisuseError(f"{word} under message {message.message_id}; there are: {labels}", 409)
    return found[0]


def delete(world: World, order: MessageOrder) -> None:
    """Take a message away for everyone; the bot is not told."""
    chat = place(world, world.person(order.who), order.chat)
    world.remove(_message(chat, order.message_id))


def react(world: World, order: ReactOrder) -> None:
    """Put a person's reaction on a message; bots hear of it when they asked to."""
    person = world.person(order.who)
    chat = place(world, person, order.chat)
    message = _message(chat, order.message_id)
    old = message.reactions.pop(person.id, [])
    new = [order.emoji] if order.emoji else []
    if new:
        message.reactions[person.id] = new
    world.hub.changed(chat.id)
    shown = world.shown(message)
    world.queue.add(
        "message_reaction",
        {
            "chat": shown["chat"],
            "message_id": message.message_id,
            "user": world.user(person.id),
            "date": int(world.clock.now().timestamp()),
            "old_reaction": [{"type": "emoji", "emoji": emoji} for emoji in old],
            "new_reaction": [{"type": "emoji", "emoji": emoji} for emoji in new],
        },
    )


def block(world: World, order: WhoOrder, *, blocked: bool) -> Person:
    """Block or unblock the bot; it hears of it once."""
    person = world.person(order.who)
    if person.blocked != blocked:
        person.blocked = blocked
        old, new = ("member", "kicked") if blocked else ("kicked", "member")
        world.tell_member(world.chats[person.id], person, old, new)
        world.hub.changed(person.id)
    return person


def migrate(world: World, chat: Chat) -> Chat:
    """Turn a group into a new supergroup; the old chat only points to it from now on."""
    owner = world.people[chat.members[0]]
    members = [world.people[item] for item in chat.members]
    fresh = world.add_group(chat.title, members, basic=False, admin=chat.admin)
    for old, new in (
        (chat, {"migrate_to_chat_id": fresh.id}),
        (fresh, {"migrate_from_chat_id": chat.id}),
    ):
        message = world.blank(old, owner.id, kind="service", service=new)
        world.post(old, message)
        world.queue.add("message", world.shown(message))
    chat.migrated_to = fresh.id
    return fresh


def kick(world: World, chat: Chat) -> None:
    """Throw the bot out of a group."""
    old = "administrator" if chat.admin else "member"
    chat.bot_gone = "kicked"
    world.tell_member(chat, world.people[chat.members[0]], old, "kicked")
    world.hub.changed(chat.id)


def open_group(
    world: World, title: str, members: list[Person], *, basic: bool, admin: bool
) -> Chat:
    """Open a group and tell the bot that it is in it."""
    if not members:
        raise MisuseError("a group needs a member")
    chat = world.add_group(title, members, basic=basic, admin=admin)
    world.tell_member(chat, members[0], "left", "administrator" if admin else "member")
    return chat


def _message(chat: Chat, message_id: int) -> Message:
    message = chat.messages.get(message_id)
    if message is None:
        raise MisuseError(f"there is no message {message_id} in chat {chat.id}", 404)
    return message


def _check_reply(chat: Chat, reply_to: int | None) -> None:
    if reply_to is not None:
        _message(chat, reply_to)


def from_bot(message: Message) -> bool:
    """Tell whether the bot sent a message."""
    return message.sender == BOT_ID
