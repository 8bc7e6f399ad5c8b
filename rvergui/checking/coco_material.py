"""COCO files and their photos, to be checked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from rvergui.checking.material import CheckedItem, CheckedPhoto, FileState, Limits
from rvergui.checking.photo_state import PhotoState, look_at
from rvergui.core import Mask
from rvergui.core.photo_loading import DEFAULT_PIXEL_LIMIT, is_sideways, stored_orientation
from rvergui.interchange.coco_file import categories, load_coco
from rvergui.interchange.coco_outlines import BrokenOutlineError, EmptyOutlineError, outline_mask, outline_size
from rvergui.interchange.coco_parts import CocoPart, CocoPhotos

# More sentences about broken records than this are counted.
_MOST_TOLD = 20


class CocoMaterial:
    """See ``Material``. Items are called by their place in the file: ids may be missing or come twice.

    Args:
        files: COCO files; several are the parts of one data set.
        images: the folder of the photos; None takes each file's own.
        limits: whether photo files may be read.
        pixel_limit: the most pixels of a photo that are opened.

    Raises:
        RverError: a file cannot be read.
    """

    def __init__(
        self,
        files: Sequence[CocoPart],
        images: Path | None = None,
        limits: Limits = Limits(),
        pixel_limit: int = DEFAULT_PIXEL_LIMIT,
    ) -> None:
        self._limits, self._pixel_limit = limits, pixel_limit
        self._parts = [_Part(part.file, images, part.name) for part in files]
        self.title = ", ".join(f"{part.name}.json" if part.name else part.file.name for part in files)

    @property
    def classes(self) -> Sequence[str]:
        """See ``Material``."""
        return list(dict.fromkeys(name for part in self._parts for name in part.names.values()))

    def __len__(self) -> int:
        return sum(len(part.images) for part in self._parts)

    def damage(self) -> Sequence[str]:
        """See ``Material``; complete once ``photos`` is at its end."""
        told = [sentence for part in self._parts for sentence in part.problems]
        more = (
            [f"There are {len(told) - _MOST_TOLD} more records that cannot be used."] if len(told) > _MOST_TOLD else []
        )
        return told[:_MOST_TOLD] + more

    def photos(self) -> Iterator[CheckedPhoto]:
        """See ``Material``."""
        for part in self._parts:
            for image in part.images.values():
                yield self._photo(part, image)

    def _photo(self, part: _Part, image: dict[str, Any]) -> CheckedPhoto:
        name = image["file_name"]
        path = part.finder.find(name)
        if path is None:
            state = PhotoState(FileState.MISSING, why=f"{name} is not below {part.finder.folder}; put it back.")
        else:
            state = look_at(path, None, None, self._pixel_limit, self._limits.read)
        noted = _size(image)
        items = part.items(image, noted or state.size)
        size = state.size or noted
        sideways = size is not None and any(item.mask.size == size[::-1] != size for item in items)
        if sideways and path is not None and is_sideways(stored_orientation(path)):
            size = items[0].mask.size  # labelled as the file lies, before it was turned upright
        return CheckedPhoto(
            f"{part.name}/{image['id']}",
            f"{part.name}: {name}" if part.name else name,
            size,
            items,
            state.content,
            state.content or f"{path}",
            part.name,
            state.state,
            state.why,
        )


class _Part:
    """One file.

    Attributes:
        names: class by category id.
        images: record by image id.
        problems: what cannot be used, sentences.
    """

    def __init__(self, file: Path, images: Path | None, name: str) -> None:
        content = load_coco(file)
        self.name = name
        self.problems: list[str] = []
        self.finder = CocoPhotos(file, images)
        self.names = {key: name for key, (name, _) in categories(content.get("categories")).items()}
        self.images: dict[Any, dict[str, Any]] = {}
        for number, record in enumerate(content["images"], start=1):
            self._take_image(record, number, file)
        self._annotations: dict[Any, list[tuple[str, dict[str, Any]]]] = {}
        for index, record in enumerate(content["annotations"]):
            self._take_annotation(record, index, file)

    def _take_image(self, record: Any, number: int, file: Path) -> None:
        usable = isinstance(record, dict) and isinstance(record.get("id"), int | str)
        if not usable or not isinstance(record.get("file_name"), str) or not record["file_name"]:
            self.problems.append(f"Image {number} of {file.name} has no id or no file name.")
        elif record["id"] in self.images:
            self.problems.append(f"Image {number} of {file.name} has the id {record['id']} of an earlier one.")
        else:
            self.images[record["id"]] = record

    def _take_annotation(self, record: Any, index: int, file: Path) -> None:
        image = record.get("image_id") if isinstance(record, dict) else None
        if not isinstance(image, int | str) or image not in self.images:
            self.problems.append(f"Annotation {index + 1} of {file.name} belongs to no photo that the file lists.")
        elif not record.get("iscrowd"):
            self._annotations.setdefault(image, []).append((item_id(self.name, index), record))

    def items(self, image: dict[str, Any], size: tuple[int, int] | None) -> tuple[CheckedItem, ...]:
        found = []
        for key, record in self._annotations.get(image["id"], []):
            outline = record.get("segmentation")
            category = record.get("category_id")
            name = self.names.get(category) if isinstance(category, int | str) else None
            own = outline_size(outline) or size
            try:
                mask = outline_mask(outline, own) if outline or own is None else Mask.empty(own)
            except EmptyOutlineError:
                mask = Mask.empty(own or (1, 1))
            except BrokenOutlineError as error:
                self.problems.append(f"{image['file_name']}: annotation {record.get('id', key)} is broken: {error}.")
                continue
            found.append(CheckedItem(key, mask, name, name is not None))
        return tuple(found)


def item_id(part: str, index: int) -> str:
    """What an annotation is called: by part and place."""
    return f"{part}#{index}"


def _size(image: dict[str, Any]) -> tuple[int, int] | None:
    sides = image.get("height"), image.get("width")
    if all(isinstance(side, int | float) and 1 <= side < 2**31 and side == int(side) for side in sides):
        return int(sides[0]), int(sides[1])  # type: ignore[arg-type]
    return None
