import asyncio

import telegram
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, ReplyParameters

from .shop import PracticeTelegram

ANN = 1001


async def test_a_message_reaches_the_waiting_bot_and_its_answer_the_person(
    practice: PracticeTelegram, bot: telegram.Bot
) -> None:
    waiting = asyncio.create_task(bot.get_updates(timeout=20))
    await practice.says("ann", "/start hello")
    (update,) = await waiting

    assert update.message is not None
    assert update.message.text == "/start hello"
    assert update.message.from_user is not None
    assert update.message.from_user.id == ANN
    assert [entity.type for entity in update.message.entities] == ["bot_command"]

    keyboard = InlineKeyboardMarkup(
        [[InlineKeyboardButton("Yes", callback_data="y", style="success")]]
    )
    sent = await bot.send_message(
        ANN,
        "<b>Hi</b> &amp; welcome",
        parse_mode="HTML",
        reply_markup=keyboard,
        reply_parameters=ReplyParameters(update.message.message_id),
    )
    assert sent.reply_to_message is not None
    shown = await practice.last("ann")
    assert shown["html"] == "<b>Hi</b> &amp; welcome"
    assert shown["reply_to"] == update.message.message_id
    assert shown["keyboard"] == [
        [{"text": "Yes", "data": "y", "url": None, "copy": None, "style": "success"}]
    ]


async def test_a_press_is_delivered_answered_and_the_message_edited(
    practice: PracticeTelegram, bot: telegram.Bot
) -> None:
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("Yes, refund", callback_data="r:1")]])
    sent = await bot.send_message(ANN, "Refund?", reply_markup=keyboard)
    press = await practice.post(
        "press", **{"as": "ann"}, message_id=sent.message_id, label="refund"
    )
    (update,) = await bot.get_updates()
    query = update.callback_query
    assert query is not None
    assert query.data == "r:1"
    assert isinstance(query.message, telegram.Message)
    assert query.message.reply_markup == keyboard

    await query.answer("Done", show_alert=True)
    await query.edit_message_text("Refunded")

    answer = await practice.get(f"callbacks/{press['callback_id']}")
    assert answer == {"answered": True, "text": "Done", "alert": True, "seconds": 0.0}
    shown = await practice.last("ann")
    assert (shown["text"], shown["keyboard"], shown["edited"]) == ("Refunded", [], True)
