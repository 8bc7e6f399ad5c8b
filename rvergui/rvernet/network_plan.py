"""What a RveRNet is made of, as a value. No torch here, so that options and headers can hold it."""

from __future__ import annotations

from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, model_validator

HIDDEN = 640

Features = Literal["pooled", "logits"]
Integration = Literal["concatenation", "linear", "gated", "cross_attention"]
LooksAt = Literal["pair", "roi", "photo", "box"]

FEATURES: tuple[str, ...] = get_args(Features)
INTEGRATIONS: tuple[str, ...] = get_args(Integration)
LOOKS_AT: tuple[str, ...] = get_args(LooksAt)

# These weigh one view against the other, so there must be two.
_NEED_BOTH_VIEWS = frozenset({"gated", "cross_attention"})
_ROI_VIEWS = {"photo": "photo", "box": "box"}
# The published layout is a plain sequence: Linear, ReLU, Linear.
_HEADS = {"concatenation": "integration.2.weight"}


class NetworkPlan(BaseModel):
    """The parts of a RveRNet (arXiv 2407.08257) and how they are put together.

    Attributes:
        roi: backbone of the ROI branch, timm's name or the paper's.
        extra_roi: backbone of the extra-ROI branch; None: the same as ``roi`` if both views are looked at.
        features: "pooled" joins the backbones' pooled features, "logits" their ImageNet logits as the published code
            does.
        integration: how the two views become one answer: "concatenation" (published: side by side, Linear to
            ``hidden``, ReLU, Linear), "linear" (side by side, one Linear; the published baselines' head), "gated" or
            "cross_attention".
        hidden: width between the features and the answer.
        shared: one backbone with one set of weights serves both views.
        looks_at: "pair" is RveRNet; the others are baselines with one branch: "roi" sees the object alone, "photo" the
            whole photo, "box" a rectangle around the object. The preprocessing cuts what the branch sees
            (``roi_view``).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    roi: str
    extra_roi: str | None = None
    features: Features = "pooled"
    integration: Integration = "concatenation"
    hidden: int = Field(default=HIDDEN, ge=1, le=65_536)
    shared: bool = False
    looks_at: LooksAt = "pair"

    @model_validator(mode="after")
    def _makes_sense(self) -> NetworkPlan:
        if self.looks_at != "pair":
            self._check_baseline()
        elif self.shared and self.extra_roi not in (None, self.roi):
            raise ValueError(
                f"one backbone for both views cannot be {self.roi} and {self.extra_roi}; leave the extra-ROI one out"
            )
        if self.integration == "cross_attention" and self.features != "pooled":
            raise ValueError("cross-attention joins feature maps, not logits; choose pooled features")
        return self

    def _check_baseline(self) -> None:
        if self.extra_roi is not None or self.shared:
            raise ValueError(f"a network that looks at the {self.looks_at} alone has one branch; name one backbone")
        if self.integration in _NEED_BOTH_VIEWS:
            raise ValueError(
                f"{self.integration} joins two views; a network that looks at the {self.looks_at} alone has one"
            )

    @property
    def second(self) -> str | None:
        """The extra-ROI branch's backbone; None if there is no such branch."""
        return (self.extra_roi or self.roi) if self.looks_at == "pair" else None

    @property
    def roi_view(self) -> str:
        """What the preprocessing has to cut for the first branch (``Preprocessing.roi``)."""
        return _ROI_VIEWS.get(self.looks_at, "masked")

    @property
    def layout(self) -> str:
        """What the branches hand on: "pooled", "logits" or "map"."""
        return "map" if self.integration == "cross_attention" else self.features


def head_weight_name(integration: str) -> str:
    """The name in a checkpoint of the last layer's weight, which has one row a class."""
    return _HEADS.get(integration, "integration.head.weight")
