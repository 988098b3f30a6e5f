import base64
import json
from typing import Any

import httpx
import pytest
import telegram
from telegram import (
    BotCommand,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    BotCommandScopeChatMember,
    ForceReply,
    InputMediaDocument,
    LinkPreviewOptions,
    ReplyParameters,
)
from telegram.error import BadRequest, ChatMigrated, Forbidden

from .shop import TOKEN, PracticeTelegram

ANN, BEN = 1001, 1002
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@pytest.mark.parametrize("way", ["query", "form", "json", "multipart"])
async def test_a_call_may_come_in_four_ways(raw: httpx.AsyncClient, way: str) -> None:
    markup: dict[str, Any] = {"inline_keyboard": [[{"text": "Go", "callback_data": "go"}]]}
    flat = {
        "chat_id": str(ANN),
        "text": "a & é 😀",
        "reply_markup": json.dumps(markup),
        "disable_notification": "true",
    }
    match way:
        case "query":
            answer = await raw.get("SENDMESSAGE", params=flat)
        case "form":
            answer = await raw.post("sendmessage", data=flat)
        case "json":
            body = {"chat_id": ANN, "text": flat["text"], "reply_markup": markup}
            answer = await raw.post("sendMessage", json={**body, "disable_notification": True})
        case _:
            answer = await raw.post("sendMessage", files={k: (None, v) for k, v in flat.items()})
    result = answer.json()["result"]
    assert (result["text"], result["reply_markup"]) == (flat["text"], markup)


async def test_the_record_of_calls_holds_what_was_sent_and_answered(
    practice: PracticeTelegram, raw: httpx.AsyncClient
) -> None:
    await raw.post("sendmessage", data={"chat_id": str(ANN), "text": "1", "entities": "[]"})
    await raw.post("sendDocument", data={"chat_id": "5"}, files={"document": ("a.txt", b"abc")})
    first, second = (await practice.get("calls"))["items"]
    assert first["method"] == "sendMessage"
    assert first["params"] == {"chat_id": ANN, "text": "1", "entities": []}
    assert (first["ok"], first["code"], first["result"]) == (True, 200, 1)
    assert second["params"] == {"chat_id": 5, "document": {"file_name": "a.txt", "size": 3}}
    assert (second["ok"], second["description"]) == (False, "Bad Request: chat not found")
    assert (await practice.get("calls", since=first["n"]))["items"] == [second]
    assert (await practice.get("calls", method="SENDDOCUMENT"))["items"] == [second]


async def test_files_go_up_and_come_down(practice: PracticeTelegram, bot: telegram.Bot) -> None:
    sent = await bot.send_document(
        ANN, b"user:pass", filename="goods.csv", caption="<i>goods</i>", parse_mode="HTML"
    )
    assert sent.document is not None
    assert (sent.document.file_name, sent.document.file_size) == ("goods.csv", 9)
    again = await bot.send_document(BEN, sent.document.file_id)
    assert again.document == sent.document
    file = await bot.get_file(sent.document.file_id)
    assert bytes(await file.download_as_bytearray()) == b"user:pass"
    picture = await bot.send_photo(ANN, PNG, filename="x.png")
    assert [(size.width, size.height) for size in picture.photo] == [(1, 1)]
    with pytest.raises(BadRequest, match="Image_process_failed"):
        await bot.send_photo(ANN, b"no picture")
    with pytest.raises(BadRequest, match="File must be non-empty"):
        await bot.send_document(ANN, b"", filename="empty.txt")
    shown = (await practice.chat("ann"))["items"][0]
    assert (shown["kind"], shown["caption"], shown["html"]) == ("document", "goods", "<i>goods</i>")
    assert shown["file"]["name"] == "goods.csv"
    page = await practice.client.get(f"/control/files/{shown['file']['file_id']}")
    assert (page.content, page.headers["content-type"]) == (
        b"user:pass",
        "application/octet-stream",
    )


