"""The starter network: a small click segmenter of our own.

A MobileNetV2 (Sandler et al., 2018) looks at the picture once. The head is given what it saw, maps of the clicks, the
box and the mask so far, and maps of how much every place resembles the clicked ones; a click costs the head alone.
Clicks, the mask before and their loop follow Sofiiuk et al., "Reviving iterative training with mask guidance", 2021;
several masks with predicted scores follow Kirillov et al., "Segment Anything", 2023. Here the three are nested by
construction: a part lies inside the item, the item inside all of it.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import timm
import torch
from torch import nn
from torch.nn import functional

# Cells of the finest map along one side of the picture, per pixel; pictures are multiples of 16 pixels.
FINE, COARSE = 4, 16
CANDIDATES = 3
MAX_CLICKS = 16
# How far, in fine cells, the narrow and the wide map of a click reach.
_NARROW, _WIDE = 1.2, 5.0
_TRAITS = 24
_PROMPT_MAPS = 7
_LIKENESS_MAPS = 4


class Features(NamedTuple):
    """What the encoder remembers of a picture of height h and width w.

    Attributes:
        coarse: (n, 128, h/16, w/16).
        middle: (n, 64, h/8, w/8).
        fine: (n, 32, h/4, w/4).
        coarse_traits: (n, 24, h/16, w/16), of length 1 each; what resembles each other points the same way.
        fine_traits: (n, 24, h/4, w/4), likewise.
    """

    coarse: torch.Tensor
    middle: torch.Tensor
    fine: torch.Tensor
    coarse_traits: torch.Tensor
    fine_traits: torch.Tensor


class Clicks(NamedTuple):
    """Prompts for n objects.

    Attributes:
        points: (n, clicks, 2) x and y in fine cells, the centre of the first cell at 0.
        signs: (n, clicks) 1 adds, -1 takes away, 0 is no click.
        box: (n, 1, h/4, w/4) 1 inside the box, 0 outside or without one.
        mask: (n, 1, h/4, w/4) the mask so far as probabilities, 0 without one.
    """

    points: torch.Tensor
    signs: torch.Tensor
    box: torch.Tensor
    mask: torch.Tensor


def _convolution(inputs: int, outputs: int, size: int = 3, dilation: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, size, padding=dilation * (size // 2), dilation=dilation, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(inplace=True),
    )


class _Residual(nn.Module):
    def __init__(self, channels: int, dilation: int = 1) -> None:
        super().__init__()
        self.first = _convolution(channels, channels, dilation=dilation)
        self.second = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(channels)
        nn.init.zeros_(self.norm.weight)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return functional.relu(x + self.norm(self.second(self.first(x))))


class StarterEncoder(nn.Module):
    """(n, 3, h, w) float32 in -1..1, h and w multiples of 16, to ``Features``."""

    def __init__(self) -> None:
        super().__init__()
        self.backbone = folded(new_backbone())
        self.surround = nn.Conv2d(320, 128, 1)
        self.coarse = _convolution(96 + 320, 128, 1)
        self.middle = _convolution(32, 64, 1)
        self.edges = nn.Conv2d(16, 8, 1)
        self.fine = _convolution(24 + 32 + 48, 32, 1)
        self.coarse_traits = nn.Conv2d(128, _TRAITS, 1)
        self.fine_traits = nn.Conv2d(32 + 64, _TRAITS, 1)

    def forward(self, picture: torch.Tensor) -> Features:
        """See the class."""
        half, quarter, eighth, sixteenth, deep = self.backbone(picture)
        coarse = self.coarse(torch.cat([sixteenth, deep], 1))
        coarse = coarse + self.surround(deep.mean((2, 3), keepdim=True))
        middle = self.middle(eighth)
        # Pixels and the first block's features come down without loss: fine edges live there.
        pixels = functional.pixel_unshuffle(picture, 4)
        fine = self.fine(torch.cat([quarter, functional.pixel_unshuffle(self.edges(half), 2), pixels], 1))
        raised = functional.interpolate(middle, scale_factor=2.0, mode="bilinear", align_corners=False)
        return Features(
            coarse,
            middle,
            fine,
            functional.normalize(self.coarse_traits(coarse), dim=1),
            functional.normalize(self.fine_traits(torch.cat([fine, raised], 1)), dim=1),
        )


class StarterHead(nn.Module):
    """``Features`` and ``Clicks`` to logits (n, 3, h/4, w/4) of part, item, all, and their predicted IoU (n, 3)."""

    def __init__(self) -> None:
        super().__init__()
        prompts = _PROMPT_MAPS + _LIKENESS_MAPS
        self.prompt16 = nn.Conv2d(prompts + _LIKENESS_MAPS, 128, 3, padding=1)
        self.blocks16 = nn.Sequential(_Residual(128), _Residual(128, 2))
        self.down8 = nn.Conv2d(128, 64, 1)
        self.prompt8 = nn.Conv2d(prompts, 64, 3, padding=1)
        self.blocks8 = _Residual(64)
        self.down4 = nn.Conv2d(64, 32, 1)
        self.prompt4 = nn.Conv2d(prompts, 32, 3, padding=1)
        self.blocks4 = _Residual(32)
        self.masks = nn.Conv2d(32, CANDIDATES, 3, padding=1)
        self.judge = nn.Sequential(nn.Linear(128 + 128 + 64 + 4, 64), nn.ReLU(inplace=True), nn.Linear(64, 1))

    def forward(self, seen: Features, clicks: Clicks) -> tuple[torch.Tensor, torch.Tensor]:
        """See the class."""
        maps = _prompt_maps(clicks)
        fine_likeness = _likeness(seen.fine_traits, clicks.points, clicks.signs, clicks.mask)
        maps4 = torch.cat([maps, fine_likeness], 1)
        maps8 = functional.avg_pool2d(maps4, 2)
        maps16 = _pool_click_maps(maps4)
        coarse_likeness = _likeness(
            seen.coarse_traits,
            (clicks.points + 0.5) * (FINE / COARSE) - 0.5,
            clicks.signs,
            functional.avg_pool2d(clicks.mask, COARSE // FINE),
        )
        x16 = functional.relu(seen.coarse + self.prompt16(torch.cat([maps16, coarse_likeness], 1)))
        x16 = self.blocks16(x16)
        x8 = functional.relu(_double(self.down8(x16)) + seen.middle + self.prompt8(maps8))
        x8 = self.blocks8(x8)
        x4 = functional.relu(_double(self.down4(x8)) + seen.fine + self.prompt4(maps4))
        raw = self.masks(self.blocks4(x4))
        item = raw[:, 1:2]
        logits = torch.cat([item - functional.softplus(raw[:, :1]), item, item + functional.softplus(raw[:, 2:])], 1)
        return logits, self._scores(x16, x8, logits)

    def _scores(self, x16: torch.Tensor, x8: torch.Tensor, logits: torch.Tensor) -> torch.Tensor:
        inside = torch.sigmoid(logits.detach())
        judged = []
        whole = x16.mean((2, 3))
        inside16 = functional.avg_pool2d(inside, COARSE // FINE)
        inside8 = functional.avg_pool2d(inside, 2)
        for candidate in range(CANDIDATES):
            facts = torch.stack(
                [
                    inside[:, candidate].mean((1, 2)).sqrt(),
                    (inside[:, candidate] * (1 - inside[:, candidate])).mean((1, 2))
                    / (inside[:, candidate].mean((1, 2)) + 1e-3),
                    torch.full_like(whole[:, 0], float(candidate == 0)),
                    torch.full_like(whole[:, 0], float(candidate == CANDIDATES - 1)),
                ],
                1,
            )
            mean16 = _mean_inside(x16, inside16[:, candidate : candidate + 1])
            mean8 = _mean_inside(x8, inside8[:, candidate : candidate + 1])
            judged.append(self.judge(torch.cat([whole, mean16, mean8, facts], 1)))
        return torch.sigmoid(torch.cat(judged, 1))


def new_backbone() -> nn.Module:
    """timm's MobileNetV2 as a pyramid with strides 2, 4, 8, 16 and 16."""
    backbone: nn.Module = timm.create_model(
        "mobilenetv2_100", pretrained=False, features_only=True, output_stride=16, pad_type="same"
    )
    return backbone


