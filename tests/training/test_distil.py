"""Learning from a teacher."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from torch.nn.functional import cross_entropy

from rvergui.core import RverError
from rvergui.rvernet.checkpoint import CheckpointHeader, load_checkpoint, read_header, save_checkpoint
from rvergui.rvernet.network import NetworkPlan, RveRNet, start_network
from rvergui.rvernet.preprocessing import Preprocessing
from rvergui.training.distil import Objective, Teacher, answers, use_tokens
from rvergui.training.events import Epoch
from rvergui.training.options import TrainOptions
from rvergui.training.run import train
from tests.training.little_data import options, run

TINY = "test_resnet"
STUDENT = "deit_tiny_distilled_patch16_224"


def _options(**changes: Any) -> TrainOptions:
    return options(Path("a"), Path("b"), **changes)


def _teacher_file(folder: Path, classes: list[str], size: int = 32, **cut: Any) -> Path:
    network = start_network(TINY, TINY, len(classes), size, ())
    path = folder / "teacher.safetensors"
    header = CheckpointHeader(
        name="teacher", classes=classes, preprocessing=Preprocessing(size=size, **cut), **network.header_fields()
    )
    save_checkpoint(path, network, header)
    return path


def _views() -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(1)
    return torch.rand(3, 3, 32, 32, generator=generator), torch.rand(3, 3, 32, 32, generator=generator)


def test_classes_are_matched_by_name_and_today_s_names_hold(tmp_path: Path) -> None:
    path = _teacher_file(tmp_path, ["soup", "rice", "egg"])
    today = {"soup": "soup", "rice": "white rice", "egg": None}
    classes = ["white rice", "corn", "soup"]
    teacher = Teacher(path, classes, Preprocessing(size=32), _options(), today.get)
    assert teacher.knows.tolist() == [True, False, True]
    roi, extra = _views()
    with torch.no_grad():
        own = load_checkpoint(path)[0](roi, extra)
    assert torch.allclose(teacher.advice(roi, extra), own[:, [1, 0]], atol=1e-6)


def test_a_hard_teacher_s_best_name_is_the_truth(tmp_path: Path) -> None:
    teacher = Teacher(_teacher_file(tmp_path, ["a", "c"]), ["a", "b", "c"], Preprocessing(size=32), _options())
    logits = torch.randn(2, 3, generator=torch.Generator().manual_seed(0))
    advice = torch.tensor([[0.0, 1.0], [2.0, 1.0]])
    wanted = cross_entropy(logits, torch.tensor([2, 0]), reduction="none")
    assert torch.allclose(teacher.loss(logits, advice), wanted)


def test_a_soft_teacher_s_probabilities_are_the_aim(tmp_path: Path) -> None:
    chosen = _options(distil="soft", distil_temperature=2.0)
    teacher = Teacher(_teacher_file(tmp_path, ["a", "c"]), ["a", "b", "c"], Preprocessing(size=32), chosen)
    advice = torch.tensor([[0.0, 1.0], [2.0, 1.0]])
    same = torch.stack([advice[:, 0], torch.tensor([9.0, -9.0]), advice[:, 1]], dim=1)
    assert torch.allclose(teacher.loss(same, advice), torch.zeros(2), atol=1e-6)  # what it does not know is left alone
    other = torch.zeros(2, 3)
    p = (advice / 2).softmax(dim=1)
    wanted = (p * (p.log() - torch.log(torch.tensor(0.5)))).sum(dim=1) * 4
    assert torch.allclose(teacher.loss(other, advice), wanted, atol=1e-6)


def test_the_weight_shares_out_labels_and_teacher_and_unknown_classes_have_labels_alone(tmp_path: Path) -> None:
    chosen = _options(distil_weight=0.25, label_smoothing=0.0)
    teacher = Teacher(_teacher_file(tmp_path, ["a", "c"]), ["a", "b", "c"], Preprocessing(size=32), chosen)
    logits = torch.randn(2, 3, generator=torch.Generator().manual_seed(3))
    advice, targets = torch.tensor([[0.0, 1.0], [0.0, 1.0]]), torch.tensor([0, 1])
    labels = cross_entropy(logits, targets, reduction="none")
    taught = cross_entropy(logits, torch.tensor([2, 2]), reduction="none")
    objective = Objective(None, chosen, teacher)
    wanted = 0.75 * labels[0] + 0.25 * taught[0] + labels[1]
    assert float(objective(logits, logits, targets, advice)) == pytest.approx(float(wanted), abs=1e-6)
    assert objective.share_of(targets) == 2


def test_rare_classes_count_more_in_a_mean_as_torch_takes_it() -> None:
    weights = torch.tensor([0.5, 2.0, 1.0])
    logits, targets = torch.randn(4, 3), torch.tensor([0, 1, 1, 2])
    objective = Objective(weights, _options(label_smoothing=0.1), None)
    wanted = cross_entropy(logits, targets, weights, label_smoothing=0.1)
    got = objective(logits, logits, targets, None) / objective.share_of(targets)
    assert float(got) == pytest.approx(float(wanted), abs=1e-6)


def test_a_teacher_of_another_size_sees_the_same_scaled(tmp_path: Path) -> None:
    path = _teacher_file(tmp_path, ["a", "b"], size=64)
    teacher = Teacher(path, ["a", "b"], Preprocessing(size=32), _options())
    grey = torch.full((1, 3, 32, 32), 0.25)
    with torch.no_grad():
        own = load_checkpoint(path)[0](*(torch.full((1, 3, 64, 64), 0.25),) * 2)
    assert torch.allclose(teacher.advice(grey, grey), own, atol=1e-5)


def test_teachers_that_cannot_teach_are_refused(tmp_path: Path) -> None:
    path = _teacher_file(tmp_path, ["a", "b"])
    with pytest.raises(RverError, match="knows 1 of the 2 classes"):
        Teacher(path, ["a", "x"], Preprocessing(size=32), _options())
    with pytest.raises(RverError, match="cuts its views in another way"):
        Teacher(path, ["a", "b"], Preprocessing(size=32, kind="close_up"), _options())
    with pytest.raises(RverError, match="There is no file"):
        Teacher(tmp_path / "none.safetensors", ["a", "b"], Preprocessing(size=32), _options())


def _student() -> RveRNet:
    return start_network(NetworkPlan(roi=STUDENT, extra_roi=TINY), 3, 32, ())


def test_each_token_has_its_own_answer_while_it_learns_and_their_mean_afterwards() -> None:
    student, (roi, extra) = _student(), _views()
    use_tokens(student, True)
    student.train()
    student.extra_roi.eval()
    for_labels, for_teacher = answers(student, roi, extra)
    assert not torch.allclose(for_labels, for_teacher, atol=1e-4)
    body: Any = student.roi.body
    by_token = torch.autograd.grad(for_teacher.sum(), [body.dist_token], retain_graph=True)[0]
    assert float(by_token.abs().max()) > 0
    student.eval()
    mean, same = answers(student, roi, extra)
    assert mean is same
    use_tokens(student, False)
    student.roi.train()
    assert answers(student, roi, extra)[0] is not None
    assert not isinstance(student.roi(roi), tuple)


def test_a_student_learns_from_labels_and_a_network_that_is_its_teacher(
    model: Path, project: Path, tmp_path: Path
) -> None:
    out = tmp_path / "student.safetensors"
    chosen = {"roi": STUDENT, "extra_roi": TINY, "epochs": 4, "threads": 1, "batch_size": 10, "learning_rate": 3e-4}
    events = run(project, out, teacher=model, distil="soft", **chosen)
    epochs = [event for event in events if isinstance(event, Epoch)]
    assert epochs[-1].train_loss < epochs[0].train_loss
    header = read_header(out)
    assert (header.training["teacher"], header.training["distil"]) == ("first", "soft")
    again = tmp_path / "alone.safetensors"
    run(project, again, **{**chosen, "epochs": 1})
    taught, alone = (load_checkpoint(path)[0].state_dict() for path in (out, again))
    assert any(not torch.equal(taught[name], alone[name]) for name in alone)


def test_a_teacher_that_is_no_model_is_told_before_anything_is_written(project: Path, tmp_path: Path) -> None:
    (tmp_path / "t.safetensors").write_bytes(b"no model")
    with pytest.raises(RverError, match=r"not a \.safetensors file"):
        train(options(project, tmp_path / "m.safetensors", teacher=tmp_path / "t.safetensors"), lambda event: None)
    assert [path.name for path in tmp_path.iterdir()] == ["t.safetensors"]