async def test_an_album_arrives_as_one_group(practice: PracticeTelegram, bot: telegram.Bot) -> None:
    media = [InputMediaDocument(b"a", filename="a.txt"), InputMediaDocument(b"b", caption="two")]
    first, second = await bot.send_media_group(ANN, media)
    assert first.media_group_id == second.media_group_id is not None
    assert second.caption == "two"
    assert len({item["media_group"] for item in (await practice.chat("ann"))["items"]}) == 1


@pytest.mark.parametrize("kind", ["document", "photo", "sticker", "voice"])
async def test_a_persons_file_reaches_the_bot(
    practice: PracticeTelegram, bot: telegram.Bot, kind: str
) -> None:
    content = base64.b64encode(PNG).decode()
    await practice.post(
        "file",
        **{"as": "ann"},
        name="x.png",
        content_base64=content,
        kind=kind,
        caption="/go",
        media_group="7",
    )
    (update,) = await bot.get_updates()
    message = update.message
    assert message is not None
    assert message.media_group_id == "7"
    attachment = getattr(message, kind)
    file = await bot.get_file(attachment[-1] if kind == "photo" else attachment)
    assert bytes(await file.download_as_bytearray()) == PNG


async def test_a_file_over_20_megabytes_cannot_be_fetched(
    practice: PracticeTelegram, bot: telegram.Bot
) -> None:
    sizes = (20 * 1024 * 1024, 20 * 1024 * 1024 + 1)
    ids = [
        (await practice.post("file", **{"as": "ann"}, name="a.txt", size=size))["file_id"]
        for size in sizes
    ]
    await bot.get_file(ids[0])
    with pytest.raises(BadRequest, match="File is too big"):
        await bot.get_file(ids[1])


async def test_an_upload_over_the_limit_is_refused(
    practice: PracticeTelegram, raw: httpx.AsyncClient
) -> None:
    await practice.post("options", max_upload_bytes=10)
    answer = await raw.post("sendDocument", data={"chat_id": "1001"}, files={"document": b"x" * 11})
    assert answer.json() == {
        "ok": False,
        "error_code": 413,
        "description": "Request Entity Too Large",
    }


async def test_commands_show_by_scope_and_language(
    practice: PracticeTelegram, bot: telegram.Bot
) -> None:
    await practice.post("people", name="dora", language="de")
    group = (await practice.post("groups", title="Shop", members=["ann", "dora"]))["chat_id"]

    async def sees(who: str, **more: Any) -> list[str]:
        return [item["command"] for item in (await practice.chat(who, **more))["commands"]]

    await bot.set_my_commands([BotCommand("default", "x")])
    assert await sees("ann") == await sees("ann", chat=group) == ["default"]
    await bot.set_my_commands([BotCommand("private", "x")], BotCommandScopeAllPrivateChats())
    await bot.set_my_commands([BotCommand("group", "x")], BotCommandScopeAllGroupChats())
    await bot.set_my_commands(
        [BotCommand("privat", "x")], BotCommandScopeAllPrivateChats(), language_code="de"
    )
    assert [await sees(who) for who in ("ann", "dora")] == [["private"], ["privat"]]
    assert await sees("ann", chat=group) == ["group"]
    await bot.set_my_commands([BotCommand("ann", "x")], BotCommandScopeChat(ANN))
    await bot.set_my_commands([BotCommand("her", "x")], BotCommandScopeChatMember(group, ANN))
    assert [await sees("ann"), await sees("ben")] == [["ann"], ["private"]]
    assert [await sees(who, chat=group) for who in ("ann", "dora")] == [["her"], ["group"]]
    assert await bot.get_my_commands(BotCommandScopeChat(ANN)) == (BotCommand("ann", "x"),)
    assert await bot.get_my_commands(BotCommandScopeChat(BEN)) == ()
    await bot.delete_my_commands(BotCommandScopeChat(ANN))
    assert await sees("ann") == ["private"]


