"""A ViT-B of the official size, built by the official package, against the official predictor.

Only the first of its twelve blocks: the others would take ten seconds more to do the same, and those that look at the
whole image at once are part of the tiny network of test_sam.py. benchmarks/sam.py compares all twelve.
"""

from __future__ import annotations

import numpy as np
import pytest
import torch
from sam_cases import official
from segment_anything import SamPredictor
from segment_anything.build_sam import _build_sam
from segment_cases import click, dish_photo, iou

from rvergui.core import Box, Photo, Point, Prompt
from rvergui.segment.protocol import Embedding
from rvergui.segment.sam import SamSegmenter
from rvergui.segment.upsample import candidate_mask


@pytest.fixture(scope="module")
def photo() -> Photo:
    return dish_photo((427, 613))[0]


@pytest.fixture(scope="module")
def pair(photo: Photo, tmp_path_factory: pytest.TempPathFactory) -> tuple[SamPredictor, SamSegmenter, Embedding]:
    torch.manual_seed(1)
    sam = _build_sam(encoder_embed_dim=768, encoder_depth=1, encoder_num_heads=12, encoder_global_attn_indexes=[])
    for name, tensor in sam.state_dict().items():
        if "rel_pos" in name or "pos_embed" in name:
            tensor.normal_(std=0.05)
    path = tmp_path_factory.mktemp("vit_b") / "checkpoint.pth"
    torch.save(sam.state_dict(), path)
    predictor = SamPredictor(sam)
    predictor.set_image(photo.pixels.copy())
    segmenter = SamSegmenter(path, device="cpu")
    path.unlink()
    return predictor, segmenter, segmenter.encode(photo)


PROMPTS = {
    "click": click((300.5, 200.25)),
    "clicks": click((300, 200), (330, 180), away=((20, 30), (600, 420))),
    "box": Prompt(box=Box(150, 80, 480, 330)),
    "box and clicks": Prompt(points=(Point(300, 200), Point(160, 90, False)), box=Box(150, 80, 480, 330)),
}


@pytest.mark.parametrize("name", PROMPTS)
def test_equals_the_official_predictor(name: str, pair: tuple[SamPredictor, SamSegmenter, Embedding]) -> None:
    predictor, segmenter, embedding = pair
    np.testing.assert_allclose(embedding.arrays["features"], predictor.features[0].numpy(), atol=1e-4)
    fine, scores, logits = official(predictor, PROMPTS[name])
    found = segmenter.decode(embedding, PROMPTS[name])
    np.testing.assert_allclose(found.scores, scores, atol=1e-4)
    for index, wanted in enumerate(fine):
        assert iou(candidate_mask(found, index).array(), wanted > 0) >= 0.999
    # The next click refines the best of these masks.
    prompt = PROMPTS[name].with_point(Point(350, 260))
    fine, scores, _ = official(predictor, prompt, logits[int(np.argmax(scores))][None])
    refined = segmenter.decode(embedding, prompt, found)
    np.testing.assert_allclose(refined.scores, scores, atol=1e-4)
    assert iou(candidate_mask(refined, 0).array(), fine[0] > 0) >= 0.999
