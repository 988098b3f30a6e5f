"""The methods about the bot itself, its chats and its files."""

from typing import Any, Final

from .errors import bad_request
from .model import BOT_ID, BOT_NAME, Chat
from .params import Params
from .profile import Key, checked_commands, needs_chat, scope_key
from .webhook import SECRET, is_here
from .wire import bot_json, chat_json, file_json, sender_json
from .world import World, member_json

_LONGEST: Final = {"name": 64, "description": 512, "short_description": 120}
_MENU_TYPES: Final = frozenset({"default", "commands", "web_app"})


def get_me(world: World, _: Params) -> Any:
    """Return the bot, under the name it gave itself."""
    return bot_json() | {
        "first_name": world.profile.text("name", None) or BOT_NAME,
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def log_out(_: World, __: Params) -> Any:
    """Say yes: there is no other server to move to."""
    return True


def set_webhook(world: World, params: Params) -> Any:
    """Bring updates to a URL; one of this machine needs no HTTPS, as at a server of one's own."""
    url = params.text("url").strip()
    if url and not url.startswith("https://") and not (is_here(url) and url.startswith("http://")):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    secret = params.text("secret_token")
    if secret and not SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")
    connections = params.integer("max_connections", 40)
    _remember_allowed(world, params)
    if params.flag("drop_pending_updates"):
        world.queue.clear()
    if url:
        world.webhook.set(url, secret, min(max(connections, 1), 100))
    else:
        world.webhook.clear()
    # A poll that waits now ends as if another poller had come.
    world.queue.poll += 1
    world.hub.wake()
    return True


def delete_webhook(world: World, params: Params) -> Any:
    """Forget the webhook, so that getUpdates works again."""
    if params.flag("drop_pending_updates"):
        world.queue.clear()
    world.webhook.clear()
    return True


def get_webhook_info(world: World, _: Params) -> Any:
    """Return the webhook and how many updates wait."""
    return world.webhook.info()


def _remember_allowed(world: World, params: Params) -> None:
    given = params.json("allowed_updates", otherwise="can't parse allowed updates JSON object")
    if given is None:
        return
    if not isinstance(given, list):
        raise bad_request("expected an Array of allowed updates")
    world.queue.allowed = [item for item in given if isinstance(item, str)]


def prepare_poll(world: World, params: Params) -> None:
    """Take over offset and allowed_updates of a getUpdates."""
    _remember_allowed(world, params)
    offset = params.integer("offset")
    if offset:
        world.queue.confirm(offset)


def set_my_commands(world: World, params: Params) -> Any:
    """Set the commands of a scope and language."""
    given = params.json("commands", otherwise="can't parse commands JSON object")
    commands = checked_commands(given)
    key = _key(world, params)
    if commands:
        world.profile.commands[key] = commands
    else:
        world.profile.commands.pop(key, None)
    world.hub.changed()
    return True


def get_my_commands(world: World, params: Params) -> Any:
    """Return the commands of exactly one scope and language."""
    return world.profile.commands.get(_key(world, params), [])


def delete_my_commands(world: World, params: Params) -> Any:
    """Forget the commands of a scope and language: wider ones show again."""
    world.profile.commands.pop(_key(world, params), None)
    world.hub.changed()
    return True


def _key(world: World, params: Params) -> Key:
    scope = params.json("scope", otherwise="can't parse BotCommandScope JSON object")
    chat_id = _met(world, Params(scope)).id if needs_chat(scope) else 0
    return scope_key(scope, params.text("language_code"), chat_id)


def set_chat_menu_button(world: World, params: Params) -> Any:
    """Set the button beside the text field, for one chat or for all."""
    given = params.json("menu_button", otherwise="can't parse menu button JSON object")
    button = given or {"type": "default"}
    if not isinstance(button, dict) or button.get("type") not in _MENU_TYPES:
        raise bad_request("can't parse menu button: unsupported type specified")
    if "chat_id" in params:
        world.chat(params).menu_button = button
    else:
        world.profile.menu_button = button
    world.hub.changed()
    return True


def get_chat_menu_button(world: World, params: Params) -> Any:
    """Return the menu button of a chat, or the one of all chats."""
    chat = world.chat(params) if "chat_id" in params else None
    return (chat.menu_button if chat is not None else None) or world.profile.menu_button


def _set_text(kind: str, world: World, params: Params) -> bool:
    text = params.text(kind)
    if len(text) > _LONGEST[kind]:
        raise bad_request(f"the bot's {kind.replace('_', ' ')} is too long")
    world.profile.texts[kind, params.text("language_code")] = text
    world.hub.changed()
    return True


def _get_text(kind: str, world: World, params: Params) -> dict[str, str]:
    text = world.profile.text(kind, params.text("language_code"))
    return {kind: text or (BOT_NAME if kind == "name" else "")}


def set_my_name(world: World, params: Params) -> Any:
    """Set the bot's name in a language."""
    return _set_text("name", world, params)


def get_my_name(world: World, params: Params) -> Any:
    """Return the bot's name in a language."""
    return _get_text("name", world, params)


def set_my_description(world: World, params: Params) -> Any:
    """Set the text of an empty chat."""
    return _set_text("description", world, params)


def get_my_description(world: World, params: Params) -> Any:
    """Return the text of an empty chat."""
    return _get_text("description", world, params)


def set_my_short_description(world: World, params: Params) -> Any:
    """Set the text of the profile page."""
    return _set_text("short_description", world, params)


def get_my_short_description(world: World, params: Params) -> Any:
    """Return the text of the profile page."""
    return _get_text("short_description", world, params)


def get_chat(world: World, params: Params) -> Any:
    """Return a chat as ChatFullInfo."""
    chat = _met(world, params)
    gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription")
    full = chat_json(chat, world.people) | {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": {**dict.fromkeys(gifts, False), "gifts_from_channels": False},
    }
    if chat.pinned:
        full["pinned_message"] = world.shown(chat.messages[chat.pinned[-1]])
    return full


def _met(world: World, params: Params) -> Chat:
    """Return a chat the bot may know of; someone it never met is nobody to it."""
    chat = world.chat(params)
    person = world.people.get(chat.id)
    if person is not None and world.options.must_start and not person.started:
        raise bad_request("chat not found")
    return chat


def get_chat_member(world: World, params: Params) -> Any:
    """Return someone's standing in a chat."""
    chat = world.chat(params)
    user_id = params.integer("user_id")
    user = world.user(user_id)
    if user is None:
        raise bad_request("user not found")
    return member_json(user, standing(chat, user_id))


def standing(chat: Chat, user_id: int) -> str:
    """Return the status of a user in a chat; the first member of a group is its owner."""
    if user_id == BOT_ID:
        return "administrator" if chat.is_group and chat.admin else "member"
    if user_id not in chat.members:
        return "left"
    return "creator" if chat.is_group and chat.members[0] == user_id else "member"


def get_chat_administrators(world: World, params: Params) -> Any:
    """Return a group's owner, and the bot where it is an administrator."""
    chat = world.chat(params)
    if not chat.is_group:
        raise bad_request("there are no administrators in the private chat")
    ids = [*chat.members[:1], *([BOT_ID] if chat.admin else [])]
    return [member_json(sender_json(item, world.people), standing(chat, item)) for item in ids]


def get_chat_member_count(world: World, params: Params) -> Any:
    """Return how many are in a chat, the bot included."""
    return len(world.chat(params).members) + 1


def get_file(world: World, params: Params) -> Any:
    """Return where a file can be fetched, if it is not too big."""
    file_id = params.text("file_id")
    if not file_id:
        raise bad_request("file_id not specified")
    file = world.file(file_id)
    if file is None:
        raise bad_request("wrong file_id or the file is temporarily unavailable")
    if file.size > world.options.max_download_bytes:
        raise bad_request("file is too big")
    return file_json(file) | {"file_id": file_id, "file_path": file.path}
