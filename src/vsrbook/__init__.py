"""vsrbook publishes Voluntary Subnational Reviews: tables and notebooks in, one book out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vsrbook.figures.blocks import show
    from vsrbook.library import load_library
    from vsrbook.overviews import load_overviews
    from vsrbook.profiles import load_profile
    from vsrbook.review import load_review

__version__ = "0.1.0"
__all__ = ["__version__", "load_library", "load_overviews", "load_profile", "load_review", "show"]
_HOMES = {
    "load_review": "vsrbook.review",
    "load_library": "vsrbook.library",
    "load_overviews": "vsrbook.overviews",
    "load_profile": "vsrbook.profiles",
    "show": "vsrbook.figures.blocks",
}


def __getattr__(name: str) -> Any:
    """Import the public names when they are first used: `vsrbook --help` must not wait for pandas."""
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'vsrbook' has no attribute {name!r}")
