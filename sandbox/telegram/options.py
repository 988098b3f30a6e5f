"""How strict the practice Telegram is; every value can be changed while it runs."""

from pydantic import BaseModel, ConfigDict, Field

MEBIBYTE = 1024 * 1024


class TelegramOptions(BaseModel):
    """The options of the practice Telegram, as POST /control/options takes them."""

    model_config = ConfigDict(extra="forbid", validate_assignment=True)

    token: str | None = Field(default=None, repr=False, description="the only token that is taken")
    must_start: bool = Field(default=False, description="403 until a person has written")
    limits: bool = Field(default=True, description="token buckets for sends and edits")
    chat_per_second: float = Field(default=1.0, gt=0)
    chat_burst: int = Field(default=5, ge=1)
    group_per_minute: int = Field(default=20, ge=1)
    overall_per_second: int = Field(default=30, ge=1)
    callback_seconds: float = Field(
        default=60.0, gt=0, description="how long a press can be answered"
    )
    delete_hours: float = Field(default=48.0, gt=0)
    max_download_bytes: int = Field(default=20 * MEBIBYTE, ge=0)
    max_upload_bytes: int = Field(default=50 * MEBIBYTE, ge=0)
