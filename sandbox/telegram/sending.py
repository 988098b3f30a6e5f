"""The methods that put new messages into a chat."""

import asyncio
import json
import mimetypes
from typing import Any, Final

from .entities import Formatted
from .errors import ApiError, bad_request
from .formatted import read_caption, read_text
from .images import dimensions
from .keyboard import Markup, read_markup
from .model import BOT_ID, Chat, Message, StoredFile
from .params import Params, Upload
from .wire import sender_json
from .world import World

MOST_IN_ALBUM: Final = 10
_ACTIONS: Final = frozenset(
    {
        "choose_sticker",
        "find_location",
        "record_video",
        "record_video_note",
        "record_voice",
        "typing",
        "upload_document",
        "upload_photo",
        "upload_video",
        "upload_video_note",
        "upload_voice",
    }
)
_TYPING_SECONDS: Final = 5.0
_LARGEST_PHOTO: Final = 10 * 1024 * 1024


def send_message(world: World, params: Params) -> Any:
    """Send a text."""
    text = read_text(params, world.user, too_long="message is too long")
    markup = read_markup(params)
    chat = _open_chat(world, params)
    message = _draft(world, params, chat, text, markup)
    message.preview = _preview(params)
    return _post(world, chat, message)


def send_document(world: World, params: Params) -> Any:
    """Send a file as it is."""
    return _send_file(world, params, "document")


def send_photo(world: World, params: Params) -> Any:
    """Send a picture."""
    return _send_file(world, params, "photo")


def _send_file(world: World, params: Params, kind: str) -> Any:
    caption = read_caption(params, world.user)
    markup = read_markup(params)
    chat = _open_chat(world, params)
    file = _file(world, params, kind, params.raw(kind), field=kind)
    message = _draft(world, params, chat, caption, markup)
    _attach(message, kind, file)
    message.above = params.flag("show_caption_above_media")
    return _post(world, chat, message)


def send_media_group(world: World, params: Params) -> Any:
    """Send an album of photos or of documents; each piece counts as a message."""
    media = params.json("media", otherwise="can't parse media JSON object")
    if not isinstance(media, list) or not media:
        raise bad_request("there are no messages to send")
    if len(media) > MOST_IN_ALBUM:
        raise bad_request("too many messages to send as an album")
    kinds = {item.get("type") if isinstance(item, dict) else None for item in media}
    if not kinds <= {"photo", "document"}:
        raise bad_request("can't parse InputMedia: type must be photo or document")
    if len(kinds) > 1:
        raise bad_request("can't use the media of the specified type in the album")
    chat = _open_chat(world, params)
    drafts: list[Message] = []
    for item in media:
        part = Params({**item, "chat_id": chat.id}, params.files)
        caption = read_caption(part, world.user)
        message = _draft(world, params, chat, caption, None)
        _attach(
            message, item["type"], _file(world, part, item["type"], item.get("media"), field="")
        )
        drafts.append(message)
    world.limits.spend(chat.id, group=chat.is_group, messages=len(drafts))
    group = str(13_000_000_000_000_000 + world.last_message_id)
    for message in drafts:
        message.media_group = group if len(drafts) > 1 else None
        world.post(chat, message)
    return [world.shown(message) for message in drafts]


def copy_message(world: World, params: Params) -> Any:
    """Send a message again without saying where it came from."""
    source = _source(world, params, "copied", "message to copy not found")
    markup = read_markup(params)
    text = Formatted(source.text, [dict(item) for item in source.entities])
    if "caption" in params and source.kind != "text":
        text = read_caption(params, world.user)
    chat = _open_chat(world, params)
    message = _draft(world, params, chat, text, markup)
    message.kind, message.file, message.preview = source.kind, source.file, source.preview
    return {"message_id": _post(world, chat, message)["message_id"]}


def forward_message(world: World, params: Params) -> Any:
    """Send a message on, with its first sender's name."""
    source = _source(world, params, "forwarded", "message to forward not found")
    chat = _open_chat(world, params)
    text = Formatted(source.text, [dict(item) for item in source.entities])
    message = _draft(world, params, chat, text, None, replies=False)
    message.kind, message.file, message.preview = source.kind, source.file, source.preview
    message.origin = source.origin or {
        "type": "user",
        "date": int(source.date.timestamp()),
        "sender_user": sender_json(source.sender, world.people),
    }
    return _post(world, chat, message)


def send_chat_action(world: World, params: Params) -> Any:
    """Show "typing…" for five seconds or until the next message."""
    if params.text("action").lower() not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat = _open_chat(world, params)
    chat.typing_until = world.clock.monotonic() + _TYPING_SECONDS
    world.hub.changed(chat.id)
    # Whoever watches is told again when the dots are to vanish.
    asyncio.get_running_loop().call_later(_TYPING_SECONDS, world.hub.changed, chat.id)
    return True


