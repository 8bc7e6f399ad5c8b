"""Checkpoints in the published code's layouts, small ones, and what the published network answers for them.

MobileNetV2 and ViT are torchvision's own. What transformers calls its tensors, and computes from them, is written down
here once more, without the code under test.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import gelu, layer_norm, linear, relu, scaled_dot_product_attention

SIZE = 32  # two by two patches
WIDTH, HEADS, DEPTH, PATCH = 192, 3, 12, 16
State = dict[str, Tensor]


@dataclass(frozen=True)
class Reference:
    """A backbone: its tensors, and the function that they are."""

    state: State
    answer: Callable[[Tensor], Tensor]


def mobilenet(seed: int) -> Reference:
    from torchvision.models import mobilenet_v2

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = mobilenet_v2().eval()
        for name, buffer in network.named_buffers():
            if name.endswith("running_var"):
                buffer.copy_(0.5 + torch.rand_like(buffer))
            elif name.endswith("running_mean"):
                buffer.copy_(0.1 * torch.randn_like(buffer))
    return Reference(dict(network.state_dict()), network)


def torchvision_vit(seed: int) -> Reference:
    from torchvision.models import VisionTransformer

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = VisionTransformer(SIZE, PATCH, DEPTH, HEADS, WIDTH, 4 * WIDTH).eval()
        torch.nn.init.normal_(network.heads.head.weight, std=0.05)  # torchvision begins with zeros
    return Reference(dict(network.state_dict()), network)


def transformers_deit(seed: int, distilled: bool) -> Reference:
    """Its first embeddings are so small that the layer norms' epsilon shows."""
    random = torch.Generator().manual_seed(seed)
    inner = "deit" if distilled else "vit"

    def draw(*shape: int, scale: float = 0.05) -> Tensor:
        return scale * torch.randn(*shape, generator=random)

    tokens = 2 if distilled else 1
    state: State = {
        f"{inner}.embeddings.cls_token": draw(1, 1, WIDTH, scale=1e-3),
        f"{inner}.embeddings.position_embeddings": draw(1, tokens + (SIZE // PATCH) ** 2, WIDTH, scale=1e-3),
        f"{inner}.embeddings.patch_embeddings.projection.weight": draw(WIDTH, 3, PATCH, PATCH, scale=1e-3),
        f"{inner}.embeddings.patch_embeddings.projection.bias": draw(WIDTH, scale=1e-3),
        f"{inner}.layernorm.weight": 1 + draw(WIDTH),
        f"{inner}.layernorm.bias": draw(WIDTH),
        "classifier.weight": draw(1000, WIDTH),
        "classifier.bias": draw(1000),
    }
    if distilled:
        state[f"{inner}.embeddings.distillation_token"] = draw(1, 1, WIDTH, scale=1e-3)
    for number in range(DEPTH):
        layer = f"{inner}.encoder.layer.{number}"
        for name in ("query", "key", "value"):
            state[f"{layer}.attention.attention.{name}.weight"] = draw(WIDTH, WIDTH)
            state[f"{layer}.attention.attention.{name}.bias"] = draw(WIDTH)
        shapes = {
            "attention.output.dense": (WIDTH, WIDTH),
            "intermediate.dense": (4 * WIDTH, WIDTH),
            "output.dense": (WIDTH, 4 * WIDTH),
        }
        for name, shape in shapes.items():
            state[f"{layer}.{name}.weight"] = draw(*shape)
            state[f"{layer}.{name}.bias"] = draw(shape[0])
        for name in ("layernorm_before", "layernorm_after"):
            state[f"{layer}.{name}.weight"] = 1 + draw(WIDTH)
            state[f"{layer}.{name}.bias"] = draw(WIDTH)
    return Reference(state, lambda picture: _transformers_answer(state, inner, picture))


def _transformers_answer(state: Mapping[str, Tensor], inner: str, picture: Tensor) -> Tensor:
    def dense(name: str, x: Tensor) -> Tensor:
        return linear(x, state[f"{name}.weight"], state[f"{name}.bias"])

    def norm(name: str, x: Tensor) -> Tensor:
        return layer_norm(x, (WIDTH,), state[f"{name}.weight"], state[f"{name}.bias"], eps=1e-12)

    def heads(x: Tensor) -> Tensor:
        return x.unflatten(2, (HEADS, WIDTH // HEADS)).transpose(1, 2)

    embed = f"{inner}.embeddings"
    projection = f"{embed}.patch_embeddings.projection"
    patches = torch.nn.functional.conv2d(
        picture, state[f"{projection}.weight"], state[f"{projection}.bias"], stride=PATCH
    )
    first = [state[f"{embed}.{name}"] for name in ("cls_token", "distillation_token") if f"{embed}.{name}" in state]
    tokens = [*(token.expand(len(picture), -1, -1) for token in first), patches.flatten(2).transpose(1, 2)]
    x = torch.cat(tokens, dim=1) + state[f"{embed}.position_embeddings"]
    for number in range(DEPTH):
        layer = f"{inner}.encoder.layer.{number}"
        normal = norm(f"{layer}.layernorm_before", x)
        parts = [heads(dense(f"{layer}.attention.attention.{name}", normal)) for name in ("query", "key", "value")]
        seen = scaled_dot_product_attention(*parts).transpose(1, 2).flatten(2)
        x = x + dense(f"{layer}.attention.output.dense", seen)
        wide = gelu(dense(f"{layer}.intermediate.dense", norm(f"{layer}.layernorm_after", x)))
        x = x + dense(f"{layer}.output.dense", wide)
    return dense("classifier", norm(f"{inner}.layernorm", x)[:, 0])


def published_pair(roi: Reference, extra: Reference, classes: int = 5, seed: int = 3) -> State:
    """A RveRNet's checkpoint as the published code's multi-GPU training saves it."""
    random = torch.Generator().manual_seed(seed)
    own = {
        "integrated_fc1.weight": 0.05 * torch.randn(640, 2000, generator=random),
        "integrated_fc1.bias": 0.05 * torch.randn(640, generator=random),
        "integrated_fc2.weight": 0.05 * torch.randn(classes, 640, generator=random),
        "integrated_fc2.bias": 0.05 * torch.randn(classes, generator=random),
    }
    branches = (("roi_module", roi), ("extra_roi_module", extra))
    named = {f"{name}.{key}": tensor for name, part in branches for key, tensor in part.state.items()}
    return {f"module.{name}": tensor for name, tensor in {**named, **own}.items()}


def published_answer(state: State, roi: Reference, extra: Reference, views: tuple[Tensor, Tensor]) -> Tensor:
    """The published network's log-probabilities."""
    with torch.inference_mode():
        joined = torch.cat([roi.answer(views[0]), extra.answer(views[1])], dim=1)
        bare = {name.removeprefix("module."): tensor for name, tensor in state.items()}
        hidden = relu(linear(joined, bare["integrated_fc1.weight"], bare["integrated_fc1.bias"]))
        return linear(hidden, bare["integrated_fc2.weight"], bare["integrated_fc2.bias"]).log_softmax(dim=1)
