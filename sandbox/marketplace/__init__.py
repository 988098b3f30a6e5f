"""The marketplace of the practice shop: the supplier API as documented, and its own rules."""
