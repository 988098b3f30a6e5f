"""The Telegram of the practice shop: a Bot API server, strict where Telegram is strict."""
