"""Reads the settings from the environment and ``.env``, and says what is wrong with them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from pydantic import SecretStr, ValidationError
from pydantic_settings import BaseSettings

from bot.supplier.addresses import AddressError

from .env_file import read_env_file
from .places import WrongPlace
from .settings import Places, Settings


class WrongSettings(Exception):  # noqa: N818 - it says what is so
    """Settings that cannot be used: one line per problem, each naming its variable."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


def load_places() -> Places:
    """Read where the database is; the other settings may be missing. Raises WrongSettings."""
    given, problems = given_outside()
    try:
        places = Places(**given)
    except ValidationError as error:
        for each in error.errors(include_input=False, include_url=False):
            problems += problems_of(each)
        raise WrongSettings(problems) from None
    if problems:
        raise WrongSettings(problems)
    return places


def given_outside() -> tuple[dict[str, Any], list[str]]:
    """Return what stands in ``.env`` and not in the environment, and what is wrong with it."""
    from_file, problems = read_env_file(Path(".env"))
    in_environment = {name.lower() for name, value in os.environ.items() if value}
    return {n: value for n, value in from_file.items() if n not in in_environment}, problems


def load_settings() -> Settings:
    """Read every setting. Raises WrongSettings with every problem at once."""
    given, problems = given_outside()
    try:
        settings = Settings(**given)  # texts, as in the environment
    except ValidationError as error:
        wrong = [
            problem
            for each in error.errors(include_input=False, include_url=False)
            for problem in problems_of(each)
        ]
        if not any(line.startswith(("SUPPLIER_API_KEY", "SUPPLIER_COOKIE")) for line in wrong):
            wrong += _missing_way_in(wrong, given)
        raise WrongSettings(problems + wrong) from None
    if problems:
        raise WrongSettings(problems)
    return settings


def problems_of(error: Any) -> list[str]:
    """Return what one of pydantic's errors means, a line each, with its setting's name first."""
    location = error["loc"]
    if not location:  # the check of two settings together names the one that is missing
        name = str(error["ctx"]["error"])
        return [f"{name}: is missing; it should be {_hint(name)}"]
    name = str(location[0]).upper()
    cause = error.get("ctx", {}).get("error")
    if isinstance(cause, AddressError):
        return [f"{name}: {problem}" for problem in cause.problems]
    if isinstance(cause, WrongPlace):
        return [f"{name}: {cause}; it should be {_hint(name)}"]
    what = "is missing" if error["type"] == "missing" else "cannot be used"
    return [f"{name}: {what}; it should be {_hint(name)}"]


def _hint(name: str) -> str:
    return str(Settings.model_fields[name.lower()].description)


class _WayIn(BaseSettings):
    """The settings that depend on each other, read by themselves: other problems hide nothing."""

    model_config = Settings.model_config

    supplier_auth: str = "x-api-key"
    supplier_api_key: SecretStr | None = None
    supplier_cookie: SecretStr | None = None


def _missing_way_in(problems: list[str], from_file: dict[str, Any]) -> list[str]:
    if any(line.startswith("SUPPLIER_AUTH") for line in problems):
        return []
    given = _WayIn(**from_file)
    session = given.supplier_auth.strip().lower() == "session"
    name = "SUPPLIER_COOKIE" if session else "SUPPLIER_API_KEY"
    value = given.supplier_cookie if session else given.supplier_api_key
    return [] if value is not None else [f"{name}: is missing; it should be {_hint(name)}"]
