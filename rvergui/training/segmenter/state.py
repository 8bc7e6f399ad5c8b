"""A training on disk: written whole, read back to the batch."""

from __future__ import annotations

import copy
import json
import pickle
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from rvergui.core import RverError
from rvergui.core.atomic import replacing
from rvergui.segment.starter_network import StarterNetwork, folded, new_backbone

STATE, RESULT = "state.pt", "starter.safetensors"
_AVERAGED = 0.998


@dataclass
class TrainingState:
    """Network, its running average, optimiser and how many batches are done."""

    network: StarterNetwork
    average: StarterNetwork
    optimiser: torch.optim.Optimizer
    step: int = 0

    def follow(self) -> None:
        """Let the average take a step towards the network."""
        share = 1 - min(_AVERAGED, (self.step + 1) / (self.step + 10))
        with torch.no_grad():
            theirs = self.network.state_dict()
            for name, mine in self.average.state_dict().items():
                if mine.is_floating_point():
                    mine.lerp_(theirs[name], share)
                else:
                    mine.copy_(theirs[name])

    def save(self, folder: Path, about: dict[str, Any]) -> None:
        """Write state and result.

        Raises:
            RverError: they cannot be written; what was there before is kept.
        """
        parts = {
            "network": self.network.state_dict(),
            "average": self.average.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "step": self.step,
        }
        with replacing(folder / STATE) as neighbour:
            torch.save(parts, neighbour)
        write_starter(self.average, folder / RESULT, {**about, "batches": self.step})

    def load(self, folder: Path) -> bool:
        """Go on from what ``save`` wrote; False if there is nothing.

        Raises:
            RverError: the state is damaged or of another network.
        """
        path = folder / STATE
        if not path.exists():
            return False
        try:
            parts = torch.load(path, weights_only=True)
            self.network.load_state_dict(parts["network"])
            self.average.load_state_dict(parts["average"])
            self.optimiser.load_state_dict(parts["optimiser"])
            self.step = int(parts["step"])
        except (RuntimeError, KeyError, ValueError, EOFError, TypeError, pickle.UnpicklingError) as error:
            raise RverError(
                f"{path} is damaged or belongs to another version; remove it to begin anew, or give another --out."
            ) from error
        return True


def averaged_copy(network: StarterNetwork) -> StarterNetwork:
    """A copy that only follows."""
    return copy.deepcopy(network).requires_grad_(False)


def write_starter(network: StarterNetwork, path: Path, about: dict[str, Any]) -> None:
    """The network in half precision, with a header that says what it is and how it was made."""
    tensors = {
        name: (value.half() if value.is_floating_point() else value).contiguous()
        for name, value in network.state_dict().items()
    }
    with replacing(path) as neighbour:
        save_file(tensors, neighbour, {"rvergui": "starter-1", "about": json.dumps(about, sort_keys=True)})


def load_weights(path: Path) -> dict[str, torch.Tensor]:
    """The tensors of a .safetensors file, float32.

    Raises:
        RverError: gone, damaged or no such file.
    """
    try:
        return {name: value.float() if value.is_floating_point() else value for name, value in load_file(path).items()}
    except FileNotFoundError as error:
        raise RverError(f"There is no file {path}; give another one.") from error
    except (SafetensorError, OSError) as error:
        raise RverError(f"{path} is damaged or no .safetensors file; give another one.") from error


def load_backbone(network: StarterNetwork, path: Path) -> None:
    """Start the backbone from ``mobilenetv2_100`` weights in timm's names; other tensors in the file are left out.

    Raises:
        RverError: a tensor is missing or has another shape.
    """
    backbone = new_backbone()
    wanted = backbone.state_dict()
    theirs = {name: value for name, value in load_weights(path).items() if name in wanted}
    missing = [name for name in wanted if name not in theirs and not name.endswith("num_batches_tracked")]
    if missing:
        raise RverError(
            f"{path} lacks {len(missing)} tensors of mobilenetv2_100, such as {missing[0]}; give its weights in "
            "timm's names."
        )
    try:
        backbone.load_state_dict(theirs, strict=False)
    except RuntimeError as error:
        raise RverError(f"{path} holds another network than mobilenetv2_100; give its weights.") from error
    network.encoder.backbone.load_state_dict(folded(backbone).state_dict())
