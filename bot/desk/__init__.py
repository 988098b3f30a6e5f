"""The use cases. Knows nothing of Telegram."""
