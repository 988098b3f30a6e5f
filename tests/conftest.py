"""What holds for every test."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# A loaded machine is slow, and that is not what any of these tests is about. Every run looks at
# other examples: a few each time find in a week what many find at once.
settings.register_profile(
    "quick", max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("thorough", settings.get_profile("quick"), max_examples=400)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))
