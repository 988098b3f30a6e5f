"""Every setting, typed, and what each may be; the environment wins over ``.env``."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Final, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.model.languages import NAMES, language_of_code
from bot.model.leaked import of_cookie
from bot.supplier.addresses import load_addresses
from bot.supplier.auth import AuthKind, base_of_operation, check_base_url, make_auth

from .listening import Doors, place_of, secret_of
from .places import WrongPlace, check_apart, check_place

_TOKEN: Final = re.compile(r"\d{3,20}:[A-Za-z0-9_-]{30,}")
_DATABASE: Final = re.compile(r"sqlite(?:\+aiosqlite)?:///([^?#]+)")
_CALLED: Final = re.compile(r"https?://[\x21-\x7e]+")
# One of this machine is for the practice shop, or a Bot API server of one's own.
_HOOK: Final = re.compile(
    r"https://[\x21-\x7e]+|http://(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?(?:/[\x21-\x7e]*)?"
)
_HOOK_SECRET: Final = re.compile(r"[A-Za-z0-9_-]{1,256}")
_PRINTABLE: Final = re.compile(r"[\x21-\x7e]+")


class Places(BaseSettings):
    """Where the database and its key are: all that some commands need to know."""

    model_config = SettingsConfigDict(
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    database_url: str = Field(
        default="sqlite+aiosqlite:///supplier-bot.db",
        validate_default=True,
        description="sqlite+aiosqlite:/// and the path of the database file",
    )
    secrets_file: Path | None = Field(
        default=None, description="the path of the key file; <database>.key when empty"
    )

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: str) -> str:
        value = value.strip()
        path = _path_of(value)
        if path is None:
            raise ValueError("not a database of ours")
        check_place(path, written=True)
        return value

    @field_validator("secrets_file", mode="before")
    @classmethod
    def _given_file(cls, value: Any) -> Any:
        if isinstance(value, str) and not value.strip():
            raise ValueError("a name of spaces")
        return value

    @field_validator("secrets_file")
    @classmethod
    def _secrets(cls, value: Path | None, info: ValidationInfo) -> Path | None:
        if value is None:
            return None
        check_place(value, written=False)
        database = _path_of(info.data.get("database_url", ""))
        if database is not None:
            check_apart(value, database)
        return value

    @property
    def database(self) -> Path:
        """The database's file."""
        return Path(_DATABASE.fullmatch(self.database_url)[1]).resolve()  # type: ignore[index]

    @property
    def key_file(self) -> Path:
        """The key's file."""
        return self.secrets_file or self.database.with_name(self.database.name + ".key")


