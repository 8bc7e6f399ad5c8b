"""A trained network as one .safetensors file whose header says everything about it.

The header is JSON in the file's metadata; it is read without torch and without touching a tensor.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from rvergui.core import RverError
from rvergui.core.atomic import replacing
from rvergui.rvernet.network_plan import HIDDEN, Features, Integration, LooksAt, NetworkPlan, head_weight_name
from rvergui.rvernet.preprocessing import Preprocessing
from rvergui.rvernet.tensor_file import TensorFileHead, read_tensor_file_head

if TYPE_CHECKING:
    from torch import Tensor

    from rvergui.rvernet.network import RveRNet

FORMAT_KEY = "rvergui.checkpoint"
FORMAT_VERSION = 1
# Tensors that are no part of the network, see ``feature_memory``, are called so.
MEMORY_PREFIX = "memory."


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


class CheckpointHeader(BaseModel):
    """What a checkpoint says of itself.

    Attributes:
        format_version: of this layout; a newer one is refused.
        name: what the window calls the model.
        classes: names in the order of the outputs.
        roi_backbone: timm's name, or that of another registered family.
        extra_roi_backbone: likewise; None in a baseline, which has one branch.
        backbone_options: branch ("roi", "extra_roi") -> what else its backbone is built with, e.g. pad_type.
        integration: how the branches are joined, see ``NetworkPlan``; so for the next four.
        features: what is joined.
        hidden: width between the features and the answer.
        shared: one backbone with one set of weights serves both views.
        looks_at: both views ("pair"), or what a baseline sees.
        preprocessing: how views are brought to size.
        start: branch -> what its weights started from, a file's name or "random".
        parent: the name of the checkpoint that training continued from.
        training: settings and facts of the run, free form.
        data_fingerprint: identifies the examples (photos, masks, names) it was trained on.
        metrics: on the photos held out from training, e.g. top1, macro_f1.
        temperature: what the logits are divided by before they become probabilities, fitted on held-out photos.
        look_alikes: groups of classes that only the surroundings tell apart, as far as named.
        created: UTC, ISO 8601.
    """

    model_config = ConfigDict(extra="ignore")

    format_version: int = FORMAT_VERSION
    name: str
    classes: list[str] = Field(min_length=1)
    roi_backbone: str
    extra_roi_backbone: str | None = None
    backbone_options: dict[str, dict[str, str]] = {}
    integration: Integration = "concatenation"
    features: Features = "pooled"
    hidden: int = Field(default=HIDDEN, ge=1)
    shared: bool = False
    looks_at: LooksAt = "pair"
    preprocessing: Preprocessing = Preprocessing()
    start: dict[str, str] = {}
    parent: str | None = None
    training: dict[str, Any] = {}
    data_fingerprint: str = ""
    metrics: dict[str, float] = {}
    temperature: float = Field(default=1.0, gt=0, allow_inf_nan=False)
    look_alikes: list[list[str]] = []
    created: str = Field(default_factory=_now)

    @property
    def photos_seen(self) -> frozenset[str]:
        """The keys of the photos that the network or a parent of it was trained on, as far as recorded."""
        return self._photos("train_photos")

    @property
    def photos_held_out(self) -> frozenset[str]:
        """The keys of the photos that its training judged its epochs by, as far as recorded."""
        return self._photos("val_photos")

    def _photos(self, fact: str) -> frozenset[str]:
        listed = self.training.get(fact)
        return frozenset(map(str, listed)) if isinstance(listed, list) else frozenset()

    @property
    def plan(self) -> NetworkPlan:
        """What the network is made of."""
        return NetworkPlan(
            roi=self.roi_backbone,
            extra_roi=self.extra_roi_backbone,
            features=self.features,
            integration=self.integration,
            hidden=self.hidden,
            shared=self.shared,
            looks_at=self.looks_at,
        )

    @model_validator(mode="after")
    def _makes_sense(self) -> CheckpointHeader:
        if len(set(self.classes)) != len(self.classes):
            raise ValueError("two classes have the same name")
        wanted, cut = self.plan.roi_view, self.preprocessing.roi
        if self.looks_at != "pair" and cut != wanted:
            raise ValueError(f"a network that looks at the {self.looks_at} needs the ROI view “{wanted}”, not “{cut}”")
        return self


def read_header(path: Path) -> CheckpointHeader:
    """The header of the checkpoint ``path``, without its tensors.

    Raises:
        RverError: gone, not a checkpoint of this program, cut short, damaged, or of a newer format.
    """
    return _checked_header(path, read_tensor_file_head(path))


def is_checkpoint(path: Path) -> bool:
    """Whether ``path`` is a checkpoint that this program reads."""
    try:
        read_header(path)
    except RverError:
        return False
    return True


def _checked_header(path: Path, head: TensorFileHead) -> CheckpointHeader:
    where = f"{path.name} in {path.parent}"
    text = head.metadata.get(FORMAT_KEY)
    if text is None:
        raise RverError(f"{where} holds weights, but is not a model of RveRGUI; choose a model that it has trained.")
    try:
        fields = json.loads(text)
        version = int(fields["format_version"])
    except (ValueError, KeyError, TypeError) as error:
        raise RverError(f"The header of {where} is damaged; choose another model or copy it again.") from error
    if version > FORMAT_VERSION:
        raise RverError(
            f"{where} was made by a newer RveRGUI (format {version}, this one reads up to {FORMAT_VERSION}); "
            "update the program."
        )
    try:
        header = CheckpointHeader.model_validate(fields)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(str(part) for part in first["loc"]) or "header"
        raise RverError(
            f"The header of {where} cannot be used ({field}: {first['msg']}); choose another model or copy it again."
        ) from error
    outputs = head.shapes.get(head_weight_name(header.integration), (0,))[0]
    if outputs != len(header.classes):
        raise RverError(
            f"{where} names {len(header.classes)} classes, but its network has {outputs} outputs; choose another model."
        )
    return header


def save_checkpoint(path: Path, network: RveRNet, header: CheckpointHeader, half: bool = False) -> None:
    """Write ``network`` and ``header`` to ``path``, whole or not at all.

    Args:
        path: ends in .safetensors by custom; folders are made.
        network: on any device; it is not changed.
        header: its classes are the network's outputs.
        half: store matrices and kernels in 16 bits, which halves the file and changes probabilities in the third
            digit at most; they are 32 bits again after loading. Biases, norms and statistics stay at 32 bits.

    Raises:
        RverError: the header does not fit the network, or the file cannot be written (the earlier one stays).
    """
    from safetensors.torch import save_file

    if len(header.classes) != network.head.out_features:
        raise RverError(
            f"The header names {len(header.classes)} classes, but the network has {network.head.out_features} outputs."
        )
    _check_described(network, header)
    matrices = {name for name, parameter in network.named_parameters() if half and parameter.ndim >= 2}
    tensors = {name: _stored(tensor, name in matrices) for name, tensor in network.state_dict().items()}
    with replacing(path) as neighbour:
        _save(tensors, neighbour, {FORMAT_KEY: header.model_dump_json()}, save_file)


def _check_described(network: RveRNet, header: CheckpointHeader) -> None:
    """That the network can be built again from the header; else nobody could ever load the file."""
    real = network.header_fields()
    for field in ("features", "integration", "hidden", "shared", "looks_at"):
        if getattr(header, field) != real[field]:
            raise RverError(
                f"The header says {field} = {getattr(header, field)}, but the network was built with {real[field]}."
            )


def _save(tensors: dict[str, Tensor], path: Path, metadata: dict[str, str], save_file: Any) -> None:
    from safetensors import SafetensorError

    try:
        save_file(tensors, path, metadata=metadata)
    except SafetensorError as error:  # its words for a full disk, among others
        raise OSError(str(error)) from error


def _stored(tensor: Tensor, half: bool) -> Tensor:
    import torch

    stored = tensor.detach().to("cpu")
    if half and stored.is_floating_point():
        smaller = stored.half()
        if torch.isfinite(smaller).all():  # beyond 65504 it stays as it is
            stored = smaller
    return stored.contiguous().clone()


def load_checkpoint(path: Path, size: int | None = None) -> tuple[RveRNet, CheckpointHeader]:
    """The network (32 bits, on the CPU, in evaluation mode) and the header of the checkpoint ``path``.

    Args:
        path: the file.
        size: side in pixels of the views that the network shall take instead of those it was made for; the header says
            so then. Networks of convolutions take any, a transformer's place embedding is for one.

    Raises:
        RverError: as ``read_header``; or its backbone is not to be had, or tensors are missing or of another shape; or
            the network is tied to another size.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    head = read_tensor_file_head(path)
    header = _checked_header(path, head)
    if size is not None and size != header.preprocessing.size:
        header = _at_size(path, header, size, head)
    network = _empty_network(header)
    _check_tensors(path, {name: tuple(t.shape) for name, t in network.state_dict().items()}, head.shapes)
    try:
        tensors = load_file(path)
    except (SafetensorError, OSError) as error:
        raise RverError(f"{path.name} in {path.parent} could not be read; copy it again.") from error
    own = {name: _own(tensor) for name, tensor in tensors.items() if not name.startswith(MEMORY_PREFIX)}
    network.load_state_dict(own, assign=True)
    for name, branch in (("extra_roi", network.extra_roi), ("roi", network.roi)):
        branch.start = header.start.get(name, branch.start)
    return network.eval(), header


