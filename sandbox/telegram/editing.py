"""The methods that change messages which are there: edits, deletes, reactions, pins."""

from typing import Any, Final

from .entities import Formatted
from .errors import bad_request, forbidden
from .formatted import read_caption, read_text
from .keyboard import Markup, is_inline, read_markup
from .model import BOT_ID, Chat, Message
from .params import Params
from .sending import input_media, media_file, preview_of
from .wire import message_json
from .world import World

NOT_MODIFIED: Final = (
    "message is not modified: specified new message content and reply markup are exactly the "
    "same as a current content and reply markup of the message"
)
_REACTIONS: Final = (
    "👍 👎 ❤ 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤\u200d🔥 "
    "🌚 🌭 💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐 🍓 🍾 💋 🖕 😈 😴 😭 🤓 👻 👨\u200d💻 👀 🎃 🙈 😇 "
    "😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 🤷\u200d♂ 🤷 🤷\u200d♀ 😡"
)
REACTIONS: Final = frozenset(_REACTIONS.split(" "))
MOST_DELETED: Final = 100
_HOUR: Final = 3600.0
_VARIATION = "\ufe0f"


def edit_message_text(world: World, params: Params) -> Any:
    """Replace the text and the buttons of a message of the bot."""
    text = read_text(params, world.user, too_long="MESSAGE_TOO_LONG")
    markup = read_markup(params)
    message = _editable(world, params)
    if message.kind != "text":
        raise bad_request("there is no text in the message to edit")
    return _edit(world, message, text, markup, preview=preview_of(params))


def edit_message_caption(world: World, params: Params) -> Any:
    """Replace the caption and the buttons of a file the bot sent."""
    caption = read_caption(params, world.user)
    markup = read_markup(params)
    message = _editable(world, params)
    if message.kind == "text":
        raise bad_request("there is no caption in the message to edit")
    above = params.flag("show_caption_above_media")
    return _edit(world, message, caption, markup, preview=message.preview, above=above)


def edit_message_reply_markup(world: World, params: Params) -> Any:
    """Replace the buttons alone."""
    markup = read_markup(params)
    message = _editable(world, params)
    text = Formatted(message.text, message.entities)
    return _edit(world, message, text, markup, preview=message.preview, above=message.above)


def edit_message_media(world: World, params: Params) -> Any:
    """Replace the file of a message of the bot, or give a text one."""
    media = input_media(params)
    caption = read_caption(Params(media), world.user)
    markup = read_markup(params)
    message = _editable(world, params)
    file = media_file(world, params, media)
    _check_inline(markup)
    _spend(world, message)
    message.kind = "photo" if media["type"] == "photo" else "document"
    message.file = file
    message.preview = None
    message.above = Params(media).flag("show_caption_above_media")
    return _changed(world, message, caption, markup)


def _editable(world: World, params: Params) -> Message:
    if "inline_message_id" in params and "chat_id" not in params:
        raise bad_request("MESSAGE_ID_INVALID")
    chat = world.chat(params)
    world.reachable(chat)
    message_id = params.integer("message_id")
    if message_id <= 0:
        raise bad_request("message identifier is not specified")
    message = chat.messages.get(message_id)
    if message is None:
        raise bad_request("message to edit not found")
    own = message.sender == BOT_ID and message.origin is None and message.kind != "service"
    if not own or (message.markup is not None and not is_inline(message.markup)):
        raise bad_request("message can't be edited")
    return message


def _check_inline(markup: Markup | None) -> None:
    if markup is not None and not is_inline(markup):
        raise bad_request("inline keyboard expected")


def _edit(
    world: World,
    message: Message,
    text: Formatted,
    markup: Markup | None,
    *,
    preview: dict[str, Any] | None,
    above: bool = False,
) -> Any:
    _check_inline(markup)
    # Where nothing is previewed, how it would be makes no difference.
    links = any(item["type"] in {"url", "text_link"} for item in text.entities)
    previewed = links or any("url" in (each or {}) for each in (message.preview, preview))
    before = (message.text, message.entities, message.markup, message.above)
    same = before == (text.text, text.entities, markup, above)
    if same and (message.preview == preview or not previewed):
        raise bad_request(NOT_MODIFIED)
    _spend(world, message)
    message.preview, message.above = preview, above
    return _changed(world, message, text, markup)


def _spend(world: World, message: Message) -> None:
    world.limits.spend(message.chat_id, group=world.chats[message.chat_id].is_group)


def _changed(world: World, message: Message, text: Formatted, markup: Markup | None) -> Any:
    message.text, message.entities, message.markup = text.text, text.entities, markup
    message.edited = world.clock.now()
    world.touched(message)
    return world.shown(message)


def delete_message(world: World, params: Params) -> Any:
    """Delete one message for everyone."""
    _check_named(params)
    message_id = params.integer("message_id")
    if message_id <= 0:
        raise bad_request("message identifier is not specified")
    chat = world.chat(params)
    message = chat.messages.get(message_id)
    if message is None:
        raise bad_request("message to delete not found")
    refusal = _undeletable(world, chat, message)
    if refusal:
        raise bad_request(refusal)
    world.remove(message)
    return True


