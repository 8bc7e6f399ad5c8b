"""What the window remembers from one start to the next."""

from __future__ import annotations

from PySide6.QtCore import QSettings


class Memory:
    """Stored settings; without any (screenshots, tests) everything is forgotten when the window is closed."""

    def __init__(self, settings: QSettings | None) -> None:
        self.settings = settings
        self._held: dict[str, object] = {}

    def get(self, key: str) -> object:
        """What was stored, None if nothing was. Its kind is whatever the platform's store makes of it."""
        return self.settings.value(key) if self.settings is not None else self._held.get(key)

    def put(self, key: str, value: object) -> None:
        """Store a value."""
        if self.settings is not None:
            self.settings.setValue(key, value)
        else:
            self._held[key] = value

    def forget(self, key: str) -> None:
        """Remove what was stored."""
        if self.settings is not None:
            self.settings.remove(key)
        else:
            self._held.pop(key, None)

    def flag(self, key: str, default: bool) -> bool:
        """A stored yes or no."""
        value = self.get(key)
        return default if value is None else str(value).lower() == "true"
