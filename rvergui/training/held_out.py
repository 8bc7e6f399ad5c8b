"""Photos that a project holds out for good, so that every model of it can be judged by the same. No torch here.

Roles are settled when a training begins that sees a photo for the first time, and never change (``photo_roles``). What
is new is shared out so that each class has about its share held out and keeps at least one photo to learn from.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

from rvergui.core import RverError
from rvergui.core.split import hold_out_more, split_by_photo
from rvergui.project import Project
from rvergui.project.photo_roles import Role, Roles, known_roles, settle
from rvergui.training.sources import is_project

Labels = Mapping[str, Sequence[str]]
"""Short key of a photo -> the class names of its objects."""


def roles_of(labels: Labels, before: Mapping[str, Role], share: float, seed: int) -> Roles:
    """The role of each photo of ``labels``: the one it has (``before``), or one that is given now."""
    trained = {photo for photo in labels if before.get(photo) is Role.TRAINED}
    held = {photo for photo in labels if before.get(photo) is Role.HELD_OUT}
    held |= hold_out_more(labels, share, seed, trained, held)
    return {photo: Role.HELD_OUT if photo in held else Role.TRAINED for photo in labels}


def settle_roles(
    project: Path, labels: Labels, share: float, seed: int, seen: Collection[str] = ()
) -> tuple[Roles, str | None]:
    """Settle the role of every photo that a training is about to see, for good.

    Args:
        project: the project file; it may be open in a window.
        labels: the photos of the training.
        share: about how much of what is new is held out.
        seed: of the choice among photos that are equally welcome.
        seen: photos that the model to start from was trained on; a new one among them counts as trained on.

    Returns:
        The roles of these photos, and a sentence if they could not be noted in the project (they hold for this training
        then, and the header of its model tells the next one).
    """
    with Project.open(project, read_only=True) as opened:
        known = {**dict.fromkeys(seen, Role.TRAINED), **known_roles(opened)}
    try:
        settled = settle(project, lambda now: roles_of(labels, {**known, **now}, share, seed))
    except RverError as error:
        return roles_of(labels, known, share, seed), f"The photos to judge by are not noted in the project: {error}"
    return {photo: settled[photo] for photo in labels}, None


def held_and_judging(
    labels: Labels, roles: Mapping[str, Role], share: float, seed: int, seen: Collection[str] = ()
) -> tuple[frozenset[str], frozenset[str]]:
    """The photos that a run must not learn from, and those that it judges its epochs by.

    The same, as a rule. Where no photo is held out, or each that is was known to the model that the run starts from,
    some of the others are taken for this run alone; they judge no model afterwards.

    Args:
        labels: the photos of the run, two at least.
        roles: of each of them.
        share: about how much judges.
        seed: of the choice.
        seen: photos that the model to start from was trained on.

    Raises:
        RverError: every photo is held out.
    """
    held = frozenset(photo for photo in labels if roles[photo] is Role.HELD_OUT)
    rest = {photo: names for photo, names in labels.items() if photo not in held}
    if not rest:
        raise RverError(
            "Every labelled photo is held out to judge models by, so there is none to learn from; label one more."
        )
    judging = held.difference(seen) or split_by_photo(rest, share, seed, avoid=seen) or held
    return held, judging


def trained_photos(data: Path) -> frozenset[str]:
    """The photos of the project ``data`` that a model of it was trained on, by short key; of other data none.

    Raises:
        RverError: the project cannot be read.
    """
    if not is_project(data):
        return frozenset()
    with Project.open(data, read_only=True) as opened:
        return frozenset(photo for photo, role in known_roles(opened).items() if role is Role.TRAINED)


def unjudged(classes: Iterable[str], labels: Labels, judging: Collection[str]) -> list[str]:
    """The classes that none of the photos ``judging`` shows; nothing is known of how well they are told."""
    shown = {name for photo in judging for name in labels.get(photo, ())}
    return [name for name in classes if name not in shown]
