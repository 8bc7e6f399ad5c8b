"""A photo of a COCO file, opened when its turn comes, with its outlines brought to how it is seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from rvergui.core import Photo, RverError
from rvergui.core.errors import PhotoError
from rvergui.core.photo_loading import DEFAULT_PIXEL_LIMIT, is_sideways, load_photo, stored_orientation
from rvergui.interchange.tally import Tally
from rvergui.interchange.turning import turned
from rvergui.segment.click_study import Target


@dataclass
class CocoPhoto:
    """A ``StudyPhoto`` out of a COCO file.

    Some programs annotate the pixels as they are stored, others as they are seen once EXIF's orientation is applied.
    The size in the file tells which, unless the photo is square or only mirrored or upside down.

    Attributes:
        path: the file.
        name: its path below the folder of photos.
        tally: where it is counted how its outlines lay.
        pixel_limit: the most pixels that are opened.
        targets: its objects, of the size that the file gives.
    """

    path: Path
    name: str
    tally: Tally = field(repr=False)
    pixel_limit: int = DEFAULT_PIXEL_LIMIT
    targets: list[Target] = field(default_factory=list, repr=False)

    @property
    def objects(self) -> int:
        """How many objects the file has on it."""
        return len(self.targets)

    def open(self) -> tuple[Photo, Sequence[Target]]:
        """The upright photo and its objects in upright pixels.

        Raises:
            RverError: it cannot be opened, or was annotated at another size.
        """
        photo = load_photo(self.path, self.pixel_limit)
        orientation = stored_orientation(self.path)
        fitting = [t for t in (_fitted(target, photo, orientation) for target in self.targets) if t is not None]
        size = self.targets[0].mask.size if self.targets else photo.size
        if self.targets and not fitting:
            raise PhotoError(
                f"{self.name} has {photo.size[1]}x{photo.size[0]} pixels and was annotated at {size[1]}x{size[0]}; "
                "use the photos that were annotated."
            )
        if len(fitting) < len(self.targets):
            self.tally.add("other_size", f"on {self.name}", len(self.targets) - len(fitting))
        if is_sideways(orientation) and size == photo.size[::-1] != photo.size:
            self.tally.add("turned", self.name)
        elif orientation != 1 and (not is_sideways(orientation) or photo.size == photo.size[::-1]):
            self.tally.add("turned_unclear", self.name)
        return photo, fitting


def upright_size(path: Path) -> tuple[int, int] | None:
    """The (height, width) of a photo as it is seen; None if it cannot be opened."""
    try:
        return load_photo(path).size
    except RverError:
        return None


def _fitted(target: Target, photo: Photo, orientation: int) -> Target | None:
    """``target`` in upright pixels; None if it was made on a photo of another size."""
    if target.mask.size == photo.size:
        return target
    if is_sideways(orientation) and target.mask.size == photo.size[::-1]:
        return replace(target, mask=turned(target.mask, orientation))
    return None
