"""A naming network through OpenVINO, and how it is converted.

PyTorch is needed for the conversion alone, in a process of its own; a converted network starts without it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from rvergui.runtime.openvino_job import Network
from rvergui.runtime.openvino_model import OpenVinoModel
from rvergui.rvernet.naming_runtime import Array, Views

ROI, EXTRA, INTEGRATION = "roi", "extra_roi", "integration"
_MOST_OBJECTS = 1024


class OpenVinoNaming:
    """See ``NamingRuntime``.

    Args:
        model: converted from ``naming_graphs``.
    """

    def __init__(self, model: OpenVinoModel) -> None:
        self._model = model
        self._second = str(model.info["second"])

    def roi(self, views: Views) -> Array:
        """See ``NamingRuntime``."""
        return self._features(ROI, views)

    def extra_roi(self, views: Views) -> Array:
        """See ``NamingRuntime``."""
        if not self._second:
            return np.zeros((len(views), 0), np.float32)
        return self._features(self._second, views)

    def integrate(self, roi: Array, extra: Array) -> Array:
        """See ``NamingRuntime``."""
        inputs = {"roi": roi, "extra_roi": extra} if self._second else {"roi": roi}
        logits: Array = self._model.graph(INTEGRATION)(inputs)["logits"]
        return logits

    def _features(self, name: str, views: Views) -> Array:
        features: Array = self._model.graph(name)({"views": views})["features"]
        return features


def naming_graphs(checkpoint: str) -> Network:
    """What of a checkpoint is converted; runs in the process that converts.

    The branches take views as they are cut, (n, size, size, 3) uint8, so that bringing them to floats is the graph's.

    Raises:
        RverError: it cannot be opened.
    """
    import torch
    from torch import Tensor, nn

    from rvergui.runtime.openvino_job import Graph
    from rvergui.rvernet.branch import Blind
    from rvergui.rvernet.checkpoint import load_checkpoint
    from rvergui.rvernet.openvino_last_block import shortened

    network, header = load_checkpoint(Path(checkpoint))
    network.requires_grad_(False)

    class FromViews(nn.Module):
        def __init__(self, branch: nn.Module) -> None:
            super().__init__()
            self.branch = branch

        def forward(self, views: Tensor) -> Any:
            return self.branch(views.permute(0, 3, 1, 2).float() / 255.0)

    class Alone(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.integration = network.integration

        def forward(self, roi: Tensor) -> Any:
            return self.integration(roi, roi[:, :0])

    side = header.preprocessing.size
    generator = torch.Generator().manual_seed(0)
    views = torch.randint(0, 256, (2, side, side, 3), generator=generator, dtype=torch.uint8)
    views[1, : side // 2] = 0  # as much of a view is
    many = {0: (1, _MOST_OBJECTS)}

    def branch(name: str, module: nn.Module) -> Graph:
        short = shortened(module, views.permute(0, 3, 1, 2).float() / 255.0)
        return Graph(name, FromViews(short).eval(), (views,), ("views",), ("features",), dynamic={"views": many})

    blind = isinstance(network.extra_roi, Blind)
    graphs = [branch(ROI, network.roi)]
    if not blind and not network.shared:
        graphs.append(branch(EXTRA, network.extra_roi))
    roi = torch.randn(2, network.roi.feature_dim, generator=generator)
    extra = torch.randn(2, network.extra_roi.feature_dim, generator=generator)
    if blind:
        graphs.append(Graph(INTEGRATION, Alone().eval(), (roi,), ("roi",), ("logits",), dynamic={"roi": many}))
    else:
        dynamic = {"roi": many, "extra_roi": many}
        inputs = ("roi", "extra_roi")
        graphs.append(Graph(INTEGRATION, network.integration.eval(), (roi, extra), inputs, ("logits",), dynamic))
    second = "" if blind else ROI if network.shared else EXTRA
    info = {
        "name": header.name,
        "second": second,
        "classes": len(header.classes),
        "preprocessing": header.preprocessing.model_dump(mode="json"),
        "transformer": any(_attends(part) for part in (network.roi, network.extra_roi)),
    }
    return Network(graphs, info)


def _attends(module: Any) -> bool:
    """Whether a branch has layers of attention."""
    return any("attention" in type(part).__name__.lower() for part in module.modules())
