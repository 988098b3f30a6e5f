"""``python -m bot`` is ``supplier-bot``."""

from .cli import main

if __name__ == "__main__":
    main()
