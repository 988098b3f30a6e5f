"""The commands a person types."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from .ending import asked_to_end, ending_at_once

app = typer.Typer(
    name="supplier-bot",
    help="A supplier's shop counter in Telegram.",
    add_completion=False,
    pretty_exceptions_enable=False,
)


# Which library's it is differs between versions of typer.
_WRONG_ARGUMENTS: Final[Any] = typer.BadParameter.__bases__[0]


@app.command()
def run(context: typer.Context) -> None:
    """Run the bot, with the settings of the environment and .env."""
    from .running import run as run_until_asked  # noqa: PLC0415 - not for `demo`

    raise typer.Exit(run_until_asked(context.obj))


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="a new file")],
) -> None:
    """Make a backup of the database, also while the bot runs: no key and no goods are in it."""
    from .commands.backups import make_backup  # noqa: PLC0415

    raise typer.Exit(make_backup(file, *_places()))


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="a backup")],
    *,
    yes: Annotated[bool, typer.Option("--yes", help="do not ask")] = False,
) -> None:
    """Put a backup in the place of the database, which is kept beside it."""
    from .commands.backups import restore_backup  # noqa: PLC0415

    raise typer.Exit(restore_backup(file, *_places(), yes=yes))


def _places() -> tuple[Path, Path]:
    """Return the files of the database and of its key."""
    from .settings_reading import WrongSettings, load_places  # noqa: PLC0415

    try:
        places = load_places()
    except WrongSettings as wrong:
        for problem in wrong.problems:
            print(problem, file=sys.stderr)
        raise typer.Exit(2) from None
    return places.database, places.key_file


@app.command()
def demo(
    context: typer.Context,
    port: Annotated[int, typer.Option(min=1, max=65535, help="where the page is served")] = 8080,
    seed: Annotated[int, typer.Option(help="another number is another shop")] = 7,
    *,
    life: Annotated[bool, typer.Option("--life/--no-life", help="buyers of their own")] = False,
) -> None:
    """Open the practice shop: the real bot, no token, no key, no account."""
    from .demo import run_demo  # noqa: PLC0415

    if context.obj is not None and context.obj.yet:
        raise typer.Exit(0)

    raise typer.Exit(run_demo(port=port, seed=seed, life=life))


@app.command()
def setup() -> None:
    """Connect your shop, step by step; later, change one thing and keep the rest."""
    with _at_once():
        from .commands.setup import run_setup  # noqa: PLC0415

        raise typer.Exit(run_setup())


@app.command()
def doctor(
    *,
    json: Annotated[bool, typer.Option("--json", help="one JSON object, for machines")] = False,
) -> None:
    """Look at settings, files, Telegram and the marketplace; only reads, and says what to do."""
    with _at_once():
        from .commands.doctor import run_doctor  # noqa: PLC0415

        raise typer.Exit(run_doctor(as_machine=json))


endpoints = typer.Typer(
    name="endpoints", help="The marketplace's addresses: import them, or show those in use."
)
app.add_typer(endpoints)


@endpoints.command("import")
def import_endpoints(
    source: Annotated[str, typer.Argument(metavar="FILE-OR-URL", help="- reads what is pasted")],
    output: Annotated[
        Path | None, typer.Option(help="where the table goes; else SUPPLIER_ENDPOINTS")
    ] = None,
    *,
    partial: Annotated[
        bool, typer.Option("--partial", help="take a page that lacks operations, too")
    ] = False,
) -> None:
    """Read the addresses from the marketplace's documentation page."""
    from .commands.endpoints import import_page  # noqa: PLC0415
    from .commands.said import NotDoneError, complain  # noqa: PLC0415
    from .env_file import one_setting  # noqa: PLC0415

    in_use = one_setting("SUPPLIER_ENDPOINTS", Path(".env"))
    try:
        with _at_once():
            import_page(
                source,
                output=output,
                partial=partial,
                in_use=None if in_use is None else Path(in_use),
                supplier_api_url=one_setting("SUPPLIER_API_URL", Path(".env")) or "",
            )
    except NotDoneError as error:
        complain(str(error))
        raise typer.Exit(error.status) from None