async def test_names_menu_chats_and_members_can_be_read_back(
    practice: PracticeTelegram, bot: telegram.Bot
) -> None:
    await bot.set_my_name("The counter")
    await bot.set_my_description("long", language_code="de")
    await bot.set_my_short_description("short")
    assert (await bot.get_my_name()).name == "The counter"
    assert (await bot.get_my_description("de")).description == "long"
    assert (await bot.get_my_description()).description == ""
    assert (await bot.get_my_short_description("de")).short_description == "short"
    await bot.set_chat_menu_button(ANN, telegram.MenuButtonCommands())
    assert isinstance(await bot.get_chat_menu_button(ANN), telegram.MenuButtonCommands)
    group = (await practice.post("groups", title="Shop", members=["ann", "ben"]))["chat_id"]
    chat = await bot.get_chat(group)
    assert (chat.title, chat.type) == ("Shop", "supergroup")
    assert (await bot.get_chat(ANN)).first_name == "Ann"
    assert (await bot.get_chat_member(group, ANN)).status == "creator"
    assert (await bot.get_chat_member(group, 1003)).status == "left"
    assert await bot.get_chat_member_count(group) == 3
    admins = await bot.get_chat_administrators(group)
    assert [member.user.id for member in admins] == [ANN, bot.id]


async def test_messages_are_copied_forwarded_pinned_and_reacted_to(
    practice: PracticeTelegram, bot: telegram.Bot
) -> None:
    said = await practice.says("ann", "hello")
    copy = await bot.copy_message(BEN, ANN, said)
    forwarded = await bot.forward_message(BEN, ANN, said)
    assert isinstance(forwarded.forward_origin, telegram.MessageOriginUser)
    assert forwarded.forward_origin.sender_user.id == ANN
    await bot.set_message_reaction(ANN, said, "👀")
    await bot.pin_chat_message(ANN, said)
    chat = await practice.chat("ann")
    assert (chat["pinned"], chat["items"][0]["reactions"]) == (said, ["👀"])
    assert chat["items"][0]["pinned"] is True
    pinned = (await bot.get_chat(ANN)).pinned_message
    assert pinned is not None
    await bot.set_message_reaction(ANN, said)
    await bot.unpin_chat_message(ANN)
    chat = await practice.chat("ann")
    assert (chat["pinned"], chat["items"][0]["reactions"]) == (None, [])
    await bot.pin_chat_message(BEN, copy.message_id)
    await bot.unpin_all_chat_messages(BEN)
    assert (await practice.chat("ben"))["pinned"] is None
    secret = await bot.send_message(ANN, "secret", protect_content=True)
    with pytest.raises(BadRequest, match="The message can't be copied"):
        await bot.copy_message(BEN, ANN, secret.message_id)


async def test_the_ways_to_send_are_shown(practice: PracticeTelegram, bot: telegram.Bot) -> None:
    said = await practice.says("ann", "question")
    await bot.send_chat_action(ANN, "typing")
    assert (await practice.chat("ann"))["typing"] is True
    sent = await bot.send_message(
        ANN,
        "answer",
        disable_notification=True,
        protect_content=True,
        reply_markup=ForceReply(),
        link_preview_options=LinkPreviewOptions(is_disabled=True),
        reply_parameters=ReplyParameters(said, quote="quest"),
        message_effect_id="5104841245755180586",
    )
    assert sent.quote is not None
    assert sent.link_preview_options == LinkPreviewOptions(is_disabled=True)
    chat = await practice.chat("ann")
    shown = chat["items"][-1]
    assert chat["typing"] is False
    assert (shown["silent"], shown["protected"], shown["force_reply"]) == (True, True, True)
    assert shown["reply_to"] == said
    alone = await bot.send_message(
        ANN, "alone", reply_parameters=ReplyParameters(99, allow_sending_without_reply=True)
    )
    assert alone.reply_to_message is None


async def test_a_group_that_moved_says_where(practice: PracticeTelegram, bot: telegram.Bot) -> None:
    group = (await practice.post("groups", title="Shop", members=["ann", "ben"], basic=True))[
        "chat_id"
    ]
    await practice.says("ben", "hello", chat=group)
    fresh = (await practice.post(f"groups/{group}/migrate"))["chat_id"]
    with pytest.raises(ChatMigrated) as moved:
        await bot.send_message(group, "x")
    assert moved.value.new_chat_id == fresh
    assert (await bot.send_message(fresh, "x")).chat.type == "supergroup"
    joined, hello, there, here = await bot.get_updates()
    assert joined.my_chat_member is not None
    assert hello.message is not None
    assert hello.message.chat.type == "group"
    assert there.message is not None
    assert there.message.migrate_to_chat_id == fresh
    assert here.message is not None
    assert here.message.migrate_from_chat_id == group


