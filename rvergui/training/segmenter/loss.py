"""What is minimised: the best candidate's disagreement with the truth, and how wrong the predicted scores are."""

from __future__ import annotations

import torch
from torch.nn import functional

# Every candidate learns a little from every truth, or two of three would never be asked again.
_EVERYONE = 0.1
# One click may mean a part, the item or all of it; several say which, and the item's candidate has to follow them.
_ITEM_FIRST, _ITEM_LATER = 0.3, 1.0
_SCORE = 0.5


def click_loss(
    logits: torch.Tensor, scores: torch.Tensor, truth: torch.Tensor, first: bool = True
) -> tuple[torch.Tensor, torch.Tensor]:
    """The mean loss and the candidates' IoU.

    Args:
        logits: (n, 3, h, w).
        scores: (n, 3), the predicted IoU.
        truth: (n, h, w) float32, 0..1.
        first: whether it is the answer to the first click, which is ambiguous.

    Returns:
        The loss, and (n, 3) IoU of each candidate cut at 0 with the truth cut at 0.5, without gradient.
    """
    wanted = truth[:, None].expand_as(logits)
    cross = functional.binary_cross_entropy_with_logits(logits, wanted, reduction="none").mean((2, 3))
    probable = torch.sigmoid(logits)
    shared = (probable * wanted).sum((2, 3))
    both = probable.sum((2, 3)) + wanted.sum((2, 3))
    overlap = 1 - (2 * shared + 1) / (both + 1)
    # small objects count as much as large ones: the cross entropy is weighed by the object's share of the picture
    share = truth.mean((1, 2)).clamp(0.02, 1.0)
    each = overlap + 0.5 * cross / share.sqrt()[:, None]
    best = each.min(1).values
    loss = best + (_ITEM_FIRST if first else _ITEM_LATER) * each[:, 1] + _EVERYONE * each.mean(1)
    with torch.no_grad():
        inside, real = logits > 0, wanted > 0.5
        iou = (inside & real).sum((2, 3)) / (inside | real).sum((2, 3)).clamp(min=1)
    judged = functional.mse_loss(scores, iou, reduction="none").mean(1)
    return (loss + _SCORE * judged).mean(), iou
