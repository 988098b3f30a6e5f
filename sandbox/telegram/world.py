"""Everything the practice Telegram knows, and the few ways in which it changes."""

import hashlib
import itertools
from typing import Any

from sandbox.clock import Clock

from .calls import Calls
from .errors import ApiError, MisuseError, bad_request, forbidden
from .faults import Faults
from .hub import Hub
from .images import dimensions
from .limits import Limits
from .model import BOT_ID, Callback, Chat, ChatType, Message, Person, StoredFile
from .options import TelegramOptions
from .params import Params
from .profile import Profile
from .timekeeping import ShiftedClock
from .updates import UpdateQueue
from .webhook import Webhook
from .wire import chat_json, message_json, person_json, sender_json

_FIRST_GROUP = 1_002_000_000_001
_FIRST_BASIC_GROUP = 4_000_000_001
_FIRST_PERSON = 2001
_FIRST_CALLBACK = 4_300_000_000_000_000_001
_EVERYONE = (("ann", 1001), ("ben", 1002), ("cleo", 1003), ("sam", 1099))


class World:
    """People, chats, files, presses, updates: the state of one bot's Telegram."""

    def __init__(self, options: TelegramOptions, clock: Clock) -> None:
        self.clock = ShiftedClock(clock)
        self.hub = Hub()
        # A bot keeps its offset longer than this process lives: update IDs never start again.
        self.queue = UpdateQueue(self.hub, int(clock.now().timestamp()), self.clock)
        self.webhook = Webhook(self.hub, self.queue, self.clock)
        self.last_message_id = 0
        self._begin(options)

    def _begin(self, options: TelegramOptions) -> None:
        self.options = options
        self.limits = Limits(options, self.clock)
        self.faults = Faults()
        self.calls = Calls()
        self.profile = Profile()
        self.people: dict[int, Person] = {}
        self.chats: dict[int, Chat] = {}
        self.files: dict[str, StoredFile] = {}
        self.paths: dict[str, StoredFile] = {}
        self.callbacks: dict[str, Callback] = {}
        self.webhook.clear()
        self._groups = itertools.count(_FIRST_GROUP)
        self._basic_groups = itertools.count(_FIRST_BASIC_GROUP)
        self._persons = itertools.count(_FIRST_PERSON)
        self._callback_ids = itertools.count(_FIRST_CALLBACK)
        for name, person_id in _EVERYONE:
            self.add_person(name, person_id)

    def reset(self, options: TelegramOptions) -> None:
        """Begin anew with the people known from the start; all IDs the bot keeps go on."""
        self.queue.clear()
        self.queue.allowed = []
        self.faults.release()
        self._begin(options)
        self.hub.changed()

    # People and chats

    def add_person(
        self,
        name: str,
        person_id: int | None = None,
        *,
        language: str | None = "en",
        username: str | None = None,
        started: bool = False,
    ) -> Person:
        """Let someone open an account; MisuseError when the name or ID is taken."""
        if person_id is None:
            person_id = next(n for n in self._persons if n not in self.people)
        if person_id in self.people or any(
            p.name.lower() == name.lower() for p in self.people.values()
        ):
            raise MisuseError(f"{name} ({person_id}) is here already", 409)
        first_name = name.capitalize() if name.islower() else name
        person = Person(person_id, name, first_name, username, language, started)
        self.people[person_id] = person
        self.chats[person_id] = Chat(person_id, "private", members=[person_id])
        return person

    def person(self, who: Any) -> Person:
        """Return a person by name or ID; MisuseError when there is none."""
        text = str(who).strip().lower()
        for person in self.people.values():
            if text in {person.name.lower(), str(person.id)}:
                return person
        raise MisuseError(f"nobody is called {who!r} here", 404)

    def user(self, user_id: int) -> dict[str, Any] | None:
        """Return anyone as a User, or None when there is nobody with that ID."""
        if user_id != BOT_ID and user_id not in self.people:
            return None
        return sender_json(user_id, self.people)

    def add_group(self, title: str, members: list[Person], *, basic: bool, admin: bool) -> Chat:
        """Open a group with the bot in it."""
        chat_id = -next(self._basic_groups) if basic else -next(self._groups)
        kind: ChatType = "group" if basic else "supergroup"
        chat = Chat(chat_id, kind, title, [member.id for member in members], admin=admin)
        self.chats[chat_id] = chat
        self.hub.changed(chat_id)
        return chat

    def chat(self, params: Params, name: str = "chat_id") -> Chat:
        """Return the chat a bot means, or raise what Telegram says of one that is not there."""
        text = params.text(name).strip()
        if not text:
            raise bad_request(f"{name} is empty")
        try:
            chat = self.chats.get(int(text))
        except ValueError:
            chat = None
        if chat is None:
            raise bad_request("chat not found")
        if chat.migrated_to is not None:
            raise ApiError(
                400,
                "Bad Request: group chat was upgraded to a supergroup chat",
                {"migrate_to_chat_id": chat.migrated_to},
            )
        if chat.bot_gone:
            word = "kicked from" if chat.bot_gone == "kicked" else "not a member of"
            verb = "was" if chat.bot_gone == "kicked" else "is"
            raise forbidden(f"bot {verb} {word} the {chat.type} chat")
        return chat

    def reachable(self, chat: Chat) -> None:
        """Raise the 403 of someone who blocked the bot or never started it."""
        person = self.people.get(chat.id)
        if person is None:
            return
        if person.blocked:
            raise forbidden("bot was blocked by the user")
        if self.options.must_start and not person.started:
            raise forbidden("bot can't initiate conversation with a user")

    # Messages

    def post(self, chat: Chat, message: Message) -> Message:
        """Put a message at the end of its chat and give it its ID."""
        if chat.type == "supergroup":
            chat.last_id += 1
            message.message_id = chat.last_id
        else:
            self.last_message_id += 1
            message.message_id = self.last_message_id
        chat.messages[message.message_id] = message
        if message.sender == BOT_ID and message.kind != "service":
            chat.typing_until = 0.0
        self.hub.changed(chat.id)
        return message

    def blank(self, chat: Chat, sender: int, **fields: Any) -> Message:
        """Return a message of now that has not been posted yet."""
        return Message(0, chat.id, sender, self.clock.now(), self.clock.monotonic(), **fields)

    def touched(self, message: Message) -> None:
        """Say that a message looks different now."""
        message.html = None
        self.hub.changed(message.chat_id)

    def remove(self, message: Message) -> None:
        """Delete a message for everyone."""
        chat = self.chats[message.chat_id]
        chat.messages.pop(message.message_id, None)
        if message.message_id in chat.pinned:
            chat.pinned.remove(message.message_id)
        self.hub.changed(chat.id)

    def shown(self, message: Message) -> dict[str, Any]:
        """Return a message in the Bot API's form."""
        return message_json(message, self.chats[message.chat_id], self.people)

    # Files

    def store(
        self, name: str, content: bytes, *, kind: str, mime: str, size: int | None = None
    ) -> StoredFile:
        """Keep a file and give it its file_id and path; `size` may pretend that it is larger."""
        number = len(self.files) + 1
        digest = hashlib.sha256(content + name.encode()).hexdigest()
        suffix = "." + name.rsplit(".", 1)[1] if "." in name else ""
        safe = "".join(sign for sign in suffix if sign.isalnum() or sign == ".")
        file = StoredFile(
            file_id=f"AgAD{kind[:3]}{number:06d}{digest[:24]}",
            unique_id=f"AQAD{digest[:12]}",
            name=name,
            mime=mime,
            size=len(content) if size is None else size,
            content=content,
            path=f"{kind}s/file_{number}{safe}",
        )
        if kind == "photo":
            file.width, file.height = dimensions(content) or (1280, 720)
        self.files[file.file_id] = file
        self.paths[file.path] = file
        return file

    def file(self, file_id: str) -> StoredFile | None:
        """Return a file by its ID, or by the ID of one of a photo's sizes."""
        return self.files.get(file_id) or self.files.get(file_id.rpartition("-")[0])

    # Updates

    def tell_message(self, message: Message, *, edited: bool = False) -> None:
        """Queue the update of a person's message, where the bot may read it."""
        chat = self.chats[message.chat_id]
        if chat.bot_gone or (chat.is_group and not chat.admin and not self._is_for_bot(message)):
            return
        self.queue.add("edited_message" if edited else "message", self.shown(message))

    def _is_for_bot(self, message: Message) -> bool:
        """Tell whether a bot that is no admin of a group gets to see a message there."""
        replied = self.chats[message.chat_id].messages.get(message.reply_to or 0)
        if replied is not None and replied.sender == BOT_ID:
            return True
        return any(item["type"] == "bot_command" for item in message.entities)

    def tell_member(self, chat: Chat, person: Person, old: str, new: str) -> None:
        """Queue a my_chat_member update: the bot's own standing in a chat changed."""
        bot = sender_json(BOT_ID, self.people)
        self.queue.add(
            "my_chat_member",
            {
                "chat": chat_json(chat, self.people),
                "from": person_json(person),
                "date": int(self.clock.now().timestamp()),
                "old_chat_member": member_json(bot, old),
                "new_chat_member": member_json(bot, new),
            },
        )

    def press(self, person: Person, chat: Chat, message_id: int, data: str) -> Callback:
        """Queue the callback query of a pressed button; the message may be gone."""
        message = chat.messages.get(message_id)
        callback = Callback(
            str(next(self._callback_ids)),
            person.id,
            chat.id,
            message_id,
            data,
            self.clock.monotonic(),
        )
        self.callbacks[callback.id] = callback
        shown = (
            self.shown(message)
            if message is not None
            else {"chat": chat_json(chat, self.people), "message_id": message_id, "date": 0}
        )
        self.queue.add(
            "callback_query",
            {
                "id": callback.id,
                "from": person_json(person),
                "message": shown,
                "chat_instance": str(-5_000_000_000_000_000 - chat.id),
                "data": data,
            },
        )
        return callback


def member_json(user: dict[str, Any], status: str) -> dict[str, Any]:
    """Return a ChatMember of a status, with the fields that status has."""
    member: dict[str, Any] = {"user": user, "status": status}
    if status in {"kicked", "banned"}:
        member |= {"status": "kicked", "until_date": 0}
    if status == "administrator":
        rights = (
            "can_be_edited is_anonymous can_manage_chat can_delete_messages "
            "can_manage_video_chats can_restrict_members can_promote_members can_change_info "
            "can_invite_users can_post_stories can_edit_stories can_delete_stories "
            "can_pin_messages can_manage_topics"
        )
        granted = {"can_manage_chat", "can_delete_messages", "can_pin_messages"}
        member |= {right: right in granted for right in rights.split()}
    if status == "creator":
        member |= {"is_anonymous": False}
    return member