async def test_a_bot_that_left_or_was_kicked_is_forbidden(
    practice: PracticeTelegram, bot: telegram.Bot
) -> None:
    left, kicked = [
        (await practice.post("groups", title=title, members=["ann"]))["chat_id"] for title in "ab"
    ]
    await bot.leave_chat(left)
    await practice.post(f"groups/{kicked}/kick")
    with pytest.raises(Forbidden, match="bot is not a member of the supergroup chat"):
        await bot.send_message(left, "x")
    with pytest.raises(Forbidden, match="bot was kicked from the supergroup chat"):
        await bot.send_message(kicked, "x")
    await practice.says("ann", "nobody listens", chat=left)
    updates = await bot.get_updates()
    assert [update.message for update in updates] == [None] * 3  # my_chat_member each


async def test_a_bot_that_is_no_admin_sees_only_what_is_meant_for_it(
    practice: PracticeTelegram, bot: telegram.Bot
) -> None:
    group = (await practice.post("groups", title="Shop", members=["ann"], admin=False))["chat_id"]
    sent = await bot.send_message(group, "card")
    await practice.says("ann", "chatter", chat=group)
    await practice.says("ann", "/menu", chat=group)
    await practice.says("ann", "a reply", chat=group, reply_to=sent.message_id)
    seen = [update.message.text for update in await bot.get_updates() if update.message]
    assert seen == ["/menu", "a reply"]
    with pytest.raises(BadRequest, match="Message can't be deleted"):
        await bot.delete_message(group, 2)


async def test_a_blocked_bot_is_forbidden_and_told(
    practice: PracticeTelegram, bot: telegram.Bot
) -> None:
    sent = await bot.send_message(ANN, "x")
    for _ in range(2):
        await practice.post("block", **{"as": "ann"})
    for call in (
        bot.send_message(ANN, "y"),
        bot.edit_message_text("y", ANN, sent.message_id),
        bot.send_chat_action(ANN, "typing"),
    ):
        with pytest.raises(Forbidden, match="bot was blocked by the user"):
            await call
    assert (await practice.refused("send", **{"as": "ann"}, text="x"))[0] == 409
    await practice.post("unblock", **{"as": "ann"})
    await bot.send_message(ANN, "y")
    changes = [update.my_chat_member for update in await bot.get_updates()]
    standings = [change.new_chat_member.status for change in changes if change]
    assert standings == ["kicked", "member"]


async def test_someone_who_writes_can_be_written_to(
    practice: PracticeTelegram, bot: telegram.Bot
) -> None:
    await practice.post("options", must_start=True)
    with pytest.raises(Forbidden, match="bot can't initiate conversation with a user"):
        await bot.send_message(ANN, "x")
    await practice.says("ann", "/start")
    await bot.send_message(ANN, "x")


async def test_the_media_of_a_message_is_replaced(
    practice: PracticeTelegram, bot: telegram.Bot
) -> None:
    sent = await bot.send_document(ANN, b"one", filename="one.txt", caption="1")
    await bot.edit_message_media(
        InputMediaDocument(b"two", filename="two.txt"), ANN, sent.message_id
    )
    shown = await practice.last("ann")
    assert (shown["file"]["name"], shown["caption"], shown["edited"]) == ("two.txt", "", True)
    await bot.edit_message_caption(ANN, sent.message_id, caption="2")
    assert (await practice.last("ann"))["caption"] == "2"


