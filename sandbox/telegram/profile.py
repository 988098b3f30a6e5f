"""What a bot tells about itself: commands by scope and language, names, menu buttons."""

import re
from dataclasses import dataclass, field
from typing import Any, Final

from .errors import bad_request
from .model import Chat

Commands = list[dict[str, str]]
Key = tuple[str, int, int, str]

MOST_COMMANDS: Final = 100
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_LANGUAGE = re.compile(r"[a-z]{2}")
_MOST_DESCRIPTION: Final = 256
_PLAIN_SCOPES: Final = frozenset(
    {"default", "all_private_chats", "all_group_chats", "all_chat_administrators"}
)
_CHAT_SCOPES: Final = frozenset({"chat", "chat_administrators", "chat_member"})


@dataclass(slots=True)
class Profile:
    """The bot's own settings; texts are kept by (kind, language)."""

    commands: dict[Key, Commands] = field(default_factory=dict)
    texts: dict[tuple[str, str], str] = field(default_factory=dict)
    menu_button: dict[str, Any] = field(default_factory=lambda: {"type": "commands"})

    def text(self, kind: str, language: str | None) -> str:
        """Return a text in a language, or the one for all others; empty when none was set."""
        return self.texts.get((kind, language or "")) or self.texts.get((kind, "")) or ""

    def commands_for(
        self, chat: Chat, user_id: int, language: str | None, *, admin: bool
    ) -> Commands:
        """Return the commands one person sees in a chat: the narrowest scope that has any."""
        scopes: list[tuple[str, int, int]]
        if chat.is_group:
            scopes = [("chat_member", chat.id, user_id)]
            scopes += [("chat_administrators", chat.id, 0)] if admin else []
            scopes += [("chat", chat.id, 0)]
            scopes += [("all_chat_administrators", 0, 0)] if admin else []
            scopes += [("all_group_chats", 0, 0)]
        else:
            scopes = [("chat", chat.id, 0), ("all_private_chats", 0, 0)]
        for scope in [*scopes, ("default", 0, 0)]:
            for code in ([language] if language else []) + [""]:
                found = self.commands.get((*scope, code))
                if found:
                    return found
        return []


def scope_key(scope: Any, language: str, chat_id: int) -> Key:
    """Return the key of a BotCommandScope; `chat_id` is the chat it names, looked up before."""
    kind = "default" if scope is None else scope.get("type")
    if language and not _LANGUAGE.fullmatch(language):
        raise bad_request("invalid language code specified")
    if kind in _PLAIN_SCOPES:
        return (kind, 0, 0, language)
    user_id = int(scope.get("user_id") or 0) if kind == "chat_member" else 0
    return (str(kind), chat_id, user_id, language)


def needs_chat(scope: Any) -> bool:
    """Tell whether a scope names a chat; raise ApiError for one Telegram does not know."""
    if scope is None:
        return False
    if not isinstance(scope, dict):
        raise bad_request("can't parse BotCommandScope: expected an Object")
    kind = scope.get("type")
    if kind not in _PLAIN_SCOPES | _CHAT_SCOPES:
        raise bad_request("can't parse BotCommandScope: unsupported type specified")
    return kind in _CHAT_SCOPES


def checked_commands(raw: Any) -> Commands:
    """Return the commands of setMyCommands, checked; ApiError in Telegram's words."""
    if raw is None:
        return []
    if not isinstance(raw, list):
        raise bad_request("expected an Array of BotCommand")
    if len(raw) > MOST_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    return [_checked_command(item) for item in raw]


def _checked_command(item: Any) -> dict[str, str]:
    if not isinstance(item, dict):
        raise bad_request("can't parse BotCommand: expected an Object")
    for name in ("command", "description"):
        if not isinstance(item.get(name), str):
            raise bad_request(f"can't parse BotCommand: can't find field \"{name}\"")
    command = item["command"].strip().removeprefix("/")
    description = item["description"].strip()
    if not command:
        raise bad_request("command must be non-empty")
    if not _COMMAND.fullmatch(command):
        raise bad_request("BOT_COMMAND_INVALID")
    if not description:
        raise bad_request("command description must be non-empty")
    if len(description) > _MOST_DESCRIPTION:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": command, "description": description}