@endpoints.command("show")
def show_endpoints() -> None:
    """Print the address of every operation, and where each comes from."""
    from .commands.endpoints import show_table  # noqa: PLC0415
    from .commands.said import complain  # noqa: PLC0415
    from .env_file import one_setting  # noqa: PLC0415
    from .supplier.addresses import AddressError  # noqa: PLC0415

    in_use = one_setting("SUPPLIER_ENDPOINTS", Path(".env"))
    try:
        show_table(None if in_use is None else Path(in_use))
    except AddressError as error:
        for problem in error.problems:
            complain(f"SUPPLIER_ENDPOINTS: {problem}")
        raise typer.Exit(2) from None


@app.command()
def lock(
    *,
    show_code: Annotated[
        bool, typer.Option("--show-code", help="print the code for /lock CODE, and lock nothing")
    ] = False,
    new_code: Annotated[
        bool, typer.Option("--new-code", help="make another code, and lock nothing")
    ] = False,
) -> None:
    """Lock the shop: nothing is sent to the marketplace, and the chats say nothing."""
    from .commands import locking  # noqa: PLC0415

    work = locking.lock
    if new_code:
        work = locking.new_code
    elif show_code:
        work = locking.show_code
    raise typer.Exit(locking.run(work))


@app.command("forget-pins")
def forget_pins() -> None:
    """Take away every PIN: for who forgot theirs."""
    from .commands import locking  # noqa: PLC0415

    raise typer.Exit(locking.run(locking.forget_pins))


@app.command()
def team(
    remove: Annotated[
        int | None, typer.Option(metavar="ID", help="send this person away, also while locked")
    ] = None,
) -> None:
    """Print who works in the shop; or take somebody out of it."""
    from .commands import locking  # noqa: PLC0415

    work = locking.list_team if remove is None else locking.remove_from_team(remove)
    raise typer.Exit(locking.run(work))


@app.command()
def unlock() -> None:
    """Open a shop that was locked, by this command or by /lock CODE."""
    from .commands import locking  # noqa: PLC0415

    raise typer.Exit(locking.run(locking.unlock))


service = typer.Typer(name="service", help="The bot as a service of this machine.")
app.add_typer(service)


@service.callback()
def _service() -> None:
    """Keep `install` a word of its own while it is the only one."""


@service.command()
def install(
    *,
    system: Annotated[
        bool | None,
        typer.Option("--system/--user", help="of the machine (for root), or of the user"),
    ] = None,
    name: Annotated[str, typer.Option(help="what the service is called")] = "supplier-bot",
    only_print: Annotated[bool, typer.Option("--print", help="show it, write nothing")] = False,
) -> None:
    """Write a systemd unit for the bot that is set up in this folder."""
    from .commands.service import install as install_unit  # noqa: PLC0415

    if system is None:
        system = os.geteuid() == 0
    with _at_once():
        raise typer.Exit(install_unit(system=system, name=name, only_print=only_print))


@contextmanager
def _at_once() -> Iterator[None]:
    """Let Ctrl-C end what only looks, or asks."""
    with ending_at_once():
        try:
            yield
        except KeyboardInterrupt:
            raise typer.Exit(1) from None


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; wrong arguments are one line on stderr, like wrong settings."""
    given = sys.argv[1:] if arguments is None else arguments
    try:
        with asked_to_end() as asked:
            status = app(given or ["--help"], standalone_mode=False, obj=asked)
    except _WRONG_ARGUMENTS as wrong:
        print(" ".join(str(wrong.format_message()).split()), file=sys.stderr)
        sys.exit(2)
    sys.exit(status if given else 2)
