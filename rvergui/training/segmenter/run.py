"""Training of the starter network from start to end; stopped and called again it goes on where it was."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch

from rvergui.core import RverError
from rvergui.segment.starter_network import StarterNetwork
from rvergui.training.segmenter.data import ClickBatches, Shares, all_scenes, made_ahead
from rvergui.training.segmenter.loop import Schedule, optimiser, set_rates, train_batch
from rvergui.training.segmenter.options import SegmenterOptions
from rvergui.training.segmenter.scenes import SceneSource
from rvergui.training.segmenter.state import TrainingState, averaged_copy, load_backbone, load_weights
from rvergui.training.segmenter.team import Team

log = logging.getLogger(__name__)

_GRADIENT = 1.0  # longest step, by the norm of all gradients
_FOLDERS = ("coco_cc", "clothing_co_parsing", "grocery_store")


@dataclass(frozen=True)
class Progress:
    """After a batch.

    Attributes:
        step: batches done.
        loss: mean over its clicks.
        shown: mean IoU after each click of the candidate with the highest score, on the training crops.
        best: likewise of the best candidate.
    """

    step: int
    loss: float
    shown: tuple[float, ...]
    best: tuple[float, ...]


def train_segmenter(
    options: SegmenterOptions,
    on_progress: Callable[[Progress], None],
    cancelled: Callable[[], bool] = lambda: False,
    scenes: SceneSource | None = None,
) -> int:
    """Train until ``options.steps``, ``options.stop_after`` or ``cancelled``; the state is saved in every case.

    Args:
        options: what to do.
        on_progress: told after every batch (by the leading process alone).
        cancelled: asked after every batch.
        scenes: other scenes than those of ``options.data``.

    Returns:
        How many batches are done in all.

    Raises:
        RverError: the data or weights are not there or unusable, or nothing can be written.
    """
    if scenes is None:
        missing = [name for name in _FOLDERS if not (options.data / name).is_dir()]
        if missing:
            raise RverError(f"{options.data} lacks the folder {missing[0]}; give the folder that holds the data sets.")
        scenes = all_scenes(options.data, Shares(), options.rendered, options.every)
    team = Team.join()
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    schedule = Schedule(options.steps, head=options.head_rate, backbone=options.backbone_rate)
    state = _begin(options, schedule, device)
    batches = ClickBatches(scenes, options.seed + 1000 * team.rank, options.side, options.crops, options.objects)
    stop = options.steps if options.stop_after is None else min(options.steps, state.step + options.stop_after)
    loader = made_ahead(batches, state.step, stop)
    about = options.model_dump(mode="json", exclude={"data", "out", "backbone", "start"}) | {"processes": team.size}
    try:
        for batch in loader:
            _step(state, batch, options, schedule, team, on_progress)
            if team.leads and state.step % options.save_every == 0:
                state.save(options.out, about)
            if cancelled():
                break
        if team.leads:
            state.save(options.out, about)
        team.wait()
    finally:
        loader.close()
        team.leave()
    return state.step


def _begin(options: SegmenterOptions, schedule: Schedule, device: torch.device) -> TrainingState:
    torch.manual_seed(options.seed)
    network = StarterNetwork()
    if options.backbone is not None:
        load_backbone(network, options.backbone)
    if options.start is not None:
        try:
            network.load_state_dict(load_weights(options.start))
        except RuntimeError as error:
            raise RverError(f"{options.start} is no starter network of this version; give another file.") from error
    network = network.to(device).to(memory_format=torch.channels_last).train()
    state = TrainingState(network, averaged_copy(network), optimiser(network, schedule))
    if state.load(options.out):
        log.info("going on after batch %d", state.step)
    return state


def _step(
    state: TrainingState,
    batch: dict[str, torch.Tensor],
    options: SegmenterOptions,
    schedule: Schedule,
    team: Team,
    on_progress: Callable[[Progress], None],
) -> None:
    set_rates(state.optimiser, schedule, state.step)
    dice = np.random.default_rng([options.seed, 7, team.rank, state.step])
    losses: list[float] = []
    shown: list[float] = []
    best: list[float] = []

    def noted(number: int, loss: float, iou: torch.Tensor, scores: torch.Tensor) -> None:
        losses.append(loss)
        shown.append(float(iou[torch.arange(len(iou)), scores.argmax(1)].mean()))
        best.append(float(iou.max(1).values.mean()))

    train_batch(state.network, batch, options.clicks, dice, noted)
    trained = [parameter for parameter in state.network.parameters() if parameter.requires_grad]
    team.average_gradients(trained)
    torch.nn.utils.clip_grad_norm_(trained, _GRADIENT)
    state.optimiser.step()
    state.optimiser.zero_grad(set_to_none=True)
    state.step += 1
    state.follow()
    if team.leads:
        on_progress(Progress(state.step, float(np.mean(losses)), tuple(shown), tuple(best)))
