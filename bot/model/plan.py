"""What every plan has in common."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Plan(BaseModel):
    """What exactly was proposed; kept sealed."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True, extra="ignore")
