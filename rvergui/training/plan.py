"""What a run will do, settled before its first step: classes, division, header."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from rvergui import __version__
from rvergui.core import RverError
from rvergui.core.split import split_by_photo
from rvergui.project.photo_roles import Role
from rvergui.rvernet.backbones import canonical_name
from rvergui.rvernet.checkpoint import CheckpointHeader
from rvergui.rvernet.feature_memory import FeatureMemory
from rvergui.rvernet.network import NetworkPlan, RveRNet
from rvergui.rvernet.preprocessing import Preprocessing
from rvergui.training.held_out import held_and_judging
from rvergui.training.options import TrainOptions, problem_of
from rvergui.training.sources import Source
from rvergui.training.view_store import ViewStore

# What a checkpoint does not record of the options: paths of this machine, how it was run, and what its header says
# elsewhere.
_NOT_RECORDED = frozenset(
    {
        *("source", "out", "start_from", "weights", "teacher", "log_dir"),
        *("resume", "state_seconds", "last", "tensorboard", "pixel_limit"),
        *("roi", "extra_roi", "features", "integration", "shared", "looks_at", "hidden", "preprocessing", "size"),
    }
)
_PARTS = ("features", "integration", "shared", "looks_at", "hidden")


@dataclass(frozen=True)
class Division:
    """Which examples train and which validate, as indices into the store."""

    train: Sequence[int]
    val: Sequence[int]


@dataclass(frozen=True)
class Parent:
    """The checkpoint that training continues from.

    Attributes:
        network: as it was.
        header: likewise, but for the size of its views if the run takes another one.
        names_today: what each of its outputs is called today; None if it is no longer a class.
        comparable: whether it sees what the new network sees, so that their scores can stand side by side.
        memory: what it remembers of its classes; None if nothing.
    """

    network: RveRNet
    header: CheckpointHeader
    names_today: tuple[str | None, ...]
    comparable: bool = True
    memory: FeatureMemory | None = None

    @property
    def photos(self) -> frozenset[str]:
        """The keys of the photos that it or its own parents were trained on."""
        return self.header.photos_seen

    def output_names(self) -> list[str]:
        """A name for each output; one that is no longer a class cannot be right."""
        return [
            today or f"{old} (no longer a class)"
            for today, old in zip(self.names_today, self.header.classes, strict=True)
        ]


def divide(
    store: ViewStore, parent: Parent | None, share: float, seed: int, roles: Mapping[str, Role] | None = None
) -> Division:
    """Hold photos out; of those that the parent was trained on as few as possible, or it would look too good.

    Args:
        store: the examples.
        parent: what training continues from.
        share: about how much is held out.
        seed: of the choice.
        roles: of every photo, where the data settle them; None: they are chosen for this run alone.

    Raises:
        RverError: there is only one photo, or none to learn from.
    """
    labels = labels_of(store)
    if len(labels) < 2:
        raise RverError(
            "All labelled objects are on one photo; label at least one more, so that the result can be judged."
        )
    seen = parent.photos if parent is not None else frozenset[str]()
    if roles is None:
        held = judging = split_by_photo(labels, share, seed, avoid=seen)
    else:
        held, judging = held_and_judging(labels, roles, share, seed, seen)
    return Division(
        train=[i for i, key in enumerate(store.photo_keys) if key not in held and key not in judging],
        val=[i for i, key in enumerate(store.photo_keys) if key in judging],
    )


def labels_of(store: ViewStore) -> dict[str, list[str]]:
    """Photo key -> the class names of its objects."""
    labels: dict[str, list[str]] = {}
    for key, name in zip(store.photo_keys, store.class_names, strict=True):
        labels.setdefault(key, []).append(name)
    return labels


def class_rows(source: Source, store: ViewStore, parent: Parent | None) -> dict[str, int | None]:
    """The new network's classes in the order of its outputs, each with the parent's output that it continues.

    The parent's classes that still exist come first, in its order and by their present names, then what is new (None).

    Raises:
        RverError: the examples are all of one class.
    """
    there = set(store.class_names)
    ordered = [name for name in source.order if name in there]
    ordered += sorted(there.difference(ordered))
    if len(ordered) < 2:
        raise RverError(
            f"All labelled objects are of one class ({ordered[0]}); a network needs at least two classes to tell apart."
        )
    rows: dict[str, int | None] = {}
    for row, name in enumerate(parent.names_today if parent is not None else ()):
        if name is not None:
            rows.setdefault(name, row)
    for name in ordered:
        rows.setdefault(name, None)
    return rows


def network_plan(options: TrainOptions, parent: Parent | None, default: str) -> NetworkPlan:
    """What the network is made of: the parent's parts, else what was asked for, else ``default`` backbones.

    Raises:
        RverError: the choices contradict one another, or the parent; or there is no such backbone.
    """
    if parent is not None:
        check_agrees(options, parent.header)
        return parent.header.plan
    asked = {name: getattr(options, name) for name in _PARTS if getattr(options, name) is not None}
    alone = options.shared or options.looks_at not in (None, "pair")
    roi = canonical_name(options.roi or default)
    extra = options.extra_roi or (None if alone else default)
    try:
        return NetworkPlan(roi=roi, extra_roi=canonical_name(extra) if extra else None, **asked)
    except ValidationError as error:
        raise RverError(f"Such a network cannot be trained: {problem_of(error)}.") from error


def check_agrees(options: TrainOptions, header: CheckpointHeader) -> None:
    """That nothing was asked for which the checkpoint to continue from does not have.

    Raises:
        RverError: something was; the sentence names it.
    """
    assert options.start_from is not None
    file = options.start_from.name
    for asked, own, view in (
        (options.roi, header.roi_backbone, "ROI"),
        (options.extra_roi, header.plan.second, "extra-ROI"),
    ):
        if asked is not None and canonical_name(asked) != own:
            raise RverError(
                f"{file} has the {view} backbone {own or 'none'}, not {asked}; leave the backbone out to continue from "
                "it, or train without it."
            )
    fixed = {**{name: getattr(header, name) for name in _PARTS}, "preprocessing": header.preprocessing.kind}
    for name, own in fixed.items():
        asked = getattr(options, name)
        if asked not in (None, own):
            raise RverError(
                f"{file} was built with {name.replace('_', '-')} = {own}, not {asked}; leave that out to continue from "
                "it, or train without it."
            )


def new_header(
    network: RveRNet,
    preprocessing: Preprocessing,
    parent: Parent | None,
    classes: Sequence[str],
    store: ViewStore,
    division: Division,
    options: TrainOptions,
    device: str,
) -> CheckpointHeader:
    """The header of the checkpoint to come, its metrics still empty."""
    trained_on = {store.photo_keys[i] for i in division.train}
    facts = {
        "program": f"RveRGUI {__version__}",
        "source": options.source.name,
        "device": device,
        "train_items": len(division.train),
        "val_items": len(division.val),
        "train_photos": sorted(trained_on | (parent.photos if parent is not None else frozenset())),
        "val_photos": sorted({store.photo_keys[i] for i in division.val}),
        "teacher": options.teacher.stem if options.teacher is not None else None,
    }
    known = set(classes)
    return CheckpointHeader(
        name=options.out.stem,
        classes=list(classes),
        **network.header_fields(),
        preprocessing=preprocessing,
        parent=parent.header.name if parent is not None else None,
        look_alikes=[group for group in parent.header.look_alikes if known.issuperset(group)] if parent else [],
        training={**options.model_dump(mode="json", exclude=set(_NOT_RECORDED)), **facts},
        data_fingerprint=store.fingerprint,
    )
