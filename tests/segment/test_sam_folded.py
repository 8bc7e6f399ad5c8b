"""The decoder with folded projections against the official one, and encoders in steps against themselves."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from sam_cases import MOBILE, TINY, random_sam
from segment_anything.modeling import Sam

from rvergui.segment.mobile_sam import MobileSamArchitecture
from rvergui.segment.sam_architecture import SamArchitecture
from rvergui.segment.sam_folded import FoldedDecoder
from rvergui.segment.sam_halves import SamPrompts
from rvergui.segment.sam_network import TorchDecoder, TorchEncoder, encoder_stages

DEEP = replace(TINY, decoder_depth=2, masks=3)
SMALL_MOBILE = replace(MOBILE, widths=(16, 32, 40, 80), depths=(1, 1, 1, 1), prompt_width=32, image_size=512)


@pytest.fixture(scope="module")
def sam() -> Sam:
    return random_sam(DEEP).requires_grad_(False)


@pytest.fixture(scope="module")
def features() -> np.ndarray:
    return np.random.default_rng(3).normal(size=(1, DEEP.prompt_width, DEEP.cells, DEEP.cells)).astype(np.float32)


def prompts(n: int, clicks: int, box: bool, mask: bool, several: bool) -> SamPrompts:
    random = np.random.default_rng(n * 100 + clicks)
    corners = np.sort(random.uniform(0, 512, (n, 2, 2)), axis=1).reshape(n, 4)
    return SamPrompts(
        points=random.uniform(0, 512, (n, clicks, 2)).astype(np.float32) if clicks else None,
        labels=random.integers(0, 2, (n, clicks)).astype(np.int32) if clicks else None,
        boxes=corners.astype(np.float32) if box else None,
        masks=random.normal(0, 5, (n, 1, DEEP.grid, DEEP.grid)).astype(np.float32) if mask else None,
        several=several,
    )


def official(sam: Sam, features: np.ndarray, asked: SamPrompts) -> tuple[np.ndarray, np.ndarray]:
    def tensor(values: np.ndarray | None) -> torch.Tensor | None:
        return None if values is None else torch.from_numpy(values)

    points, labels = tensor(asked.points), tensor(asked.labels)
    with torch.inference_mode():
        sparse, dense = sam.prompt_encoder(
            points=None if points is None else (points, labels), boxes=tensor(asked.boxes), masks=tensor(asked.masks)
        )
        logits, scores = sam.mask_decoder(
            image_embeddings=torch.from_numpy(features),
            image_pe=sam.prompt_encoder.get_dense_pe(),
            sparse_prompt_embeddings=sparse,
            dense_prompt_embeddings=dense,
            multimask_output=asked.several,
        )
    return logits.numpy(), scores.numpy()


@pytest.mark.parametrize(
    ("n", "clicks", "box", "mask", "several"),
    [
        (1, 1, False, False, True),
        (1, 1, False, True, False),
        (1, 7, False, False, False),
        (1, 0, True, False, False),
        (1, 3, True, True, False),
        (5, 1, False, False, True),
        (3, 2, False, True, True),
    ],
)
def test_answers_are_the_official_ones(
    sam: Sam, features: np.ndarray, n: int, clicks: int, box: bool, mask: bool, several: bool
) -> None:
    asked = prompts(n, clicks, box, mask, several)
    wanted, wanted_scores = official(sam, features, asked)
    logits, scores = TorchDecoder(sam)(features, asked)
    assert logits.shape == wanted.shape == (n, 3 if several else 1, DEEP.grid, DEEP.grid)
    np.testing.assert_allclose(logits, wanted, atol=2e-5 * wanted.std() + 1e-6)
    np.testing.assert_allclose(scores, wanted_scores, atol=1e-6)


def test_it_is_folded_and_not_the_official_one(sam: Sam) -> None:
    """The point of it: cells are not projected, so no product has cells x channels x channels in the attention."""
    names = dict(FoldedDecoder(sam).named_parameters())
    assert not any("tokens_look.key" in name or "cells_look.query" in name for name in names)
    assert not any("k_proj" in name for name in names if "look" in name)


@pytest.mark.parametrize("design", [TINY, SMALL_MOBILE], ids=["vit", "tiny vit"])
def test_an_encoder_in_steps_gives_what_it_gives_at_once(design: SamArchitecture | MobileSamArchitecture) -> None:
    encoder = TorchEncoder(random_sam(design).requires_grad_(False))
    pixels = np.random.default_rng(0).normal(size=(1, 3, design.image_size, design.image_size))
    whole = encoder(pixels.astype(np.float32))
    *shares, features = encoder.steps(pixels.astype(np.float32))
    np.testing.assert_array_equal(features, whole)
    assert len(shares) >= 4
    assert shares == sorted(shares)
    assert 0 < shares[0] < shares[-1] < 1


def test_an_unknown_encoder_is_one_step() -> None:
    encoder = torch.nn.Conv2d(3, 8, 1)
    assert encoder_stages(encoder) == [encoder]
