"""holdfire verifies truces: what held, what was violated, and what nobody can know yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from holdfire.api import Judgement, judge

__all__ = ["Judgement", "__version__", "judge"]


def __getattr__(name: str) -> Any:
    """Import the Python interface when it is first used, so that the command line answers at once."""
    if name in ("judge", "Judgement"):
        from holdfire import api

        return getattr(api, name)
    raise AttributeError(f"module 'holdfire' has no attribute '{name}'")
