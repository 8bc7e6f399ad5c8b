"""What can be chosen about a training run. No torch here."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

# With weights to start from the first; the second learns from few photos without any (0.4 million parameters: on
# rendered meals it knew in three epochs what a MobileNet of that size did not in twenty).
DEFAULT_BACKBONE = "mobilenetv2_100"
SCRATCH_BACKBONE = "test_resnet"
DEFAULT_SIZE = 224
LARGEST_BATCH, SMALLEST_BATCH, STEPS_AN_EPOCH = 32, 4, 8


class TrainOptions(BaseModel):
    """The choices of a training run.

    Attributes:
        source: a .rver project or a pairs folder.
        out: the checkpoint to write; never the one that training starts from.
        start_from: a checkpoint to continue from; its backbones and picture size hold.
        roi: backbone of the ROI branch (timm's name or the paper's); None: the checkpoint's, else MobileNetV2 if there
            are weights to start from, else a small ResNet.
        extra_roi: likewise for the extra-ROI branch.
        size: side of the views in pixels; None: the checkpoint's, else 224.
        epochs: passes over the training items.
        batch_size: items a step; on the last step of an epoch fewer, or one more so that no step has a single item.
            None: 32, and fewer where that would leave an epoch with less than eight steps; a few dozen items in
            batches of 32 are too few steps to learn anything.
        learning_rate: peak, for the head and for branches that start at random; branches with a start get a third.
        weight_decay: of matrices and kernels (AdamW).
        label_smoothing: 0 to below 1.
        class_weights: whether rare classes count more (inverse square root of how often they occur).
        blackout: how often a training item's surroundings are blacked out; it is what makes the pass without
            context, and with it the signed number beside each name, a question the network has been asked before.
            1 trains and judges on objects alone, the paper's baseline.
        outline: how often a training item's outline is moved, as first clicks do; validation keeps the outlines.
        light: the most by which the brightness of training items changes, as a share.
        val_share: about how much is held out, by whole photos.
        seed: of the split, the order, the flips and the random weights.
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
    start_from: Path | None = None
    roi: str | None = None
    extra_roi: str | None = None
    size: int | None = Field(default=None, ge=16, le=2048)
    epochs: int = Field(default=20, ge=1, le=10_000)
    batch_size: int | None = Field(default=None, ge=1, le=65_536)
    learning_rate: float = Field(default=1e-3, gt=0, le=1)
    weight_decay: float = Field(default=0.02, ge=0, le=1)
    label_smoothing: float = Field(default=0.05, ge=0, lt=1)
    class_weights: bool = False
    blackout: float = Field(default=0.1, ge=0, le=1)
    outline: float = Field(default=0.5, ge=0, le=1)
    light: float = Field(default=0.15, ge=0, lt=1)
    val_share: float = Field(default=0.2, gt=0, lt=1)
    seed: int = Field(default=0, ge=0, lt=2**32)
    workers: int | None = Field(default=None, ge=1, le=256)
    threads: int | None = Field(default=None, ge=1, le=4096)
    half: bool = False
    weights: tuple[Path, ...] | None = None
    pixel_limit: int | None = Field(default=None, ge=1)
    device: str | None = None

    def batch_size_for(self, items: int) -> int:
        """How many of ``items`` training items make a step."""
        return self.batch_size or min(LARGEST_BATCH, max(SMALLEST_BATCH, items // STEPS_AN_EPOCH))
