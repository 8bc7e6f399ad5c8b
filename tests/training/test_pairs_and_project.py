"""Training on exported pairs gives the numbers of training on the project that they came from."""

from __future__ import annotations

from pathlib import Path

import pytest

from rvergui.interchange.pairs import export_pairs
from rvergui.interchange.photo_parts import record_parts
from rvergui.project import Project
from rvergui.rvernet.checkpoint import load_checkpoint
from rvergui.training.events import Epoch, Finished, Started
from tests.training.little_data import PHOTOS, last_of, run, write_project


@pytest.mark.parametrize(
    ("preprocessing", "photos", "published"),
    [
        ("published", PHOTOS, False),
        ("close_up", PHOTOS, False),
        ("close_up", [*PHOTOS, ["corn", "pea"]], False),  # one photo alone shows corn
        ("close_up", PHOTOS, True),  # the division that the data came with is kept by both
    ],
)
def test_exact_pairs_train_to_the_same_numbers_as_their_project(
    tmp_path: Path, preprocessing: str, photos: list[list[str]], published: bool
) -> None:
    path = write_project(tmp_path / "p", photos, extra_classes=["corn"])
    with Project.open(path) as project:
        if published:
            record_parts(project, {r.id: "test" if n < 3 else "train" for n, r in enumerate(project.photos())})
        export_pairs(project, tmp_path / "pairs", test_share=0.0, image_format="png")
    found = {}
    for name, source in (("project", path), ("pairs", tmp_path / "pairs")):
        events = run(source, tmp_path / f"{name}.safetensors", seed=3, preprocessing=preprocessing)
        network, header = load_checkpoint(tmp_path / f"{name}.safetensors")
        started, finished = last_of(events, Started), last_of(events, Finished)
        epochs = [event for event in events if isinstance(event, Epoch)]
        assert len(epochs) == 2
        found[name] = (
            header.classes,
            (started.train_items, started.val_items, started.train_photos, started.val_photos),
            [event.model_dump() for event in epochs],
            (finished.metrics, finished.per_class),
            {key: value.tolist() for key, value in network.state_dict().items() if value.numel() < 2000},
        )
    assert found["project"] == found["pairs"]
