"""Too little memory is told before it is used up, and missing weights before anything is made."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from sam_cases import MOBILE, TINY, random_sam, save_hollow
from segment_anything import sam_model_registry
from segment_cases import click, dish_photo

from rvergui.core import RverError
from rvergui.segment.sam import SamSegmenter, SamVitB
from rvergui.segment.sam_checkpoint import SamFile
from rvergui.segment.sam_installed import find_checkpoint, segmenter_of
from rvergui.segment.sam_memory import available_memory, need_memory

GB = 10**9


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("weights") / "tiny.pth"
    torch.save(random_sam(TINY).state_dict(), path)
    return path


def test_needs_are_told_and_nothing_is_refused_where_the_system_does_not_tell() -> None:
    need_memory(10, "work", "X", lambda: 10)
    need_memory(10**15, "work", "X", lambda: None)
    with pytest.raises(RverError, match=r"memory to work with X: it needs about 6\.3 GB, and 5\.0 GB are free; close"):
        need_memory(6_300_000_000, "work", "X", lambda: 5 * GB)
    free = available_memory()
    assert free is None or free > 0


def test_vit_h_is_refused_on_a_small_machine_before_its_weights_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with torch.device("meta"):
        state = sam_model_registry["vit_h"]().state_dict()
    path = save_hollow(state, tmp_path / "sam_vit_h_4b8939.pth")

    def read(_: SamFile) -> None:
        raise AssertionError("the weights were read")

    monkeypatch.setattr(SamFile, "load", read)
    with pytest.raises(
        RverError, match=r"memory to work with SAM ViT-H: it needs about 6\.\d GB, and 5\.0 GB are free"
    ):
        SamSegmenter(path, device="cpu", available=lambda: 5 * GB)
    with pytest.raises(AssertionError, match="were read"):
        SamSegmenter(path, device="cpu", available=lambda: 7 * GB)


def test_estimates_are_near_what_was_measured() -> None:
    """Peak of encoding above the weights, measured with PyTorch: ViT-B 2.62 GB, MobileSAM 0.29 GB."""
    from rvergui.segment.sam_architecture import SamArchitecture

    with torch.device("meta"):
        state = sam_model_registry["vit_b"]().state_dict()
    vit_b = SamArchitecture.of({name: tuple(tensor.shape) for name, tensor in state.items()})
    assert 2.6 * GB < vit_b.encoder_bytes < 2.9 * GB
    assert 0.29 * GB < MOBILE.encoder_bytes < 0.5 * GB


def test_memory_that_has_gone_meanwhile_is_told_at_the_photo(weights: Path) -> None:
    free = [8 * GB]
    segmenter = SamSegmenter(weights, device="cpu", available=lambda: free[0])
    photo = dish_photo((40, 60))[0]
    embedding = segmenter.encode(photo)
    free[0] = TINY.encoder_bytes - 1
    with pytest.raises(RverError, match="memory to encode this photo with SAM ViT 32x2"):
        segmenter.encode(photo)
    assert len(segmenter.decode(embedding, click((30, 20)))) == 3  # what is encoded can still be clicked


def test_without_weights_the_sentence_says_what_to_get(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RVERGUI_WEIGHTS", str(tmp_path))
    with pytest.raises(RverError, match=r"mobile_sam\.pt \(41 MB\) or sam_vit_b_01ec64\.pth \(375 MB\)") as caught:
        SamSegmenter()
    assert str(tmp_path) in str(caught.value)
    with pytest.raises(RverError, match=r"get sam_vit_b_01ec64\.pth .*rvergui weights get sam_vit_b"):
        SamVitB()


def test_weights_are_found_in_the_folders_smallest_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RVERGUI_WEIGHTS", str(tmp_path))
    (tmp_path / "sam_vit_h_big.pth").write_bytes(bytes(3000))
    (tmp_path / "sam_vit_b_small.safetensors").write_bytes(bytes(2000))
    (tmp_path / "sam_vit_l_0b3195.pth").write_bytes(b"a download that broke off")
    (tmp_path / "notes.txt").write_text("sam_vit_b")
    assert find_checkpoint() == tmp_path / "sam_vit_b_small.safetensors"
    assert find_checkpoint("sam_vit_h") == tmp_path / "sam_vit_h_big.pth"
    assert find_checkpoint("sam_vit_l") == tmp_path / "sam_vit_l_0b3195.pth"  # cut short: loading it says so
    with pytest.raises(RverError, match=r"mobile_sam\.pt"):
        find_checkpoint("mobile_sam")
    (tmp_path / "mobile_sam.pt").write_bytes(b"")
    with (tmp_path / "mobile_sam.pt").open("r+b") as file:
        file.truncate(40_728_226)  # the published size
    assert find_checkpoint() == tmp_path / "mobile_sam.pt"


def test_designs_know_their_segmenters() -> None:
    assert segmenter_of("MobileSAM") == "mobile_sam"
    assert segmenter_of("SAM ViT-L") == "sam_vit_l"
    assert segmenter_of("SAM ViT 32x2") is None