def folded(backbone: nn.Module) -> nn.Module:
    """``backbone`` with every batch normalisation folded into the convolution before it.

    The weights that the network starts from come folded (their means are 0 and their variances 1), so statistics of
    one's own would only disturb them, and every step is faster without.
    """
    for parent in list(backbone.modules()):
        children = list(parent.named_children())
        for (_, convolution), (name, norm) in pairwise(children):
            if isinstance(norm, nn.BatchNorm2d) and isinstance(convolution, nn.Conv2d):
                assert norm.running_mean is not None
                assert norm.running_var is not None
                with torch.no_grad():
                    scale = norm.weight / torch.sqrt(norm.running_var + norm.eps)
                    convolution.weight.mul_(scale[:, None, None, None])
                    convolution.bias = nn.Parameter(norm.bias - norm.running_mean * scale)
                activation = getattr(norm, "act", None)  # timm's normalisation carries its activation
                setattr(parent, name, activation if activation is not None else nn.Identity())
    return backbone


class StarterNetwork(nn.Module):
    """Encoder and head together."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = StarterEncoder()
        self.head = StarterHead()

    def forward(self, picture: torch.Tensor, clicks: Clicks) -> tuple[torch.Tensor, torch.Tensor]:
        """See ``StarterEncoder`` and ``StarterHead``."""
        result: tuple[torch.Tensor, torch.Tensor] = self.head(self.encoder(picture), clicks)
        return result


def _double(x: torch.Tensor) -> torch.Tensor:
    return functional.interpolate(x, scale_factor=2.0, mode="bilinear", align_corners=False)


def _mean_inside(x: torch.Tensor, inside: torch.Tensor) -> torch.Tensor:
    return (x * inside).sum((2, 3)) / (inside.sum((2, 3)) + 1e-2)


def _pool_click_maps(maps: torch.Tensor) -> torch.Tensor:
    """To the coarse grid: the mean, but the maximum of the narrow clicks, which the mean would nearly erase."""
    narrow = functional.max_pool2d(maps[:, :2], COARSE // FINE)
    return torch.cat([narrow, functional.avg_pool2d(maps[:, 2:], COARSE // FINE)], 1)


def _prompt_maps(clicks: Clicks) -> torch.Tensor:
    """(n, 7, h/4, w/4): narrow and wide maps of both kinds of clicks, box, mask, whether there is a mask."""
    height, width = clicks.mask.shape[-2:]
    ys = torch.arange(height, dtype=clicks.points.dtype, device=clicks.points.device)
    xs = torch.arange(width, dtype=clicks.points.dtype, device=clicks.points.device)
    dx = (xs[None, None] - clicks.points[..., :1]) ** 2
    dy = (ys[None, None] - clicks.points[..., 1:]) ** 2
    distance = dy[..., :, None] + dx[..., None, :]
    maps = []
    for reach in (_NARROW, _WIDE):
        bump = torch.exp(distance * (-0.5 / reach**2))
        for sign in (1.0, -1.0):
            counted = (clicks.signs == sign).to(bump.dtype)[..., None, None]
            maps.append((bump * counted).amax(1, keepdim=True))
    there = (clicks.mask.amax((2, 3), keepdim=True) > 0).to(clicks.mask.dtype).expand_as(clicks.mask)
    return torch.cat([*maps, clicks.box, clicks.mask, there], 1)


def _likeness(traits: torch.Tensor, points: torch.Tensor, signs: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """(n, 4, h, w): how alike each place is to added clicks, taken-away clicks, the mask's inside and its outside."""
    height, width = traits.shape[-2:]
    columns = points[..., 0].round().clamp(0, width - 1).long()
    rows = points[..., 1].round().clamp(0, height - 1).long()
    flat = traits.flatten(2)
    places = (rows * width + columns)[:, None].expand(-1, traits.shape[1], -1)
    clicked = flat.gather(2, places)
    alike = torch.einsum("ncp,nck->npk", clicked, flat)
    maps = []
    for sign in (1.0, -1.0):
        counted = (signs == sign)[..., None]
        best = torch.where(counted, alike, torch.full_like(alike, -1.0)).amax(1, keepdim=True)
        maps.append(best * counted.any(1, keepdim=True).to(best.dtype))
    inside = mask.flatten(2)
    for share in (inside, (1 - inside) * inside.amax(2, keepdim=True)):
        mean = functional.normalize((flat * share).sum(2), dim=1)
        maps.append(torch.einsum("nc,nck->nk", mean, flat)[:, None])
    return torch.cat(maps, 1).reshape(-1, len(maps), height, width)
