"""What a training of the starter network is told."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field


class SegmenterOptions(BaseModel):
    """One training.

    Attributes:
        data: a folder with coco_cc, clothing_co_parsing and grocery_store (docs/starter-network.md).
        out: the folder for ``state.pt``, from which a run goes on, and ``starter.safetensors``.
        backbone: weights of ``mobilenetv2_100`` in timm's names to start from; None starts at random.
        start: a starter network to go on from instead (its weights only).
        steps: batches in all.
        stop_after: leave after so many batches of this call; the next call goes on.
        side: of the square crops in pixels, a multiple of 32.
        crops: pictures a batch.
        objects: cut out on each.
        clicks: on each object.
        rendered: sample meals to render.
        every: take every n-th photo of the large sets, for a quick try.
        seed: of everything random.
        head_rate: highest learning rate of the new layers.
        backbone_rate: of the backbone.
        save_every: batches between two states on disk.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    data: Path
    out: Path
    backbone: Path | None = None
    start: Path | None = None
    steps: int = Field(2400, ge=1)
    stop_after: int | None = Field(None, ge=1)
    side: int = Field(192, ge=64, multiple_of=32)
    crops: int = Field(8, ge=1)
    objects: int = Field(2, ge=1)
    clicks: int = Field(3, ge=1)
    rendered: int = Field(120, ge=1)
    every: int = Field(1, ge=1)
    seed: int = Field(1, ge=0)
    head_rate: float = Field(1.5e-3, gt=0)
    backbone_rate: float = Field(1.5e-4, gt=0)
    save_every: int = Field(250, ge=1)