def _at_size(path: Path, header: CheckpointHeader, size: int, head: TensorFileHead) -> CheckpointHeader:
    """``header`` for views of another size; refused if that would be another network."""
    resized = header.model_copy(update={"preprocessing": header.preprocessing.model_copy(update={"size": size})})
    shapes = {name: tuple(tensor.shape) for name, tensor in _empty_network(resized).state_dict().items()}
    tied = next((name for name, shape in shapes.items() if head.shapes.get(name, shape) != shape), None)
    if tied is not None:
        raise RverError(
            f"The network of {path.name} takes pictures of {header.preprocessing.size} pixels only, not of {size}; "
            "leave the size out to continue from it, or train without it."
        )
    return resized


def _own(tensor: Tensor) -> Tensor:
    """A copy in memory, 32 bits if floating: what was read may be a view of the file, which can be replaced."""
    import torch

    return tensor.to(torch.float32, copy=True) if tensor.is_floating_point() else tensor.clone()


def _empty_network(header: CheckpointHeader) -> RveRNet:
    """The network that ``header`` describes, to be filled with ``assign=True``.

    It is built without memory where that is possible, which spares drawing hundreds of megabytes of random numbers.
    Networks with buffers that no checkpoint holds are built in full.
    """
    import torch

    from rvergui.rvernet.network import empty_network

    def build() -> RveRNet:
        return empty_network(header.plan, len(header.classes), header.preprocessing.size, header.backbone_options)

    with torch.device("meta"):
        network = build()
    stored = network.state_dict()
    return network if all(name in stored for name, _ in network.named_buffers()) else build()


def _check_tensors(path: Path, wanted: Mapping[str, tuple[int, ...]], there: Mapping[str, tuple[int, ...]]) -> None:
    where = f"{path.name} in {path.parent}"
    missing = sorted(wanted.keys() - there.keys())
    surplus = sorted(name for name in there.keys() - wanted.keys() if not name.startswith(MEMORY_PREFIX))
    if missing or surplus:
        what = f"lacks {missing[0]}" if missing else f"has {surplus[0]} too many"
        raise RverError(f"{where} does not fit the network that its header describes (it {what}); copy it again.")
    for name, shape in wanted.items():
        if there[name] != shape:
            raise RverError(
                f"{where} does not fit the network that its header describes ({name} is {there[name]} instead of "
                f"{shape}); copy it again."
            )