def delete_messages(world: World, params: Params) -> Any:
    """Delete up to 100 messages; those that are gone or too old are passed over."""
    _check_named(params)
    chat = world.chat(params)
    given = params.json("message_ids", otherwise="can't parse message identifiers JSON object")
    if not isinstance(given, list) or not given:
        raise bad_request("message identifiers are not specified")
    if len(given) > MOST_DELETED:
        raise bad_request("too many message identifiers specified")
    for message_id in given:
        message = chat.messages.get(message_id) if isinstance(message_id, int) else None
        if message is not None and not _undeletable(world, chat, message):
            world.remove(message)
    return True


def _check_named(params: Params) -> None:
    # Deletions have words of their own for a chat that is not named.
    if not params.text("chat_id").strip():
        raise bad_request("chat identifier is not specified")


def _undeletable(world: World, chat: Chat, message: Message) -> str:
    if chat.is_group and message.sender != BOT_ID and not chat.admin:
        return "message can't be deleted"
    age = world.clock.monotonic() - message.sent_at
    if age > world.options.delete_hours * _HOUR and not (chat.is_group and chat.admin):
        return "message can't be deleted for everyone"
    return ""


def set_message_reaction(world: World, params: Params) -> Any:
    """Put the bot's reaction on a message, or take it away."""
    given = params.json("reaction", otherwise="can't parse reaction types JSON object")
    chat = world.chat(params)
    world.reachable(chat)
    message = chat.messages.get(params.integer("message_id"))
    if message is None:
        raise bad_request("message to react not found")
    if given is not None and not isinstance(given, list):
        raise bad_request("expected an Array of ReactionType")
    emoji = [_reaction(item) for item in given or []]
    if len(emoji) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    message.reactions.pop(BOT_ID, None)
    if emoji:
        message.reactions[BOT_ID] = emoji
    world.hub.changed(chat.id)
    return True


def _reaction(item: Any) -> str:
    if not isinstance(item, dict) or item.get("type") not in {"emoji", "custom_emoji", "paid"}:
        raise bad_request("can't parse reaction type: unsupported type specified")
    emoji = str(item.get("emoji", ""))
    if item["type"] != "emoji" or emoji.replace(_VARIATION, "") not in REACTIONS:
        raise bad_request("REACTION_INVALID")
    return emoji


def pin_chat_message(world: World, params: Params) -> Any:
    """Pin a message above the chat."""
    chat = _pin_chat(world, params)
    message_id = params.integer("message_id")
    if message_id not in chat.messages:
        raise bad_request("message to pin not found")
    if chat.pinned[-1:] == [message_id]:
        return True
    if message_id in chat.pinned:
        chat.pinned.remove(message_id)
    chat.pinned.append(message_id)
    _tell_pinned(world, chat, chat.messages[message_id], silent=params.flag("disable_notification"))
    return True


def _tell_pinned(world: World, chat: Chat, pinned: Message, *, silent: bool) -> None:
    """Post the line that says what was pinned; the bot gets it as an update like everyone."""
    shown = message_json(pinned, chat, world.people, nested=True)
    line = world.blank(chat, BOT_ID, kind="service", service={"pinned_message": shown})
    line.silent, line.reply_to = silent, pinned.message_id
    world.post(chat, line)
    world.tell_message(line)


def unpin_chat_message(world: World, params: Params) -> Any:
    """Unpin a message, or the latest pinned one when none is named."""
    chat = _pin_chat(world, params)
    message_id = params.integer("message_id") or (chat.pinned[-1] if chat.pinned else 0)
    if message_id not in chat.messages:
        raise bad_request("message to unpin not found")
    if message_id in chat.pinned:
        chat.pinned.remove(message_id)
    world.hub.changed(chat.id)
    return True


def unpin_all_chat_messages(world: World, params: Params) -> Any:
    """Unpin everything."""
    chat = _pin_chat(world, params)
    chat.pinned.clear()
    world.hub.changed(chat.id)
    return True


def _pin_chat(world: World, params: Params) -> Chat:
    chat = world.chat(params)
    world.reachable(chat)
    if chat.is_group and not chat.admin:
        raise bad_request("not enough rights to manage pinned messages in the chat")
    return chat


def answer_callback_query(world: World, params: Params) -> Any:
    """Stop a pressed button from spinning, once and not too late."""
    callback = world.callbacks.get(params.text("callback_query_id"))
    now = world.clock.monotonic()
    late = callback is not None and now - callback.at > world.options.callback_seconds
    if callback is None or callback.answered_at is not None or late:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    text = params.text("text")
    if len(text) > 200:  # noqa: PLR2004 - the documented limit
        raise bad_request("MESSAGE_TOO_LONG")
    callback.text, callback.alert = text, params.flag("show_alert")
    callback.answered_at = now
    answer = {"id": callback.id, "text": callback.text, "alert": callback.alert}
    world.hub.changed(callback.chat_id, callback=answer)
    return True


def leave_chat(world: World, params: Params) -> Any:
    """Leave a group."""
    chat = world.chat(params)
    if not chat.is_group:
        raise forbidden("chat member status can't be changed in private chats")
    chat.bot_gone = "left"
    world.hub.changed(chat.id)
    return True
