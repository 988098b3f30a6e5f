"""The practice shop: a marketplace and a Telegram of our own, and the page that shows both."""
