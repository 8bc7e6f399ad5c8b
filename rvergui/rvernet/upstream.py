"""Checkpoints of the RveRNet paper's published code become checkpoints of ours, with the same answers.

The published network joins its backbones' ImageNet logits (``features="logits"``), sees pictures as they come out of
the preprocessing "published", and normalises nothing. Both its RveRNet and its single-view baselines are understood.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

import torch
from torch import Tensor

from rvergui.core import RverError
from rvergui.core.class_lists import paper_classes
from rvergui.rvernet.backbones import canonical_name
from rvergui.rvernet.checkpoint import CheckpointHeader, save_checkpoint
from rvergui.rvernet.network import RveRNet, empty_network
from rvergui.rvernet.network_plan import Integration, LooksAt, NetworkPlan
from rvergui.rvernet.preprocessing import Preprocessing
from rvergui.rvernet.upstream_file import read_pickled_tensors
from rvergui.rvernet.upstream_layouts import LAYOUTS, Found, Layout, UnknownSizeError

_DEFAULT_SIZE = 224
_PUBLISHED_COUNTS = (103, 105)  # FoodSeg103 without and with the two classes that look alike
_COUNTER = "num_batches_tracked"  # for training only; old files do not have it


@dataclass(frozen=True)
class _Structure:
    """Where a kind of published checkpoint keeps what.

    Attributes:
        branches: our branch -> the prefix of its tensors, and what people call it.
        layers: our tensor -> theirs, for what comes after the branches.
        integration: what those layers are.
        looks_at: which view or views.
    """

    branches: Mapping[str, tuple[str, str]]
    layers: Mapping[str, str]
    integration: Integration
    looks_at: LooksAt


_RVERNET = _Structure(
    branches={"roi": ("roi_module.", "ROI"), "extra_roi": ("extra_roi_module.", "extra-ROI")},
    layers={"integration.0": "integrated_fc1", "integration.2": "integrated_fc2"},
    integration="concatenation",
    looks_at="pair",
)
_BASELINE = _Structure(
    branches={"roi": ("backbone.", "only")},
    layers={"integration.head": "classifier.0"},
    integration="linear",
    looks_at="roi",
)


def import_upstream(
    path: Path,
    out: Path,
    roi: str | None = None,
    extra_roi: str | None = None,
    classes: Sequence[str] | None = None,
    size: int | None = None,
    looks_at: str | None = None,
) -> CheckpointHeader:
    """Turn the published checkpoint ``path`` into ours at ``out``, whole or not at all; gives the new header.

    Args:
        path: a .pth file of the published code.
        out: the new .safetensors file; an earlier one is replaced.
        roi: what the ROI branch is (the paper's or timm's name); recognised from the file if None.
        extra_roi: likewise.
        classes: names in the order of the outputs; the paper's 105 if None.
        size: of the views in pixels; what the file's position embeddings are for, else 224, if None.
        looks_at: what a baseline was trained on, "roi" or "photo"; of no use for a RveRNet.

    Raises:
        RverError: as ``load_upstream``, or ``out`` cannot be written.
    """
    if out.suffix != ".safetensors":
        raise RverError(f"{out.name} shall end in .safetensors, so that the program finds it; choose another name.")
    network, header = load_upstream(path, roi, extra_roi, classes, size, looks_at)
    header = header.model_copy(update={"name": out.stem})
    save_checkpoint(out, network, header)
    return header


def load_upstream(
    path: Path,
    roi: str | None = None,
    extra_roi: str | None = None,
    classes: Sequence[str] | None = None,
    size: int | None = None,
    looks_at: str | None = None,
) -> tuple[RveRNet, CheckpointHeader]:
    """The network of the published checkpoint ``path`` (on the CPU, in evaluation mode) and a header for it.

    The arguments are those of ``import_upstream``.

    Raises:
        RverError: the file cannot be read or is no published checkpoint, it holds other backbones than asked for, the
            number of classes differs, or tensors are missing or of another shape.
    """
    where = f"{path.name} in {path.parent}"
    tensors = read_pickled_tensors(path)
    structure = _structure(tensors, where)
    sees = _sees(structure, looks_at, where)
    asked = {"roi": roi, "extra_roi": extra_roi}
    if len(structure.branches) == 1 and extra_roi is not None:
        raise RverError(f"{where} is a baseline with one branch; leave the extra-ROI backbone out.")
    states = {name: _below(tensors, prefix) for name, (prefix, _) in structure.branches.items()}
    found = {name: _found(state, asked[name], structure.branches[name][1], where) for name, state in states.items()}
    _check_asked({name: what for name, (_, what) in found.items()}, asked, where)
    names = _class_names(_layer(tensors, structure, -1, "bias", where).shape[0], classes, where)
    plan = NetworkPlan(
        roi=found["roi"][1].name,
        extra_roi=found["extra_roi"][1].name if "extra_roi" in found else None,
        features="logits",
        integration=structure.integration,
        hidden=_layer(tensors, structure, 0, "bias", where).shape[0],
        looks_at=sees,
    )
    side = _size([what.size for _, what in found.values()], size, where)
    options = {name: dict(what.options) for name, (_, what) in found.items()}
    renamed = {name: layout.renamed(states[name]) if layout else states[name] for name, (layout, _) in found.items()}
    state = {f"{name}.body.{key}": value for name, part in renamed.items() for key, value in part.items()}
    for name in found:
        state[f"{name}.mean"] = torch.zeros(1, 3, 1, 1)
        state[f"{name}.std"] = torch.ones(1, 3, 1, 1)
    for place, ours in enumerate(structure.layers):
        for part in ("weight", "bias"):
            state[f"{ours}.{part}"] = _layer(tensors, structure, place, part, where)
    network = _filled(plan, len(names), side, options, state, where)
    for branch in {network.roi, network.extra_roi} if sees == "pair" else {network.roi}:
        branch.start = path.name
    return network, _header(path, network, names, plan, side)


def _structure(tensors: Mapping[str, Tensor], where: str) -> _Structure:
    for structure in (_RVERNET, _BASELINE):
        prefixes = [prefix for prefix, _ in structure.branches.values()]
        if all(any(name.startswith(prefix) for name in tensors) for prefix in prefixes):
            return structure
    first = next(iter(tensors))
    raise RverError(
        f"{where} is no checkpoint of the published RveRNet code: it has no roi_module and extra_roi_module, but "
        f"tensors such as {first}; choose another file."
    )


def _sees(structure: _Structure, looks_at: str | None, where: str) -> LooksAt:
    if looks_at is None or looks_at == structure.looks_at:
        return structure.looks_at
    if structure is _RVERNET or looks_at not in get_args(LooksAt) or looks_at == "pair":
        kind = "a RveRNet, which looks at both views" if structure is _RVERNET else "a baseline with one branch"
        raise RverError(f"{where} is {kind}; it cannot look at “{looks_at}”.")
    seen: LooksAt = "photo" if looks_at == "photo" else "box"
    return seen


def _below(tensors: Mapping[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}


def _found(state: Mapping[str, Tensor], asked: str | None, what: str, where: str) -> tuple[Layout | None, Found]:
    """The layout and network of a branch; a branch in timm's own layout has to be named by ``asked``."""
    for layout in LAYOUTS:
        if layout.sign in state:
            try:
                return layout, layout.found(state)
            except (UnknownSizeError, KeyError) as error:
                raise RverError(
                    f"The {what} branch of {where} is laid out like {layout.name}, but not one that this program knows "
                    f"({error}); choose another file."
                ) from error
    if asked is not None:
        return None, Found(asked, canonical_name(asked))
    known = ", ".join(layout.name for layout in LAYOUTS)
    raise RverError(
        f"The {what} branch of {where} is laid out like none of {known}; if it is a network of timm, name it with "
        "--roi and --extra-roi."
    )


