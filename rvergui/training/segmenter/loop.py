"""The training loop: each object of a batch is clicked several times, and every answer is learned from."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch.nn import functional

from rvergui.segment.starter_network import Clicks, Features, StarterNetwork
from rvergui.training.segmenter.crops import TRUTH_STEP
from rvergui.training.segmenter.loss import click_loss
from rvergui.training.segmenter.person import click

FROZEN = ("conv_stem", "bn1", "blocks.0", "blocks.1")


@dataclass(frozen=True)
class Schedule:
    """How the learning rate goes.

    Attributes:
        steps: batches in all.
        warm_up: batches until the full rate.
        head: highest rate of everything new.
        backbone: highest rate of what was started from weights.
    """

    steps: int
    warm_up: int = 150
    head: float = 1.5e-3
    backbone: float = 1.5e-4

    def share(self, step: int) -> float:
        """The share of the highest rate at ``step``: linear warm-up, then half a cosine."""
        if step < self.warm_up:
            return (step + 1) / self.warm_up
        done = (step - self.warm_up) / max(self.steps - self.warm_up, 1)
        return 0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * min(done, 1.0)))


def optimiser(network: StarterNetwork, schedule: Schedule) -> torch.optim.AdamW:
    """AdamW with the backbone's first blocks frozen and the rest of it slower than what is new."""
    started, new = [], []
    for name, parameter in network.named_parameters():
        inner = name.removeprefix("encoder.backbone.")
        if inner == name:
            new.append(parameter)
        elif inner.startswith(FROZEN):
            parameter.requires_grad_(False)
        else:
            started.append(parameter)
    return torch.optim.AdamW(
        [{"params": new, "lr": schedule.head}, {"params": started, "lr": schedule.backbone}], weight_decay=1e-2
    )


def set_rates(optimiser: torch.optim.Optimizer, schedule: Schedule, step: int) -> None:
    """Give both groups their rate at ``step``."""
    for group, highest in zip(optimiser.param_groups, (schedule.head, schedule.backbone), strict=True):
        group["lr"] = highest * schedule.share(step)


def normalised(picture: torch.Tensor) -> torch.Tensor:
    """uint8 0..255 to float32 -1..1, as the weights expect it."""
    return (picture.float() / 127.5 - 1).contiguous(memory_format=torch.channels_last)


def train_batch(
    network: StarterNetwork,
    batch: dict[str, torch.Tensor],
    clicks: int,
    dice: np.random.Generator,
    on_step: Callable[[int, float, torch.Tensor, torch.Tensor], None],
) -> None:
    """Accumulate the gradients of one batch.

    Args:
        network: in training mode.
        batch: of ``ClickBatches``.
        clicks: how often each object is clicked.
        dice: for the simulated person.
        on_step: told the click's number, the loss, (n, 3) IoU and (n, 3) predicted IoU.
    """
    device = next(network.parameters()).device
    picture = normalised(batch["picture"].to(device))
    truth = batch["truth"].to(device)
    objects = truth.shape[0] // picture.shape[0]
    seen = network.encoder(picture)
    # The head runs several times on the same features: gradients are collected there and pass the encoder once.
    held = Features(*[feature.detach().requires_grad_() for feature in seen])
    each = Features(*[feature.repeat_interleave(objects, 0) for feature in held])
    person = People(batch, dice)
    for number in range(clicks):
        prompts = Clicks(*[tensor.to(device) for tensor in person.prompts()])
        logits, scores = network.head(each, prompts)
        large = functional.interpolate(logits, size=truth.shape[1:], mode="bilinear", align_corners=False)
        loss, iou = click_loss(large, scores, truth.float(), first=number == 0)
        torch.autograd.backward(loss / clicks, retain_graph=number + 1 < clicks)
        on_step(number, float(loss.detach()), iou, scores.detach())
        person.look(logits.detach().cpu(), large.detach().cpu(), scores.detach().cpu(), iou.cpu())
    gradients = [feature.grad if feature.grad is not None else torch.zeros_like(feature) for feature in held]
    torch.autograd.backward(list(seen), gradients)


class People:
    """Everybody who clicks on the objects of a batch; keeps prompts and the mask so far."""

    def __init__(self, batch: dict[str, torch.Tensor], dice: np.random.Generator) -> None:
        self._truth = batch["truth"].numpy()
        self._dice = dice
        self._mask = batch["draft"].clone()
        cells = self._mask.shape[-1]
        self._points: list[list[tuple[float, float, float]]] = [[] for _ in self._truth]
        self._box = _box_maps(batch["box"], cells)
        for number, boxed in enumerate(~torch.isnan(batch["box"][:, 0])):
            if not bool(boxed):
                self._click(number, np.zeros_like(self._truth[number]))

    def prompts(self) -> Clicks:
        """The prompts now."""
        longest = max(1, max(len(points) for points in self._points))
        places = torch.zeros(len(self._points), longest, 2)
        signs = torch.zeros(len(self._points), longest)
        for number, points in enumerate(self._points):
            for k, (x, y, sign) in enumerate(points):
                places[number, k] = torch.tensor([x, y])
                signs[number, k] = sign
        return Clicks(places, signs, self._box, self._mask)

    def look(self, logits: torch.Tensor, large: torch.Tensor, scores: torch.Tensor, iou: torch.Tensor) -> None:
        """Everybody takes the candidate that scored best, or now and then by Tab the best one, and clicks again."""
        chosen = scores.argmax(1)
        if self._dice.random() < 0.3:
            chosen = iou.argmax(1)
        rows = torch.arange(len(chosen))
        self._mask = torch.sigmoid(logits[rows, chosen])[:, None]
        found = (large[rows, chosen] > 0).numpy().astype(np.uint8)
        for number in range(len(self._points)):
            self._click(number, found[number])

    def _click(self, number: int, found: np.ndarray) -> None:
        place = click(self._truth[number], found, self._dice)
        if place is not None:
            x, y, sign = place
            step = TRUTH_STEP / 4
            self._points[number].append(((x + 0.5) * step - 0.5, (y + 0.5) * step - 0.5, sign))


def _box_maps(boxes: torch.Tensor, cells: int) -> torch.Tensor:
    centre = torch.arange(cells) + 0.5
    inside_x = (centre[None] > boxes[:, None, 0]) & (centre[None] < boxes[:, None, 2])
    inside_y = (centre[None] > boxes[:, None, 1]) & (centre[None] < boxes[:, None, 3])
    return (inside_y[:, :, None] & inside_x[:, None, :]).float()[:, None]
