"""The poller: a page and what we knew become events; who is told, and how loudly."""
