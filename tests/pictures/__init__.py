"""The pictures of the docs, taken of the real bot in the practice shop: ``make screenshots``."""
