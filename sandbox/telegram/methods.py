"""Every Bot API method the practice Telegram knows, by its name in lower case."""

from collections.abc import Callable
from typing import Any, Final

from . import about, editing, sending
from .params import Params
from .world import World

Method = Callable[[World, Params], Any]

_BY_NAME: Final[dict[str, Method]] = {
    "answerCallbackQuery": editing.answer_callback_query,
    "close": about.log_out,
    "copyMessage": sending.copy_message,
    "copyMessages": sending.copy_messages,
    "deleteMessage": editing.delete_message,
    "deleteMessages": editing.delete_messages,
    "deleteMyCommands": about.delete_my_commands,
    "deleteWebhook": about.delete_webhook,
    "editMessageCaption": editing.edit_message_caption,
    "editMessageMedia": editing.edit_message_media,
    "editMessageReplyMarkup": editing.edit_message_reply_markup,
    "editMessageText": editing.edit_message_text,
    "forwardMessage": sending.forward_message,
    "forwardMessages": sending.forward_messages,
    "getChat": about.get_chat,
    "getChatAdministrators": about.get_chat_administrators,
    "getChatMember": about.get_chat_member,
    "getChatMemberCount": about.get_chat_member_count,
    "getChatMenuButton": about.get_chat_menu_button,
    "getFile": about.get_file,
    "getMe": about.get_me,
    "getMyCommands": about.get_my_commands,
    "getMyDescription": about.get_my_description,
    "getMyName": about.get_my_name,
    "getMyShortDescription": about.get_my_short_description,
    "getWebhookInfo": about.get_webhook_info,
    "leaveChat": editing.leave_chat,
    "logOut": about.log_out,
    "pinChatMessage": editing.pin_chat_message,
    "sendChatAction": sending.send_chat_action,
    "sendDocument": sending.send_document,
    "sendMediaGroup": sending.send_media_group,
    "sendMessage": sending.send_message,
    "sendPhoto": sending.send_photo,
    "setChatMenuButton": about.set_chat_menu_button,
    "setMessageReaction": editing.set_message_reaction,
    "setMyCommands": about.set_my_commands,
    "setMyDescription": about.set_my_description,
    "setMyName": about.set_my_name,
    "setMyShortDescription": about.set_my_short_description,
    "setWebhook": about.set_webhook,
    "unpinAllChatMessages": editing.unpin_all_chat_messages,
    "unpinChatMessage": editing.unpin_chat_message,
}

GET_UPDATES: Final = "getUpdates"
# The name of a download in the record of calls and in faults: it is no method of the Bot API.
FILE: Final = "file"

METHODS: Final[dict[str, tuple[str, Method]]] = {
    name.lower(): (name, method) for name, method in _BY_NAME.items()
}