def _check_asked(found: Mapping[str, Found], asked: Mapping[str, str | None], where: str) -> None:
    wrong = [
        name for name, own in found.items() if (said := asked[name]) and said != own.layout and _other(said, own.name)
    ]
    if wrong:
        there = " and ".join(own.layout for own in found.values())
        said = " and ".join(asked[name] or own.layout for name, own in found.items())
        flags = " ".join(f"--{name.replace('_', '-')} {own.layout}" for name, own in found.items())
        raise RverError(f"{where} holds {there}, not {said}; say {flags}, or leave both out.")


def _other(asked: str, name: str) -> bool:
    return canonical_name(asked).partition(".")[0] != name


def _class_names(outputs: int, classes: Sequence[str] | None, where: str) -> list[str]:
    if classes is None:
        if outputs not in _PUBLISHED_COUNTS:
            raise RverError(
                f"{where} has {outputs} outputs, and only the paper's {_PUBLISHED_COUNTS[-1]} classes are known by "
                "themselves; name them in a file, one a line in the order of the outputs, with --classes."
            )
        return paper_classes()[:outputs]
    names = list(classes)
    if len(names) == outputs:
        return names
    raise RverError(
        f"{where} has {outputs} outputs, but the class list names {len(names)}; give one name a line, in the order of "
        "the outputs."
    )