def _open_chat(world: World, params: Params) -> Chat:
    chat = world.chat(params)
    world.reachable(chat)
    return chat


def _post(world: World, chat: Chat, message: Message) -> dict[str, Any]:
    world.limits.spend(chat.id, group=chat.is_group)
    return world.shown(world.post(chat, message))


def _draft(
    world: World,
    params: Params,
    chat: Chat,
    text: Formatted,
    markup: Markup | None,
    *,
    replies: bool = True,
) -> Message:
    message = world.blank(chat, BOT_ID, text=text.text, entities=text.entities, markup=markup)
    message.silent = params.flag("disable_notification")
    message.protected = params.flag("protect_content")
    if replies:
        message.reply_to, message.quote = _reply(params, chat)
    return message


def _reply(params: Params, chat: Chat) -> tuple[int | None, str | None]:
    given = params.json("reply_parameters", otherwise="can't parse reply parameters JSON object")
    if given is None:
        target = params.integer("reply_to_message_id")
        lenient = params.flag("allow_sending_without_reply")
        given = {"message_id": target, "allow_sending_without_reply": lenient} if target else None
    if given is None:
        return None, None
    if not isinstance(given, dict):
        raise bad_request("object expected as reply parameters")
    reply = Params(given)
    target = reply.integer("message_id")
    elsewhere = "chat_id" in given and reply.text("chat_id") != str(chat.id)
    if elsewhere or target not in chat.messages:
        if reply.flag("allow_sending_without_reply"):
            return None, None
        raise bad_request("message to be replied not found")
    quote = reply.text("quote") or None
    if quote is not None and quote not in chat.messages[target].text:
        raise bad_request("QUOTE_TEXT_INVALID")
    return target, quote


def _preview(params: Params) -> dict[str, Any] | None:
    given = params.json("link_preview_options", otherwise="can't parse link preview options")
    if isinstance(given, dict) and given:
        return given
    return {"is_disabled": True} if params.flag("disable_web_page_preview") else None


def _attach(message: Message, kind: str, file: StoredFile) -> None:
    message.kind = "photo" if kind == "photo" else "document"
    message.file = file


def _file(world: World, params: Params, kind: str, value: Any, *, field: str) -> StoredFile:
    """Find the file of a call: uploaded under its name or attached, or known by its ID."""
    upload = params.files.get(field)
    text = value if isinstance(value, str) else ""
    if text.startswith("attach://"):
        upload = params.files.get(text.removeprefix("attach://"))
        text = ""
    if upload is None:
        if not text:
            raise bad_request(f"there is no {kind} in the request")
        if text.startswith(("http://", "https://")):
            raise bad_request("failed to get HTTP URL content")
        known = world.file(text)
        if known is None:
            raise bad_request("wrong file identifier/HTTP URL specified")
        return known
    return _stored(world, kind, upload)


def _stored(world: World, kind: str, upload: Upload) -> StoredFile:
    """Keep an uploaded file, if Telegram would take it."""
    if not upload.content:
        raise bad_request("file must be non-empty")
    if len(upload.content) > world.options.max_upload_bytes:
        raise ApiError(413, "Request Entity Too Large")
    if kind == "photo":
        if len(upload.content) > _LARGEST_PHOTO:
            raise bad_request("PHOTO_SAVE_FILE_INVALID")
        if dimensions(upload.content) is None:
            raise bad_request("IMAGE_PROCESS_FAILED")
    mime = mimetypes.guess_type(upload.name)[0] or upload.mime
    return world.store(upload.name, upload.content, kind=kind, mime=mime)


def _source(world: World, params: Params, verb: str, missing: str) -> Message:
    chat = world.chat(params, "from_chat_id")
    message = chat.messages.get(params.integer("message_id"))
    if message is None:
        raise bad_request(missing)
    if message.kind == "service" or message.protected:
        raise bad_request(f"the message can't be {verb}")
    return message


def input_media(params: Params) -> dict[str, Any]:
    """Return the InputMedia of editMessageMedia."""
    media = params.json("media", otherwise="can't parse input media JSON object")
    if not isinstance(media, dict) or media.get("type") not in {"photo", "document"}:
        raise bad_request("can't parse InputMedia: type must be photo or document")
    return json.loads(json.dumps(media))  # type: ignore[no-any-return]


def media_file(world: World, params: Params, media: dict[str, Any]) -> StoredFile:
    """Return the file an InputMedia means."""
    return _file(world, params, media["type"], media.get("media"), field="")
