"""Supplier Bot: a supplier's shop counter in Telegram."""
