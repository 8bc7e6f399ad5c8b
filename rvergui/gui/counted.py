"""Numbers with their nouns, in the window's language and in the right number: 1 item, 2 items, 12,345 items."""

from __future__ import annotations

from PySide6.QtCore import QObject


class Counted(QObject):
    """The plurals; Qt's tool that collects texts sees them only where ``tr`` is a method."""

    def items(self, count: int) -> str:
        """So many items, as the window calls what is cut out on a photo."""
        return self.tr("%Ln item(s)", "", count)

    def objects(self, count: int) -> str:
        """So many objects."""
        return self.tr("%Ln object(s)", "", count)

    def more_objects(self, count: int) -> str:
        """So many objects more than there are."""
        return self.tr("%Ln more object(s)", "", count)

    def photos(self, count: int) -> str:
        """So many photos."""
        return self.tr("%Ln photo(s)", "", count)

    def more_photos(self, count: int) -> str:
        """So many photos more than there are."""
        return self.tr("%Ln more photo(s)", "", count)

    def classes(self, count: int) -> str:
        """So many classes."""
        return self.tr("%Ln class(es)", "", count)


_counted = Counted()
items, objects, photos, classes = _counted.items, _counted.objects, _counted.photos, _counted.classes
more_objects, more_photos = _counted.more_objects, _counted.more_photos
