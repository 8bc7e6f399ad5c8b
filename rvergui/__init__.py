"""RveRGUI: click a dish and it is cut out, named and, if wrong, corrected with one key.

For Python, ``import rvergui`` offers what ``rvergui.api`` holds (docs/api.md); it is loaded when it is first asked for.
"""

from typing import Any

__version__ = "0.1.0"

# Spelled out, so that asking for it costs nothing; a test compares it with what is there.
__all__ = [
    "CheckReport",
    "Finding",
    "Found",
    "Item",
    "Model",
    "Photo",
    "PredictReport",
    "Project",
    "ProjectPhoto",
    "RverError",
    "Segmenter",
    "Suggestion",
    "__version__",
    "create_project",
    "load_model",
    "load_photo",
    "load_segmenter",
    "open_project",
    "predict",
    "validate",
    "views",
]


def __getattr__(name: str) -> Any:
    """What the API offers under ``name``. By its name, for the rooms below import this package for its version."""
    if name in __all__:
        import importlib

        return getattr(importlib.import_module("rvergui.api"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
