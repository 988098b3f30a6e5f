"""The commands a person types."""

from __future__ import annotations

import asyncio
import sys
from typing import Annotated

import typer

app = typer.Typer(
    name="supplier-bot",
    help="A supplier's shop counter in Telegram.",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


@app.command()
def run() -> None:
    """Run the bot, with the settings of the environment and .env."""
    from .settings import WrongSettings, load_settings  # noqa: PLC0415 - `demo` needs none of it

    try:
        settings = load_settings()
    except WrongSettings as wrong:
        for problem in wrong.problems:
            print(problem, file=sys.stderr)
        raise typer.Exit(2) from None
    from .app import run_bot  # noqa: PLC0415

    raise typer.Exit(asyncio.run(run_bot(settings)))


@app.command()
def demo(
    port: Annotated[int, typer.Option(min=1, max=65535, help="where the page is served")] = 8080,
    seed: Annotated[int, typer.Option(help="another number is another shop")] = 7,
    *,
    life: Annotated[bool, typer.Option("--life/--no-life", help="buyers of their own")] = False,
) -> None:
    """Open the practice shop: the real bot, no token, no key, no account."""
    from .demo import run_demo  # noqa: PLC0415

    raise typer.Exit(run_demo(port=port, seed=seed, life=life))


def main() -> None:
    """Run the command line."""
    app()