def _layer(tensors: Mapping[str, Tensor], structure: _Structure, place: int, part: str, where: str) -> Tensor:
    name = f"{list(structure.layers.values())[place]}.{part}"
    if name not in tensors or tensors[name].ndim != (2 if part == "weight" else 1):
        raise RverError(f"{where} lacks {name}, which the published network has; choose another file or copy it again.")
    return tensors[name]


def _size(sizes: Sequence[int | None], asked: int | None, where: str) -> int:
    there = {size for size in sizes if size is not None}
    if len(there) > 1:
        raise RverError(
            f"The branches of {where} look at pictures of different sizes ({sorted(there)}); that is no pair."
        )
    own = there.pop() if there else None
    if own is not None and asked is not None and asked != own:
        raise RverError(f"{where} looks at {own} pixels, not {asked}; leave the size out.")
    return own or asked or _DEFAULT_SIZE


def _filled(
    plan: NetworkPlan, classes: int, size: int, options: dict[str, dict[str, str]], state: dict[str, Tensor], where: str
) -> RveRNet:
    with torch.device("meta"):
        network = empty_network(plan, classes, size, options)
    wanted = network.state_dict()
    state.update(
        {name: torch.zeros((), dtype=torch.int64) for name in wanted if name.endswith(_COUNTER)}
        | {name: tensor for name, tensor in state.items() if name.endswith(_COUNTER)}
    )
    missing, surplus = sorted(wanted.keys() - state.keys()), sorted(state.keys() - wanted.keys())
    if missing or surplus:
        what = f"lacks {missing[0]}" if missing else f"has {surplus[0]} too many"
        raise RverError(f"{where} does not hold a whole {plan.roi} + {plan.second}: it {what}; choose another file.")
    for name, tensor in wanted.items():
        if state[name].shape != tensor.shape:
            raise RverError(
                f"{where} does not hold a {plan.roi} + {plan.second}: {name} is {tuple(state[name].shape)} instead of "
                f"{tuple(tensor.shape)}; choose another file."
            )
    network.load_state_dict(state, assign=True)
    return network.requires_grad_(True).eval()


def _header(path: Path, network: RveRNet, classes: list[str], plan: NetworkPlan, size: int) -> CheckpointHeader:
    return CheckpointHeader.model_validate(
        {
            "name": path.stem,
            "classes": classes,
            "preprocessing": Preprocessing.model_validate({"kind": "published", "size": size, "roi": plan.roi_view}),
            "training": {"imported_from": path.name, "program": "the published RveRNet code"},
            **network.header_fields(),
        }
    )
