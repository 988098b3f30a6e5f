"""People, chats and messages in the JSON form of the Bot API."""

from typing import Any

from .model import BOT_ID, BOT_NAME, BOT_USERNAME, Chat, Message, Person, StoredFile

Json = dict[str, Any]

_SMALL = (90, 320, 800)


def bot_json() -> Json:
    """Return the bot as a User, as messages name it."""
    return {"id": BOT_ID, "is_bot": True, "first_name": BOT_NAME, "username": BOT_USERNAME}


def person_json(person: Person) -> Json:
    """Return a person as a User."""
    user: Json = {"id": person.id, "is_bot": False, "first_name": person.first_name}
    if person.username:
        user["username"] = person.username
    if person.language:
        user["language_code"] = person.language
    return user


def chat_json(chat: Chat, people: dict[int, Person]) -> Json:
    """Return a chat as a Chat."""
    if chat.is_group:
        return {"id": chat.id, "title": chat.title, "type": chat.type}
    person = people[chat.id]
    named = {"username": person.username} if person.username else {}
    return {"id": chat.id, "first_name": person.first_name, **named, "type": "private"}


def sender_json(sender: int, people: dict[int, Person]) -> Json:
    """Return who sent a message as a User."""
    return bot_json() if sender == BOT_ID else person_json(people[sender])


def message_json(
    message: Message, chat: Chat, people: dict[int, Person], *, nested: bool = False
) -> Json:
    """Return a message as a Message; a `nested` one does not show what it replies to."""
    body: Json = {
        "message_id": message.message_id,
        "from": sender_json(message.sender, people),
        "chat": chat_json(chat, people),
        "date": int(message.date.timestamp()),
        "edit_date": None if message.edited is None else int(message.edited.timestamp()),
        "forward_origin": message.origin,
        "media_group_id": message.media_group,
    }
    replied = chat.messages.get(message.reply_to) if message.reply_to is not None else None
    if replied is not None and not nested:
        body["reply_to_message"] = message_json(replied, chat, people, nested=True)
        if message.quote is not None:
            position = replied.text.find(message.quote)
            body["quote"] = {"text": message.quote, "position": max(0, position), "is_manual": True}
    if message.kind == "service":
        body |= message.service or {}
    else:
        _put_content(body, message)
    body["link_preview_options"] = message.preview
    body["has_protected_content"] = message.protected or None
    body["show_caption_above_media"] = message.above or None
    body["reply_markup"] = message.markup if message.keyboard else None
    return {name: value for name, value in body.items() if value is not None}


def _put_content(body: Json, message: Message) -> None:
    if message.kind == "text":
        body["text"] = message.text
        if message.entities:
            body["entities"] = message.entities
        return
    file = message.file
    if file is not None:
        body[message.kind] = _media_json(message.kind, file)
    if message.text:
        body["caption"] = message.text
        if message.entities:
            body["caption_entities"] = message.entities


def file_json(file: StoredFile) -> Json:
    """Return the fields every kind of file has."""
    return {"file_id": file.file_id, "file_unique_id": file.unique_id, "file_size": file.size}


def _media_json(kind: str, file: StoredFile) -> Any:
    base = file_json(file)
    if kind == "photo":
        return photo_sizes(file)
    if kind == "sticker":
        shape = {"width": 512, "height": 512, "is_animated": False, "is_video": False}
        return base | shape | {"type": "regular", "emoji": "👍"}
    if kind == "voice":
        return base | {"duration": 3, "mime_type": file.mime}
    return base | {"file_name": file.name, "mime_type": file.mime}


def photo_sizes(file: StoredFile) -> list[Json]:
    """Return the sizes of a photo, smallest first; all lead to the same bytes here."""
    sizes: list[Json] = []
    longest = max(file.width, file.height, 1)
    for edge in _SMALL:
        if edge < longest:
            share = edge / longest
            sizes.append(
                {
                    "file_id": f"{file.file_id}-{edge}",
                    "file_unique_id": f"{file.unique_id}-{edge}",
                    "file_size": max(1, int(file.size * share * share)),
                    "width": max(1, round(file.width * share)),
                    "height": max(1, round(file.height * share)),
                }
            )
    return [*sizes, file_json(file) | {"width": file.width, "height": file.height}]
