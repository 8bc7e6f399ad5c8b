"""``rvergui bench classify``: how fast objects are named here."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from rvergui.cli.open_window import check_file
from rvergui.cli.start import tell
from rvergui.core import RverError

if TYPE_CHECKING:
    from rvergui.rvernet.predictor import Predictor

EXAMPLE = "Example: rvergui bench classify --roi MobileNetV2 --extra-roi DeiT-tiny"

_CLASSES = 100


def register(app: typer.Typer) -> None:
    """Add the command to ``app``'s group ``bench``."""
    from rvergui.cli.bench import bench

    bench.command("classify", epilog=EXAMPLE)(classify)


def classify(
    checkpoint: Path | None = typer.Option(
        None, "--checkpoint", metavar="FILE", help="The network; the sample meals' if left out.", show_default=False
    ),
    roi: str | None = typer.Option(
        None, "--roi", metavar="NAME", help="Instead: an untrained network with this ROI backbone.", show_default=False
    ),
    extra_roi: str | None = typer.Option(
        None, "--extra-roi", metavar="NAME", help="Its extra-ROI backbone; the same if left out.", show_default=False
    ),
    int8: bool = typer.Option(False, "--int8", help="Make an 8-bit version, and use it if its names agree."),
    pictures: Path | None = typer.Option(
        None, metavar="FOLDER", help="Pairs that 8 bit are calibrated and judged with.", show_default=False
    ),
    objects: list[int] = typer.Option([1, 8], min=1, max=1000, metavar="N", help="How many of one photo; repeat."),
    rounds: int = typer.Option(15, min=1, max=10_000, help="How often each is timed; medians count."),
    as_json: bool = typer.Option(False, "--json", help="Print JSON."),
) -> None:
    """Time naming one object and eight of a photo, in turns with PyTorch's plain forward pass of both branches."""
    check_file(checkpoint, "checkpoint")
    if roi is not None and checkpoint is not None:
        raise typer.BadParameter("give a checkpoint or backbones, not both.", param_hint="--roi")
    if extra_roi is not None and roi is None:
        raise typer.BadParameter("name the ROI backbone with --roi, too.", param_hint="--extra-roi")
    if pictures is not None and not pictures.is_dir():
        raise RverError(f"There is no folder {pictures}; name a folder with pairs.")
    if pictures is not None and not int8:
        raise typer.BadParameter("pictures calibrate an 8-bit version; add --int8.", param_hint="--pictures")

    from rvergui.runtime.openvino_cache import OpenVinoCache
    from rvergui.rvernet.predictor import Predictor

    with tempfile.TemporaryDirectory(prefix="rvergui-bench-") as folder:
        cache = None
        if roi is not None:
            cache = OpenVinoCache(Path(folder) / "openvino")  # nobody will need it again
            checkpoint = _untrained(Path(folder) / "untrained.safetensors", roi, extra_roi)
        elif checkpoint is None:
            from rvergui.core.paths import shipped_weights

            checkpoint = shipped_weights() / "sample_meals.safetensors"
        predictor = Predictor.load(checkpoint, int8=int8, pictures=pictures, cache=cache)
        try:
            numbers = _measured(checkpoint, predictor, objects, rounds)
        finally:
            predictor.close()
    typer.echo(json.dumps(numbers, ensure_ascii=False, indent=1) if as_json else table(numbers))


def _untrained(path: Path, roi: str, extra_roi: str | None) -> Path:
    from rvergui.rvernet.naming_speed import fresh_checkpoint
    from rvergui.rvernet.network_plan import NetworkPlan
    from rvergui.rvernet.preprocessing import Preprocessing

    return fresh_checkpoint(path, NetworkPlan(roi=roi, extra_roi=extra_roi), _CLASSES, Preprocessing())


def _measured(checkpoint: Path, predictor: Predictor, objects: list[int], rounds: int) -> dict[str, Any]:
    from rvergui.rvernet.naming_speed import as_values, measure

    told: set[str] = set()

    def stage(text: str, share: float) -> None:
        if text not in told:
            told.add(text)
            tell(f"Getting ready: {text}")

    predictor.wait_ready(stage)
    timings = measure(checkpoint, predictor, objects, rounds, lambda text: tell(f"Naming {text}"))
    return as_values(timings, predictor)


def table(numbers: Mapping[str, Any]) -> str:
    """What was measured, for people."""
    lines = [f"{numbers['model']} on {numbers['device']}", str(numbers["why"]), ""]
    lines.append(f"{'objects':>8}{'PyTorch':>12}{'here':>12}{'faster':>9}{'with cutting':>14}{'differs by':>12}")
    for row in numbers["timings"]:
        lines.append(
            f"{row['objects']:>8}{row['eager_ms']:>9.1f} ms{row['ms']:>9.1f} ms{row['ratio']:>8.2f}x"
            f"{row['classify_ms']:>11.1f} ms{row['difference']:>12.1e}"
        )
    lines += [
        "",
        "PyTorch: both branches once. Here: also without the surroundings. Medians, in turns.",
    ]
    return "\n".join(lines)
