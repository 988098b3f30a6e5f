"""The pictures of the docs, taken of the real bot in the practice shop: ``make screenshots``.

To add one, write a function with ``@scene`` that plays what is to be seen and takes it; its name
is the picture's. They look as on a phone where the font Roboto is installed.
"""