async def test_a_text_message_can_be_given_a_file(
    practice: PracticeTelegram, bot: telegram.Bot
) -> None:
    sent = await bot.send_message(ANN, "soon")
    media = InputMediaDocument(b"goods", filename="goods.txt", caption="here")
    await bot.edit_message_media(media, ANN, sent.message_id)
    shown = await practice.last("ann")
    assert (shown["kind"], shown["file"]["name"], shown["caption"]) == (
        "document",
        "goods.txt",
        "here",
    )


async def test_an_edit_may_change_the_preview_or_the_place_of_the_caption_alone(
    raw: httpx.AsyncClient,
) -> None:
    text = {"chat_id": ANN, "text": "see example.org"}
    sent = (await raw.post("sendMessage", json=text)).json()["result"]
    quiet = {"message_id": sent["message_id"], "link_preview_options": {"is_disabled": True}}
    edited = (await raw.post("editMessageText", json={**text, **quiet})).json()
    assert edited["result"]["link_preview_options"] == {"is_disabled": True}
    again = (await raw.post("editMessageText", json={**text, **quiet})).json()
    assert "message is not modified" in again["description"]
    markup = {"inline_keyboard": [[{"text": "Go", "callback_data": "go"}]]}
    buttons = {"chat_id": ANN, "message_id": sent["message_id"], "reply_markup": markup}
    kept = (await raw.post("editMessageReplyMarkup", json=buttons)).json()["result"]
    assert kept["link_preview_options"] == {"is_disabled": True}

    caption = {"chat_id": str(ANN), "caption": "above?"}
    files = {"photo": ("a.png", PNG)}
    photo = (await raw.post("sendPhoto", data=caption, files=files)).json()["result"]
    moved = {**caption, "message_id": photo["message_id"], "show_caption_above_media": True}
    assert (await raw.post("editMessageCaption", json=moved)).json()["result"][
        "show_caption_above_media"
    ]


async def test_a_pin_leaves_a_line_in_the_chat_that_the_bot_hears_of(
    practice: PracticeTelegram, raw: httpx.AsyncClient
) -> None:
    text = {"chat_id": ANN, "text": "3 to deliver\nchecked 12:04"}
    sent = (await raw.post("sendMessage", json=text)).json()["result"]
    pin = {"chat_id": ANN, "message_id": sent["message_id"]}
    for _ in range(2):
        assert (await raw.post("pinChatMessage", json=pin)).json()["result"] is True
    chat = await practice.chat("ann")
    line = chat["items"][-1]
    assert len(chat["items"]) == 2
    assert (line["kind"], line["from"]) == ("service", "bot")
    assert line["text"] == "Practice Shop pinned “3 to deliver checked 12:04”"
    assert chat["pinned_item"]["message_id"] == sent["message_id"]
    (update,) = (await raw.post("getUpdates")).json()["result"]
    assert update["message"]["pinned_message"]["text"] == text["text"]
    edit = {"chat_id": ANN, "message_id": line["message_id"], "text": "x"}
    refused = (await raw.post("editMessageText", json=edit)).json()["description"]
    assert refused == "Bad Request: message can't be edited"
    wait = await practice.get("wait", **{"as": "ann"}, contains="deliver", timeout=0)
    assert wait["item"]["message_id"] == sent["message_id"]
    assert (await raw.post("deleteMessage", json=edit)).json()["result"] is True


async def test_many_messages_are_copied_and_forwarded_at_once(
    practice: PracticeTelegram, bot: telegram.Bot
) -> None:
    await practice.post("options", limits=False)
    media = [InputMediaDocument(b"a", filename="a.txt"), InputMediaDocument(b"b", caption="two")]
    album = await bot.send_media_group(ANN, media)
    said = await practice.says("ann", "three")
    ids = [*(message.message_id for message in album), said, said + 1]
    copies = await bot.copy_messages(BEN, ANN, ids, remove_caption=True)
    forwards = await bot.forward_messages(BEN, ANN, ids)
    items = (await practice.chat("ben"))["items"]
    assert [item["message_id"] for item in items] == [
        message.message_id for message in [*copies, *forwards]
    ]
    assert [item["caption"] or item["text"] for item in items] == [
        "",
        "",
        "three",
        "",
        "two",
        "three",
    ]
    assert len({item["media_group"] for item in items}) == 3
    assert [item["forwarded_from"] for item in items[2:4]] == [None, "Practice Shop"]


