"""What is wrong with labels, in one call."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from rvergui.checking.findings import CheckReport
from rvergui.runtime.settings import Settings


def validate(
    source: str | Path,
    checks: Iterable[str] = (),
    *,
    form: str | None = None,
    images: str | Path | None = None,
    quick: bool = False,
    progress: Callable[[int, int], bool] | None = None,
) -> CheckReport:
    """Look for what is wrong with a project or a data set, as ``rvergui validate`` does; nothing is changed.

    Args:
        source: a project, a COCO file, a folder of COCO files (one a part), or a folder of pairs.
        checks: the names of checks; all if there is none.
        form: what it is, in the words of ``rvergui import``, where it does not say so itself.
        images: the photos of a COCO file, where they are not beside it.
        quick: do not read photos.
        progress: called with (photos seen, photos); False ends it.

    Returns:
        ``findings``, each with ``check``, ``severity`` ("error", "warning", "note"), ``text``, ``photo`` and ``items``.

    Raises:
        RverError: it cannot be read, or there is no such check.
    """
    from rvergui.checking.checking import check  # some of it brings OpenCV
    from rvergui.checking.material import Limits
    from rvergui.checking.opening import open_source

    limits = Limits(read=not quick)
    folder = None if images is None else Path(images)
    with open_source(Path(source), folder, limits, Settings().pixel_limit, form=form) as opened:
        return check(opened.material, checks, limits, progress)