class Settings(Places):
    """Field descriptions say what each should be; they stand in the errors too."""

    telegram_bot_token: SecretStr = Field(
        description="the token that BotFather gave, like 123456789:AAE..."
    )
    telegram_api_url: str = Field(
        default="https://api.telegram.org",
        description="the address of a Bot API server, starting with http:// or https://",
    )
    supplier_api_url: str = Field(
        description="the marketplace's address, starting with http:// or https://; "
        "a path prefix may follow, but no operation's own path"
    )
    supplier_api_key: SecretStr | None = Field(
        default=None, description="the key from your profile's API key page, without spaces"
    )
    supplier_auth: Literal["x-api-key", "bearer", "body", "session"] = Field(
        default="x-api-key", description="x-api-key, bearer, body or session"
    )
    supplier_cookie: SecretStr | None = Field(
        default=None,
        description="the browser's whole Cookie header, with csrftoken in it",
    )
    supplier_endpoints: Path | None = Field(
        default=None, description="a TOML file with a table for each address to change"
    )
    supplier_calls_per_minute: int = Field(
        default=60, ge=1, le=6000, description="a whole number from 1 to 6000"
    )
    owner_ids: Annotated[tuple[int, ...], NoDecode] = Field(
        default=(), description="Telegram user IDs, separated by commas, like 1001,1002"
    )
    poll_seconds: Decimal = Field(
        default=Decimal(5),
        ge=Decimal("0.1"),
        le=Decimal(86400),
        description="a number from 0.1 to 86400",
    )
    ticket_reply: Literal["auto", "replace", "thread"] = Field(
        default="auto", description="auto, replace or thread"
    )
    currency: str = Field(default="USD", description="a currency's three letters, like USD")
    time_zone: str = Field(default="UTC", description="a time zone's name, like Europe/Madrid")
    default_language: str = Field(default="en", description="one of: " + ", ".join(NAMES))
    delete_pastes: bool = Field(
        default=True,
        description="true or false: whether pasted goods are deleted once they are delivered",
    )
    metrics_listen: str = Field(
        default="",
        description="a port of this machine, or host:port, like 127.0.0.1:9464; empty for none",
    )
    webhook_url: str = Field(
        default="",
        description="the https:// address that leads to WEBHOOK_LISTEN; empty: updates are fetched",
    )
    webhook_listen: str = Field(
        default="",
        description="a port of this machine, or host:port, like 127.0.0.1:8081, for WEBHOOK_URL",
    )
    webhook_secret: SecretStr | None = Field(
        default=None,
        description="1 to 256 of A-Z, a-z, 0-9, _ and -; one made of the token when empty",
    )
    heartbeat_url: SecretStr | None = Field(
        default=None,
        description="an address starting with http:// or https:// that is called every minute",
    )
    log_file: Path | None = Field(
        default=None, description="the path of a file for the log, beside stderr; empty for none"
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", description="DEBUG, INFO, WARNING or ERROR"
    )

    @field_validator("telegram_bot_token")
    @classmethod
    def _token(cls, value: SecretStr) -> SecretStr:
        if not _TOKEN.fullmatch(value.get_secret_value()):
            raise ValueError("not a bot's token")
        return value

    @field_validator("telegram_api_url", "supplier_api_url")
    @classmethod
    def _address(cls, value: str, info: ValidationInfo) -> str:
        url = check_base_url(value)
        if info.field_name == "supplier_api_url" and base_of_operation(url) is not None:
            raise ValueError("the address of one operation")
        return url

    @field_validator("supplier_api_key")
    @classmethod
    def _key(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not _PRINTABLE.fullmatch(value.get_secret_value()):
            raise ValueError("a key with spaces or odd characters")
        return value

    @field_validator("supplier_cookie")
    @classmethod
    def _cookie(cls, value: SecretStr | None) -> SecretStr | None:
        if value is None:
            return None
        cookie = SecretStr(value.get_secret_value().strip())
        if "csrftoken=" not in cookie.get_secret_value():
            raise ValueError("not a cookie header with csrftoken")
        make_auth(AuthKind.SESSION, key=None, cookie=cookie)
        return cookie

    @field_validator("supplier_auth", "ticket_reply", "log_level", mode="before")
    @classmethod
    def _word(cls, value: Any, info: Any) -> Any:
        if isinstance(value, str):
            return (
                value.strip().upper() if info.field_name == "log_level" else value.strip().lower()
            )
        return value

    @field_validator("supplier_endpoints")
    @classmethod
    def _file(cls, value: Path | None) -> Path | None:
        if value is not None:
            load_addresses(value)
        return value

    @field_validator("webhook_url")
    @classmethod
    def _hook(cls, value: str) -> str:
        value = value.strip()
        if value and not _HOOK.fullmatch(value):
            raise ValueError("not an address that Telegram takes")
        return value

    @field_validator("webhook_secret")
    @classmethod
    def _hook_secret(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not _HOOK_SECRET.fullmatch(value.get_secret_value()):
            raise ValueError("not a secret that Telegram takes")
        return value

    @field_validator("metrics_listen", "webhook_listen")
    @classmethod
    def _port(cls, value: str) -> str:
        if value.strip():
            place_of(value)
        return value.strip()

    @field_validator("heartbeat_url")
    @classmethod
    def _called(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not _CALLED.fullmatch(value.get_secret_value().strip()):
            raise ValueError("not an address to call")
        return None if value is None else SecretStr(value.get_secret_value().strip())

    @field_validator("log_file", mode="before")
    @classmethod
    def _named_file(cls, value: Any) -> Any:
        if isinstance(value, str) and not value.strip():
            raise ValueError("a name of spaces")
        return value

    @field_validator("log_file")
    @classmethod
    def _log(cls, value: Path | None, info: ValidationInfo) -> Path | None:
        if value is None:
            return None
        check_place(value, written=True)
        database = _path_of(info.data.get("database_url", ""))
        if database is not None:
            check_apart(value, database)
            key = info.data.get("secrets_file") or database.with_name(database.name + ".key")
            if value.resolve() == key.resolve():
                raise WrongPlace(f"{value} is the key file")
        return value

    @field_validator("owner_ids", mode="before")
    @classmethod
    def _ids(cls, value: Any) -> Any:
        if isinstance(value, str):
            words = [word.strip() for word in value.split(",") if word.strip()]
            if not words or not all(re.fullmatch(r"[1-9]\d{0,15}", word) for word in words):
                raise ValueError("not user IDs")
            return tuple(dict.fromkeys(int(word) for word in words))
        return value

    @field_validator("currency")
    @classmethod
    def _currency(cls, value: str) -> str:
        if not re.fullmatch(r"[A-Za-z]{3}", value.strip()):
            raise ValueError("not a currency")
        return value.strip().upper()

    @field_validator("time_zone")
    @classmethod
    def _zone(cls, value: str) -> str:
        try:
            ZoneInfo(value.strip())
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError("no such time zone") from None
        return value.strip()

    @field_validator("default_language")
    @classmethod
    def _language(cls, value: str) -> str:
        language = language_of_code(value)
        if not language:
            raise ValueError("a language that is not there")
        return language

    @model_validator(mode="after")
    def _way_in(self) -> Settings:
        if self.supplier_auth == "session" and self.supplier_cookie is None:
            raise ValueError("SUPPLIER_COOKIE")
        if self.supplier_auth != "session" and self.supplier_api_key is None:
            raise ValueError("SUPPLIER_API_KEY")
        if self.webhook_url and not self.webhook_listen:
            raise ValueError("WEBHOOK_LISTEN")
        return self

    @property
    def doors(self) -> Doors:
        """Ports that are listened on, and addresses that are called."""
        secret, heartbeat = self.webhook_secret, self.heartbeat_url
        return Doors(
            self.metrics_listen,
            self.webhook_listen,
            self.webhook_url,
            secret_of(self.telegram_bot_token.get_secret_value())
            if secret is None
            else secret.get_secret_value(),
            "" if heartbeat is None else heartbeat.get_secret_value(),
        )

    @property
    def secrets(self) -> tuple[str, ...]:
        """Everything in the settings that must stand in no log."""
        found = [
            value.get_secret_value()
            for name in type(self).model_fields
            if isinstance(value := getattr(self, name), SecretStr)
        ]
        cookie = self.supplier_cookie
        if cookie is not None:
            found += of_cookie(cookie.get_secret_value())
        found.append(self.doors.webhook_secret)
        return (*found, self.telegram_bot_token.get_secret_value().partition(":")[2])

    @property
    def bot_id(self) -> int:
        """The bot's user ID: the token begins with it."""
        return int(self.telegram_bot_token.get_secret_value().partition(":")[0])


def _path_of(database_url: str) -> Path | None:
    """Return the file that a database's URL names; None when it is not one of ours."""
    found = _DATABASE.fullmatch(database_url)
    if found is None or found[1] == ":memory:" or found[1].startswith("file:"):
        return None
    return Path(found[1])
