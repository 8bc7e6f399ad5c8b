"""What can be chosen about a training run. No torch here."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from rvergui.core import RverError
from rvergui.rvernet.network_plan import Features, Integration, LooksAt
from rvergui.rvernet.noise import parse
from rvergui.training.recipes import RECIPES

# With weights to start from the first; the second learns from few photos without any (0.4 million parameters: on
# rendered meals it knew in three epochs what a MobileNet of that size did not in twenty).
DEFAULT_BACKBONE = "mobilenetv2_100"
SCRATCH_BACKBONE = "test_resnet"
DEFAULT_SIZE = 224
DEFAULT_VIEWS = "close_up"
LARGEST_BATCH, SMALLEST_BATCH, STEPS_AN_EPOCH = 32, 4, 8

Balance = Literal["none", "weights", "sampler"]
Freeze = Literal["none", "roi", "extra_roi", "early", "backbones"]
Precision = Literal["auto", "float32", "bfloat16", "float16"]
Optimizer = Literal["adamw", "adam"]
Distillation = Literal["hard", "soft"]


class TrainOptions(BaseModel):
    """The choices of a training run.

    Attributes:
        source: a .rver project or a pairs folder.
        out: the checkpoint to write; never the one that training starts from.
        recipe: a name in ``RECIPES``; its options hold where nothing else is said.
        start_from: a checkpoint to continue from; what it is made of and how it cuts views hold.
        scratch: a new network begins with random weights, whatever is found on this machine.
        roi: backbone of the ROI branch (timm's name or the paper's); None: the checkpoint's, else MobileNetV2 if there
            are weights to start from, else a small ResNet.
        extra_roi: likewise for the extra-ROI branch.
        features: see ``NetworkPlan``, and so for the next four; None: the checkpoint's, else the plan's own default.
        integration: how the branches are joined.
        shared: one backbone with one set of weights for both views.
        looks_at: "pair", or what a baseline sees.
        hidden: width between the features and the answer.
        preprocessing: how views are cut, "published" or "close_up"; None: the checkpoint's, else close up, which named
            rendered meals clearly better (docs/preprocessing.md).
        size: side of the views in pixels; None: the checkpoint's, else 224. A network of convolutions can continue at
            another size than it began with: small pictures first take a fraction of the time.
        normalise: whether a new network takes pictures with the mean and deviation that its backbones learnt with; the
            published code feeds them plain values / 255.
        epochs: passes over the training items.
        patience: stop after this many epochs without a better one; None: never.
        batch_size: items a step (of all processes together); on the last step of an epoch fewer, or one more so that no
            step has a single item. None: 32, and fewer where that would leave an epoch with less than eight steps; a
            few dozen items in batches of 32 are too few steps to learn anything.
        optimizer: "adamw", or "adam" as published.
        learning_rate: peak, for the head and for branches that start at random.
        started_rate: what branches with a start get of it.
        warm_up: share of the steps with a rising rate; the rest is half a cosine.
        weight_decay: of matrices and kernels.
        clip: the longest gradient; None: any.
        label_smoothing: 0 to below 1.
        view_loss: what each branch's answer of its own counts besides the joined one, see ``view_heads``; 0: nothing.
        average: whether a running average of the weights is judged and kept instead of the weights themselves.
        keep_statistics: whether batch norm of branches with a start keeps the statistics that came with it.
        balance: what is done for rare classes: nothing, they count more in the loss ("weights"), or they are shown more
            often ("sampler"); both by the inverse square root of how often they occur.
        blackout: how often a training item's surroundings are blacked out; it is what makes the pass without
            context, and with it the signed number beside each name, a question the network has been asked before.
            1 trains and judges on objects alone.
        outline: how often a training item's outline is moved, as first clicks do; validation keeps the outlines.
        light: the most by which the brightness of training items changes, as a share.
        flip: how often photo and mask are mirrored.
        turn: the most by which they are turned, in degrees.
        zoom: the most by which they are scaled, as a share.
        shift: the most by which they are shifted, as a share of the side.
        noise: what training items are spoiled with, see ``rvernet.noise``.
        freeze: what does not learn. If that is every branch, each picture goes through them once and training is a
            matter of seconds. "early": all of the backbones but their last blocks, see ``last_blocks``.
        variants: with everything frozen, how many variants of each training item are kept; the first is the item as
            it is, further ones are varied as above.
        rehearse: likewise, how much the classes count of which there is no photo, but which the model that training
            continues from remembers: as much as the items at 1, and 0 lets them be forgotten (see ``rehearsal``).
        teacher: a checkpoint to learn from, too (distillation).
        distil: "hard" takes the teacher's best name as the truth, "soft" its probabilities as the aim.
        distil_weight: what the teacher counts, 0 to 1; the labels count the rest.
        distil_temperature: what both sides' logits are divided by when "soft".
        precision: arithmetic of the passes; "auto" is 16 bits on a GPU and 32 on a processor.
        checkpointing: compute activations again in the backward pass instead of keeping them: slower, less memory.
        val_share: about how much is held out, by whole photos.
        seed: of the split, the order, the variety and the random weights.
        resume: go on where a training of the same ``out`` was interrupted, if there is such a state; else start.
        state_seconds: how often the state for that is written.
        last: also write the last epoch's network, to NAME.last.safetensors.
        log_dir: folder for log.csv, a line an epoch; None: no logs.
        tensorboard: also write TensorBoard's files there.
        workers: threads that open photos and cut views; None: up to four.
        threads: CPU threads of the network; None: RVERGUI_THREADS, else torch decides.
        half: store the checkpoint in 16 bits.
        weights: folders with start weights; None: those of the settings and the shipped ones.
        pixel_limit: the most pixels of a photo that are opened; None: the settings'.
        device: torch's name of the device; None: the GPU if there is one.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: Path
    out: Path
    recipe: str | None = None
    start_from: Path | None = None
    scratch: bool = False
    roi: str | None = None
    extra_roi: str | None = None
    features: Features | None = None
    integration: Integration | None = None
    shared: bool | None = None
    looks_at: LooksAt | None = None
    hidden: int | None = Field(default=None, ge=1, le=65_536)
    preprocessing: Literal["published", "close_up"] | None = None
    size: int | None = Field(default=None, ge=16, le=2048)
    normalise: bool = True
    epochs: int = Field(default=20, ge=1, le=10_000)
    patience: int | None = Field(default=None, ge=1, le=10_000)
    batch_size: int | None = Field(default=None, ge=1, le=65_536)
    optimizer: Optimizer = "adamw"
    learning_rate: float = Field(default=1e-3, gt=0, le=1)
    started_rate: float = Field(default=1 / 3, gt=0, le=1)
    warm_up: float = Field(default=0.1, ge=0, le=1)
    weight_decay: float = Field(default=0.02, ge=0, le=1)
    clip: float | None = Field(default=2.0, gt=0)
    label_smoothing: float = Field(default=0.05, ge=0, lt=1)
    view_loss: float = Field(default=0.3, ge=0, le=10)
    average: bool = True
    keep_statistics: bool = True
    balance: Balance = "none"
    blackout: float = Field(default=0.1, ge=0, le=1)
    outline: float = Field(default=0.5, ge=0, le=1)
    light: float = Field(default=0.15, ge=0, lt=1)
    flip: float = Field(default=0.5, ge=0, le=1)
    turn: float = Field(default=10.0, ge=0, le=180)
    zoom: float = Field(default=0.15, ge=0, lt=1)
    shift: float = Field(default=0.08, ge=0, lt=1)
    noise: tuple[str, ...] = ()
    freeze: Freeze = "none"
    variants: int = Field(default=1, ge=1, le=100)
    rehearse: float = Field(default=0.5, ge=0, le=10)
    teacher: Path | None = None
    distil: Distillation = "hard"
    distil_weight: float = Field(default=0.5, ge=0, le=1)
    distil_temperature: float = Field(default=3.0, gt=0, le=100)
    precision: Precision = "auto"
    checkpointing: bool = False
    val_share: float = Field(default=0.2, gt=0, lt=1)
    seed: int = Field(default=0, ge=0, lt=2**32)
    resume: bool = False
    state_seconds: float = Field(default=60.0, ge=0)
    last: bool = False
    log_dir: Path | None = None
    tensorboard: bool = False
    workers: int | None = Field(default=None, ge=1, le=256)
    threads: int | None = Field(default=None, ge=1, le=4096)
    half: bool = False
    weights: tuple[Path, ...] | None = None
    pixel_limit: int | None = Field(default=None, ge=1)
    device: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _with_recipe(cls, values: Any) -> Any:
        if not isinstance(values, dict) or values.get("recipe") is None:
            return values
        recipe = RECIPES.get(str(values["recipe"]))
        if recipe is None:
            raise ValueError(f"there is no recipe “{values['recipe']}”, only {', '.join(RECIPES)}")
        return {**recipe, **values}

    @model_validator(mode="after")
    def _makes_sense(self) -> TrainOptions:
        if self.scratch and self.start_from is not None:
            raise ValueError("a network begins from a checkpoint or from random weights, not from both")
        if self.scratch and self.freeze in ("backbones", "early"):
            raise ValueError("random backbones must learn, too; train everything, or start from a model")
        return self

    @field_validator("noise")
    @classmethod
    def _known_noise(cls, texts: tuple[str, ...]) -> tuple[str, ...]:
        try:
            return tuple(str(parse(text)) for text in texts)
        except RverError as error:
            raise ValueError(str(error)) from error

    def batch_size_for(self, items: int) -> int:
        """How many of ``items`` training items make a step."""
        return self.batch_size or min(LARGEST_BATCH, max(SMALLEST_BATCH, items // STEPS_AN_EPOCH))


def problem_of(error: ValueError) -> str:
    """The first thing that pydantic found wrong, as half a sentence."""
    errors = getattr(error, "errors", None)
    if errors is None:
        return str(error)
    first = errors(include_url=False)[0]
    field = ".".join(str(part) for part in first["loc"]).replace("_", "-")
    message = str(first["msg"]).removeprefix("Value error, ").rstrip(".")
    return f"{field}: {message}" if field else message