async def test_the_bot_is_called_what_it_calls_itself(
    practice: PracticeTelegram, bot: telegram.Bot
) -> None:
    assert (await practice.chat("ann"))["bot"] == {"name": "Practice Shop", "description": ""}
    await bot.set_my_name("The counter")
    await bot.set_my_description("Orders arrive here.")
    shown = (await practice.chat("ann"))["bot"]
    assert shown == {"name": "The counter", "description": "Orders arrive here."}
    assert (await bot.get_me()).first_name == "The counter"


async def test_a_reply_keyboard_is_shown_until_it_is_taken_away(
    practice: PracticeTelegram, bot: telegram.Bot
) -> None:
    keyboard = telegram.ReplyKeyboardMarkup([["Yes", "No"]], one_time_keyboard=True)
    sent = await bot.send_message(ANN, "Sure?", reply_markup=keyboard)
    await bot.send_message(ANN, "Well?")
    shown = (await practice.chat("ann"))["reply_keyboard"]
    assert (shown["message_id"], shown["rows"]) == (sent.message_id, [["Yes", "No"]])
    assert shown["one_time"] is True
    await bot.send_message(ANN, "Done", reply_markup=telegram.ReplyKeyboardRemove())
    assert (await practice.chat("ann"))["reply_keyboard"] is None


async def test_what_a_window_of_a_chat_replies_to_comes_with_it(practice: PracticeTelegram) -> None:
    first = await practice.says("ann", "the first")
    second = await practice.says("ann", "the second")
    answer = await practice.says("ann", "about it", reply_to=first)
    late = await practice.chat("ann", after=second)
    assert [item["message_id"] for item in late["items"]] == [answer]
    assert [item["text"] for item in late["replied"]] == ["the first"]
    assert (await practice.chat("ann"))["replied"] == []


async def test_every_call_is_on_record_without_its_token(
    practice: PracticeTelegram, raw: httpx.AsyncClient
) -> None:
    await raw.post("sendMessage", content=b"{", headers={"content-type": "application/json"})
    await practice.client.get("/bot1:short/getMe")
    await practice.client.get("/botnonsense/getMe")
    await practice.client.get(f"/bot{TOKEN}/a/b")
    await practice.client.get(f"/file/bot{TOKEN}/documents/none.txt")
    calls = (await practice.get("calls"))["items"]
    assert [(call["method"], call["code"]) for call in calls] == [
        ("sendMessage", 400),
        ("getMe", 401),
        ("getMe", 404),
        ("a/b", 404),
        ("file", 404),
    ]
    assert calls[-1]["params"] == {"path": "documents/none.txt"}
    assert TOKEN not in json.dumps(calls)
    assert "short" not in json.dumps(calls)


async def test_a_download_needs_the_token_and_the_path(practice: PracticeTelegram) -> None:
    missing = await practice.client.get(f"/file/bot{TOKEN}/documents/none.txt")
    assert missing.status_code == 404
    await practice.post("options", token="42:" + "x" * 35)
    assert (await practice.client.get(f"/file/bot{TOKEN}/documents/none.txt")).status_code == 401


@pytest.mark.parametrize(
    ("kind", "body", "says"),
    [
        ("application/json", b"{", "Bad Request: can't parse JSON object"),
        ("application/json", b"[" * 100_000, "Bad Request: can't parse JSON object"),
        ("application/json", b"[1]", "Bad Request: expected a JSON object"),
        ("multipart/form-data", b"x", "Bad Request: Missing boundary in multipart."),
        ("text/plain", b"chat_id=1", "Bad Request: message text is empty"),
    ],
)
async def test_a_body_that_cannot_be_read_is_refused(
    raw: httpx.AsyncClient, kind: str, body: bytes, says: str
) -> None:
    answer = await raw.post("sendMessage", content=body, headers={"content-type": kind})
    assert answer.json() == {"ok": False, "error_code": 400, "description": says}
