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
MOST_AT_ONCE: Final = 100
_FIRST_ALBUM: Final = 13_000_000_000_000_000
_ACTIONS: Final = frozenset(
    {
        "cancel",
        "choose_sticker",
        "find_location",
        "pick_up_location",
        "record_audio",
        "record_video",
        "record_video_note",
        "record_voice",
        "typing",
        "upload_audio",
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
    message.preview = preview_of(params)
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
    group = _new_group(world)
    for message in drafts:
        message.media_group = group if len(drafts) > 1 else None
        world.post(chat, message)
    return [world.shown(message) for message in drafts]


def copy_message(world: World, params: Params) -> Any:
    """Send a message again without saying where it came from."""
    source = _source(world, params, "copied", "message to copy not found")
    markup = read_markup(params)
    text = _text_of(source)
    if "caption" in params and source.kind != "text":
        text = read_caption(params, world.user)
    chat = _open_chat(world, params)
    message = _copied(source, _draft(world, params, chat, text, markup))
    return {"message_id": _post(world, chat, message)["message_id"]}


def copy_messages(world: World, params: Params) -> Any:
    """Send up to 100 messages again; those that are gone or protected are passed over."""
    chat, sources = _several(world, params, "copy")
    drafts = []
    for source in sources:
        text = Formatted("", []) if params.flag("remove_caption") and source.file else None
        draft = _draft(world, params, chat, text or _text_of(source), None, replies=False)
        drafts.append(_copied(source, draft))
    return _post_all(world, chat, sources, drafts)


def forward_message(world: World, params: Params) -> Any:
    """Send a message on, with its first sender's name."""
    source = _source(world, params, "forwarded", "message to forward not found")
    chat = _open_chat(world, params)
    return _post(world, chat, _forwarded(world, params, chat, source))


def forward_messages(world: World, params: Params) -> Any:
    """Send up to 100 messages on; those that are gone or protected are passed over."""
    chat, sources = _several(world, params, "forward")
    drafts = [_forwarded(world, params, chat, source) for source in sources]
    return _post_all(world, chat, sources, drafts)


def _forwarded(world: World, params: Params, chat: Chat, source: Message) -> Message:
    message = _copied(source, _draft(world, params, chat, _text_of(source), None, replies=False))
    message.origin = source.origin or {
        "type": "user",
        "date": int(source.date.timestamp()),
        "sender_user": sender_json(source.sender, world.people),
    }
    return message


def _text_of(source: Message) -> Formatted:
    return Formatted(source.text, [dict(item) for item in source.entities])


def _copied(source: Message, message: Message) -> Message:
    message.kind, message.file, message.preview = source.kind, source.file, source.preview
    message.above = source.above
    return message


def _several(world: World, params: Params, verb: str) -> tuple[Chat, list[Message]]:
    """Return where to and which messages; ApiError when the numbers are not in order."""
    given = params.json("message_ids", otherwise="can't parse message identifiers JSON object")
    if not isinstance(given, list) or not given:
        raise bad_request("message identifiers are not specified")
    if len(given) > MOST_AT_ONCE:
        raise bad_request("too many message identifiers specified")
    if any(not isinstance(item, int) or item <= 0 for item in given):
        raise bad_request("invalid message identifier specified")
    if given != sorted(set(given)):
        raise bad_request("message identifiers must be in a strictly increasing order")
    messages = world.chat(params, "from_chat_id").messages
    found = [messages[item] for item in given if item in messages]
    sources = [item for item in found if item.kind != "service" and not item.protected]
    if not sources:
        raise bad_request(f"there are no messages to {verb}")
    return _open_chat(world, params), sources


def _post_all(
    world: World, chat: Chat, sources: list[Message], drafts: list[Message]
) -> list[dict[str, int]]:
    """Post copies at once and return their IDs; what was an album becomes one of its own."""
    world.limits.spend(chat.id, group=chat.is_group, messages=len(drafts))
    groups: dict[str, str] = {}
    for source, message in zip(sources, drafts, strict=True):
        if source.media_group is not None:
            fresh = _new_group(world, len(groups))
            message.media_group = groups.setdefault(source.media_group, fresh)
        world.post(chat, message)
    return [{"message_id": message.message_id} for message in drafts]


def _new_group(world: World, number: int = 0) -> str:
    return str(_FIRST_ALBUM + 100 * world.last_message_id + number)


def send_chat_action(world: World, params: Params) -> Any:
    """Show "typing…" for five seconds or until the next message."""
    action = params.text("action").lower()
    if action not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    chat = _open_chat(world, params)
    if action == "cancel":
        chat.typing_until = 0.0
        world.hub.changed(chat.id)
        return True
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


def preview_of(params: Params) -> dict[str, Any] | None:
    """Return the link_preview_options of a call, in the newer of their two forms."""
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
