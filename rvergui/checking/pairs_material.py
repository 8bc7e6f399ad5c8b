"""A folder of pairs, to be checked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from rvergui.checking.material import CheckedItem, CheckedPhoto, FileState
from rvergui.core import Mask, RverError
from rvergui.core.photo_loading import DEFAULT_PIXEL_LIMIT, content_hash, decode_photo, read_photo_file
from rvergui.interchange.class_folders_pairs import object_in
from rvergui.interchange.pairs_layout import Pair, read_pairs


class PairsMaterial:
    """See ``Material``. Each pair counts as a photo with one item.

    Raises:
        RverError: the folder holds no pairs.
    """

    def __init__(self, folder: Path, pixel_limit: int = DEFAULT_PIXEL_LIMIT) -> None:
        self._pairs = read_pairs(folder)
        self._pixel_limit = pixel_limit
        self.title = str(folder)

    @property
    def classes(self) -> Sequence[str]:
        """See ``Material``."""
        return list(dict.fromkeys(pair.class_name for pair in self._pairs))

    def __len__(self) -> int:
        return len(self._pairs)

    def damage(self) -> Sequence[str]:
        """See ``Material``: a folder has nothing but its pictures."""
        return ()

    def photos(self) -> Iterator[CheckedPhoto]:
        """See ``Material``."""
        for pair in self._pairs:
            yield self._photo(pair)

    def _photo(self, pair: Pair) -> CheckedPhoto:
        name = f"{pair.split}/{pair.class_name}/{pair.name}"
        try:
            files = [read_photo_file(path) for path in (pair.roi, pair.extra)]
            roi, extra = (
                decode_photo(data, path, self._pixel_limit)
                for data, path in zip(files, (pair.roi, pair.extra), strict=True)
            )
            if roi.shape != extra.shape:
                raise RverError(
                    f"{name}: the two views are {roi.shape[1]}x{roi.shape[0]} and {extra.shape[1]}x{extra.shape[0]} "
                    "pixels; a pair has one size."
                )
        except RverError as error:
            return CheckedPhoto(name, name, None, (), "", pair.photo_key, pair.split, FileState.BROKEN, str(error))
        mask = Mask.from_array(object_in(roi, extra)) if roi.any() else Mask.empty((roi.shape[0], roi.shape[1]))
        content = content_hash(b"".join(files))
        item = CheckedItem(name, mask, pair.class_name)
        return CheckedPhoto(name, name, mask.size, (item,), content, pair.photo_key, pair.split)
